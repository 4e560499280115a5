//! What happens to those who wait long, as data.

use std::fmt;

use chrono::TimeDelta;
use serde::{Deserialize, Serialize};

use crate::config::ConfigError;
use crate::time::span;

/// The overflow ladder: rungs in order of waiting time.
///
/// ```
/// use chrono::TimeDelta;
/// use queue_dispatch::{Exit, Ladder, RingEveryone, Rung, Scope};
///
/// let ladder = Ladder::new([
///     Rung::ring_everyone(TimeDelta::minutes(3), RingEveryone::new(Scope::NotOnACall)),
///     Rung::send_to(TimeDelta::minutes(5), Exit::Voicemail),
/// ])?;
/// assert_eq!(ladder.rungs().len(), 2);
/// # Ok::<(), queue_dispatch::ConfigError>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Ladder {
    rungs: Vec<Rung>,
}

impl Ladder {
    /// No rungs: callers wait until an agent is free.
    pub const fn none() -> Self {
        Self { rungs: Vec::new() }
    }

    /// One rung, climbed by [`OverflowDue`](crate::Event::OverflowDue): every phone whose agent is
    /// not on a call rings.
    pub fn ring_everyone_after(wait: TimeDelta) -> Self {
        Self {
            rungs: vec![Rung::ring_everyone(
                wait,
                RingEveryone::new(Scope::NotOnACall),
            )],
        }
    }

    /// These rungs.
    ///
    /// # Errors
    /// [`ConfigError::RungOrder`] when one comes before its predecessor, [`ConfigError::Negative`]
    /// when a time is below zero,
    /// [`ConfigError::RungCount`] past 32 rungs.
    pub fn new(rungs: impl IntoIterator<Item = Rung>) -> Result<Self, ConfigError> {
        let rungs: Vec<Rung> = rungs.into_iter().collect();
        if rungs.len() > 32 {
            return Err(ConfigError::RungCount { count: rungs.len() });
        }
        let mut before = TimeDelta::zero();
        for rung in &rungs {
            if rung.after < TimeDelta::zero() {
                return Err(ConfigError::Negative {
                    setting: "rung",
                    value: rung.after,
                });
            }
            if rung.after < before {
                return Err(ConfigError::RungOrder {
                    before,
                    after: rung.after,
                });
            }
            before = rung.after;
        }
        Ok(Self { rungs })
    }

    /// The rungs, in order.
    pub fn rungs(&self) -> &[Rung] {
        &self.rungs
    }

    /// Each rung in words, by which a snapshot knows it again.
    pub(crate) fn written(&self) -> Vec<String> {
        self.rungs.iter().map(Rung::written).collect()
    }
}

/// One rung: when, and what then.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Rung {
    /// The wait at which it is due.
    pub after: TimeDelta,
    /// What happens.
    pub measure: Measure,
    /// Who says that it is due.
    pub trigger: Trigger,
}

impl Rung {
    /// Rings every phone, when [`OverflowDue`](crate::Event::OverflowDue) arrives.
    pub const fn ring_everyone(after: TimeDelta, ring: RingEveryone) -> Self {
        Self {
            after,
            measure: Measure::RingEveryone(ring),
            trigger: Trigger::OverflowDue,
        }
    }

    /// Takes the caller out of the queue, by the queue's own clock.
    pub const fn send_to(after: TimeDelta, exit: Exit) -> Self {
        Self {
            after,
            measure: Measure::SendTo(exit),
            trigger: Trigger::OwnClock,
        }
    }

    /// Lets agents with a skill of `levels` less serve the caller, by the queue's own clock.
    pub const fn relax_skills(after: TimeDelta, levels: u8) -> Self {
        Self {
            after,
            measure: Measure::RelaxSkills { levels },
            trigger: Trigger::OwnClock,
        }
    }

