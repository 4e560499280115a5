//! How many agents are needed: Erlang's formulas for staffing.
//!
//! Load is offered traffic in erlangs: calls per hour times mean handling time in hours. Times are
//! in units of your choice, the same for all arguments of a function.
//!
//! ```
//! use queue_dispatch::erlang::ErlangC;
//!
//! // 180 calls an hour of 3 minutes each: 9 erlangs. Ten agents let two in three callers wait.
//! let staff = ErlangC::new(10, 180.0 * 3.0 / 60.0)?;
//! assert!((staff.wait_probability() - 0.6687).abs() < 5e-5);
//! // To answer 80 % within 20 s:
//! assert_eq!(ErlangC::agents_for(9.0, 0.80, 20.0, 180.0)?, 12);
//! # Ok::<(), queue_dispatch::erlang::LoadError>(())
//! ```

/// A load, a target or a time that the formulas cannot work with.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum LoadError {
    /// The load is negative, not a number, or beyond a million erlangs.
    #[error("load of {0} erlangs: must be between 0 and 1,000,000")]
    Load(f64),
    /// With Erlang C, agents who are fewer than the load let the queue grow for ever.
    #[error(
        "{agents} agents under {load} erlangs: the queue grows for ever, more agents than erlangs are needed"
    )]
    Unstable {
        /// The agents.
        agents: u32,
        /// The load.
        load: f64,
    },
    /// The target is no fraction that can be reached.
    #[error("target of {0}: must be at least 0 and below 1")]
    Target(f64),
    /// A time is not positive.
    #[error("time of {0}: must be more than 0")]
    Time(f64),
    /// Far more callers would wait than the sum over their number can be taken.
    #[error(
        "patience of {patience} handling times: {callers:e} callers would wait; take less patience or load, or more agents"
    )]
    Patience {
        /// The patience, in handling times.
        patience: f64,
        /// About how many would wait.
        callers: f64,
    },
}

fn checked_load(load: f64) -> Result<f64, LoadError> {
    if (0.0..=1e6).contains(&load) {
        Ok(load)
    } else {
        Err(LoadError::Load(load))
    }
}

fn checked_target(target: f64) -> Result<f64, LoadError> {
    if (0.0..1.0).contains(&target) {
        Ok(target)
    } else {
        Err(LoadError::Target(target))
    }
}

fn checked_time(time: f64) -> Result<f64, LoadError> {
    if time > 0.0 && time.is_finite() {
        Ok(time)
    } else {
        Err(LoadError::Time(time))
    }
}

/// Erlang B: the chance that a call finds all agents busy when nobody may wait.
///
/// # Errors
/// [`LoadError::Load`].
pub fn blocking(agents: u32, load: f64) -> Result<f64, LoadError> {
    let load = checked_load(load)?;
    // The standard recursion: stable, for every term is between 0 and 1.
    Ok((1..=agents).fold(1.0, |b, n| load * b / (f64::from(n) + load * b)))
}

/// M/M/c: Poisson arrivals, exponential handling, `c` agents, and callers of endless patience.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ErlangC {
    agents: u32,
    load: f64,
    wait_probability: f64,
}

impl ErlangC {
    /// These agents under this load.
    ///
    /// # Errors
    /// [`LoadError::Load`], or [`LoadError::Unstable`] unless there are more agents than erlangs.
    pub fn new(agents: u32, load: f64) -> Result<Self, LoadError> {
        let b = blocking(agents, load)?;
        let count = f64::from(agents);
        if count <= load {
            return Err(LoadError::Unstable { agents, load });
        }
        Ok(Self {
            agents,
            load,
            wait_probability: count * b / (count - load * (1.0 - b)),
        })
    }

    /// The chance that a caller waits at all.
    pub fn wait_probability(&self) -> f64 {
        self.wait_probability
    }

    /// The mean wait of all callers, in the unit of `handling`: the mean handling time.
    pub fn mean_wait(&self, handling: f64) -> f64 {
        self.wait_probability * handling / (f64::from(self.agents) - self.load)
    }

    /// The share of callers answered within a wait.
    pub fn service_level(&self, within: f64, handling: f64) -> f64 {
        let spare = f64::from(self.agents) - self.load;
        1.0 - self.wait_probability * (-spare * within.max(0.0) / handling).exp()
    }

    /// The share of their time that agents talk.
    pub fn occupancy(&self) -> f64 {
        self.load / f64::from(self.agents)
    }

    /// The fewest agents who answer the target share of callers within a wait.
    ///
    /// # Errors
    /// [`LoadError`] when an argument cannot be used.
    pub fn agents_for(
        load: f64,
        target: f64,
        within: f64,
        handling: f64,
    ) -> Result<u32, LoadError> {
        let (load, target) = (checked_load(load)?, checked_target(target)?);
        let handling = checked_time(handling)?;
        let mut b = 1.0;
        let mut agents = 0_u32;
        // The service level grows with every agent and tends to 1, so this ends.
        loop {
            agents += 1;
            let count = f64::from(agents);
            b = load * b / (count + load * b);
            if count > load {
                let staff = Self {
                    agents,
                    load,
                    wait_probability: count * b / (count - load * (1.0 - b)),
                };
                if staff.service_level(within, handling) >= target {
                    return Ok(agents);
                }
            }
        }
    }
}