    fn written(&self) -> String {
        let trigger = match self.trigger {
            Trigger::OverflowDue => "overflow due",
            Trigger::OwnClock => "own clock",
        };
        let measure = match self.measure {
            Measure::RelaxSkills { levels } => format!("relax {levels}"),
            Measure::SendTo(exit) => format!("send to {exit}"),
            Measure::RingEveryone(ring) => {
                let scope = match ring.scope {
                    Scope::Ready => "ready",
                    Scope::NotOnACall => "not on a call",
                };
                let (rings, pauses) = (span(ring.ring_for), span(ring.again_after));
                let (rounds, phones) = (ring.rounds, ring.at_most);
                format!("ring {scope}, {phones} phones, {rounds} x {rings} us, {pauses} us apart")
            }
        };
        format!("{} us, {trigger}: {measure}", span(self.after))
    }

    /// The same rung, said to be due by another.
    #[must_use]
    pub const fn by(mut self, trigger: Trigger) -> Self {
        self.trigger = trigger;
        self
    }
}

/// Who says that a rung is due.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Trigger {
    /// The event [`OverflowDue`](crate::Event::OverflowDue), fired durably from outside.
    OverflowDue,
    /// The queue itself, through [`Queue::wake_at`](crate::Queue::wake_at).
    OwnClock,
}

/// What a rung does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Measure {
    /// Agents with less of the skill asked for may serve the caller.
    RelaxSkills {
        /// How many levels less.
        levels: u8,
    },
    /// Every phone rings; the first to accept has the caller, the others are cancelled in the same
    /// step.
    RingEveryone(RingEveryone),
    /// The caller leaves the queue.
    SendTo(Exit),
}

/// How to ring everyone.
///
/// All phones in scope that are free ring at once, the longest idle first where [`at_most`] cuts
/// them off. When the ringing ends without an answer the caller is back at the old place, and after
/// [`again_after`] the next round begins, up to [`rounds`]; then the caller waits on, for the next
/// rung or a free agent. An agent who becomes free during a round is rung too.
///
/// [`at_most`]: Self::at_most
/// [`again_after`]: Self::again_after
/// [`rounds`]: Self::rounds
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct RingEveryone {
    /// Whose phones ring.
    pub scope: Scope,
    /// How long a round rings. Default 30 s.
    pub ring_for: TimeDelta,
    /// The pause between rounds. Default 30 s.
    pub again_after: TimeDelta,
    /// How many rounds. Default 3.
    pub rounds: u16,
    /// How many phones at most. Default 200.
    pub at_most: u16,
}

impl RingEveryone {
    /// Rings this scope, with the defaults of the fields.
    pub const fn new(scope: Scope) -> Self {
        Self {
            scope,
            ring_for: TimeDelta::seconds(30),
            again_after: TimeDelta::seconds(30),
            rounds: 3,
            at_most: 200,
        }
    }

    /// How long a round rings; at least a microsecond.
    #[must_use]
    pub fn ring_for(mut self, time: TimeDelta) -> Self {
        self.ring_for = time.max(TimeDelta::microseconds(1));
        self
    }

    /// The pause between rounds; at least a microsecond.
    #[must_use]
    pub fn again_after(mut self, time: TimeDelta) -> Self {
        self.again_after = time.max(TimeDelta::microseconds(1));
        self
    }

    /// How many rounds; at least one.
    #[must_use]
    pub fn rounds(mut self, rounds: u16) -> Self {
        self.rounds = rounds.max(1);
        self
    }

    /// How many phones ring at most; at least one.
    #[must_use]
    pub fn at_most(mut self, phones: u16) -> Self {
        self.at_most = phones.max(1);
        self
    }
}

/// Whose phones ring when everyone is rung.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Scope {
    /// Agents who are ready.
    Ready,
    /// All agents known who have no call and no offer: on break, wrapping up and signed out too.
    NotOnACall,
}

/// Where a caller goes who leaves the queue unserved.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Exit {
    /// Leaves a message.
    Voicemail,
    /// Is called back.
    Callback,
    /// Hears that nobody can answer.
    Announcement,
}

impl fmt::Display for Exit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Voicemail => "voicemail",
            Self::Callback => "callback",
            Self::Announcement => "announcement",
        })
    }
}