/// M/M/c+M, the Palm or Erlang A model: as Erlang C, but each caller hangs up after an
/// exponentially distributed patience. It is stable under any load.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ErlangA {
    load: f64,
    wait_probability: f64,
    mean_queue: f64,
    abandonment: f64,
}

impl ErlangA {
    /// These agents under this load, with callers whose mean patience is `patience` mean handling
    /// times.
    ///
    /// Takes time in proportion to the callers who wait: a few nanoseconds each.
    ///
    /// # Errors
    /// [`LoadError::Load`], [`LoadError::Time`] when the patience is not positive, and
    /// [`LoadError::Patience`] when more than 10^8 callers would wait.
    pub fn new(agents: u32, load: f64, patience: f64) -> Result<Self, LoadError> {
        let (load, patience) = (checked_load(load)?, checked_time(patience)?);
        let callers = (load - f64::from(agents)) * patience;
        if callers > 1e8 {
            return Err(LoadError::Patience { patience, callers });
        }
        if load == 0.0 {
            return Ok(Self {
                load,
                wait_probability: f64::from(agents == 0),
                mean_queue: 0.0,
                abandonment: 0.0,
            });
        }
        // State probabilities relative to "all agents busy, nobody waits", in units of the handling
        // rate: up to it the sum is 1/B, above it each further caller leaves at 1/patience.
        let mut below = 1.0 / blocking(agents, load)? - 1.0;
        let (mut weight, mut above, mut queue) = (1.0_f64, 1.0_f64, 0.0_f64);
        let mut waiting = 0.0;
        loop {
            waiting += 1.0;
            let leaving = f64::from(agents) + waiting / patience;
            weight *= load / leaving;
            above += weight;
            queue += weight * waiting;
            // Only the ratios matter: under a heavy load the weights would leave the range.
            if weight > 1e100 {
                for sum in [&mut weight, &mut above, &mut queue, &mut below] {
                    *sum *= 1e-100;
                }
            }
            // Past the peak the terms fall at least geometrically; what is left is below rounding.
            if leaving > load && weight * waiting / (1.0 - load / leaving) < queue * 1e-15 {
                break;
            }
        }
        let total = below + above;
        let mean_queue = queue / total;
        Ok(Self {
            load,
            wait_probability: above / total,
            mean_queue,
            abandonment: mean_queue / patience / load,
        })
    }

    /// The chance that a caller finds all agents busy.
    pub fn wait_probability(&self) -> f64 {
        self.wait_probability
    }

    /// The share of callers who hang up unanswered.
    pub fn abandonment(&self) -> f64 {
        self.abandonment
    }

    /// The mean wait of all callers, whether answered or not, in the unit of `handling`.
    pub fn mean_wait(&self, handling: f64) -> f64 {
        if self.load == 0.0 {
            0.0
        } else {
            self.mean_queue / self.load * handling
        }
    }

    /// The mean number of callers waiting.
    pub fn mean_queue(&self) -> f64 {
        self.mean_queue
    }

    /// The share of their time that agents talk.
    pub fn occupancy(&self, agents: u32) -> f64 {
        if agents == 0 {
            0.0
        } else {
            self.load * (1.0 - self.abandonment) / f64::from(agents)
        }
    }

    /// The fewest agents with whom at most this share of callers hangs up.
    ///
    /// # Errors
    /// [`LoadError`] when an argument cannot be used.
    pub fn agents_for(load: f64, abandonment: f64, patience: f64) -> Result<u32, LoadError> {
        if !(abandonment > 0.0 && abandonment <= 1.0) {
            return Err(LoadError::Target(abandonment));
        }
        let load = checked_load(load)?;
        let suffice = |agents| Ok(Self::new(agents, load, patience)?.abandonment <= abandonment);
        // Nobody serves more than all the time: with fewer agents than this, more hang up.
        let mut agents = (load * (1.0 - abandonment)) as u32;
        // Each further agent keeps more callers: up in growing steps, then back by halves.
        let mut step = 1;
        while !suffice(agents)? {
            agents += step;
            step *= 2;
        }
        while step > 1 {
            step /= 2;
            if agents >= step && suffice(agents - step)? {
                agents -= step;
            }
        }
        Ok(agents)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn near(found: f64, published: f64, tolerance: f64) {
        assert!(
            (found - published).abs() <= tolerance,
            "{found} is not {published}"
        );
    }

    #[test]
    fn erlang_b_by_hand() {
        // B(1, a) = a/(1+a); B(2, 1) = (1/2)/(1+1+1/2).
        near(blocking(1, 3.0).unwrap(), 0.75, 1e-12);
        near(blocking(2, 1.0).unwrap(), 0.2, 1e-12);
        near(blocking(0, 5.0).unwrap(), 1.0, 0.0);
    }

    #[test]
    fn erlang_c_published_values() {
        for (agents, load, wait, mean) in [
            (10, 9.0, 0.6687, 0.6687),
            (10, 9.5, 0.8256, 1.651),
            (20, 18.0, 0.5508, 0.2754),
        ] {
            let staff = ErlangC::new(agents, load).unwrap();
            near(staff.wait_probability(), wait, 5e-5);
            near(staff.mean_wait(1.0), mean, 5e-4);
        }
        // One agent: M/M/1, whose formulas are elementary.
        let one = ErlangC::new(1, 0.8).unwrap();
        near(one.wait_probability(), 0.8, 1e-12);
        near(one.mean_wait(1.0), 4.0, 1e-12);
        near(
            one.service_level(2.0, 1.0),
            1.0 - 0.8 * (-0.4_f64).exp(),
            1e-12,
        );
    }

    /// Garnett, Mandelbaum, Reiman: Designing a Call Center with Impatient Customers (2002), the
    /// introduction's table: 48 calls a minute of one minute, 50 agents, patience of 2 minutes.
    #[test]
    fn erlang_a_published_values() {
        let patient = ErlangC::new(50, 48.0).unwrap();
        near(patient.mean_wait(60.0), 20.8, 0.05);
        near(patient.occupancy(), 0.96, 1e-12);
        let impatient = ErlangA::new(50, 48.0, 2.0).unwrap();
        near(impatient.abandonment(), 0.031, 0.0005);
        near(impatient.mean_wait(60.0), 3.7, 0.05);
        near(impatient.mean_queue(), 3.0, 0.5);
        near(impatient.occupancy(50), 0.93, 0.005);
    }

    #[test]
    fn endless_patience_is_erlang_c_and_balance_holds() {
        let (a, c) = (
            ErlangA::new(10, 9.0, 1e7).unwrap(),
            ErlangC::new(10, 9.0).unwrap(),
        );
        near(a.wait_probability(), c.wait_probability(), 1e-4);
        near(a.mean_wait(1.0), c.mean_wait(1.0), 1e-3);
        // With patience equal to the handling time, M/M/c+M is M/M/inf: the number in the system is
        // Poisson, so the chance that all three agents are busy under 2 erlangs is known.
        let poisson = ErlangA::new(3, 2.0, 1.0).unwrap();
        near(
            poisson.wait_probability(),
            1.0 - (-2.0_f64).exp() * (1.0 + 2.0 + 2.0),
            1e-12,
        );
    }

    #[test]
    fn the_fewest_agents() {
        for load in [0.0, 0.5, 9.0, 48.0, 400.0] {
            let agents = ErlangC::agents_for(load, 0.8, 20.0, 180.0).unwrap();
            assert!(
                ErlangC::new(agents, load)
                    .unwrap()
                    .service_level(20.0, 180.0)
                    >= 0.8
            );
            let fewer = ErlangC::new(agents - 1, load);
            assert!(fewer.is_err() || fewer.unwrap().service_level(20.0, 180.0) < 0.8);
            let agents = ErlangA::agents_for(load, 0.05, 1.0).unwrap();
            assert!(ErlangA::new(agents, load, 1.0).unwrap().abandonment() <= 0.05);
            assert!(
                agents == 0 || ErlangA::new(agents - 1, load, 1.0).unwrap().abandonment() > 0.05
            );
        }
    }

    /// The weights of a heavy load leave the range of a number, and the sum over endless patience
    /// would take for ever.
    #[test]
    fn heavy_loads_have_an_answer() {
        // Overload: all agents talk all the time, so those they cannot serve hang up.
        for (agents, load, patience) in [(0, 800.0, 1.0), (500, 1000.0, 10.0), (10, 1e6, 1.0)] {
            let staff = ErlangA::new(agents, load, patience).unwrap();
            near(staff.abandonment(), 1.0 - f64::from(agents) / load, 1e-9);
            near(staff.wait_probability(), 1.0, 1e-9);
        }
        assert_eq!(ErlangA::new(5000, 800.0, 1.0).unwrap().abandonment(), 0.0);
        let agents = ErlangA::agents_for(1e5, 0.05, 1.0).unwrap();
        assert!((95_000..96_000).contains(&agents), "{agents}");
        assert!(matches!(
            ErlangA::new(1, 1000.0, 1e9),
            Err(LoadError::Patience { .. })
        ));
    }

    #[test]
    fn what_cannot_be_used_is_named() {
        assert_eq!(
            ErlangC::new(9, 9.0),
            Err(LoadError::Unstable {
                agents: 9,
                load: 9.0
            })
        );
        assert_eq!(blocking(3, -1.0), Err(LoadError::Load(-1.0)));
        assert!(matches!(blocking(3, f64::NAN), Err(LoadError::Load(_))));
        assert_eq!(
            ErlangC::agents_for(1.0, 1.0, 0.0, 1.0),
            Err(LoadError::Target(1.0))
        );
        assert_eq!(ErlangA::new(3, 1.0, 0.0), Err(LoadError::Time(0.0)));
    }
}
