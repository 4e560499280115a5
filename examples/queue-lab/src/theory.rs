//! What Erlang's formulas say about a centre, where they say anything.

use queue_dispatch::erlang::{ErlangA, ErlangC};

use crate::centre::{Centre, Shape};

/// The formula that fits, and its figures.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Theory {
    /// Nobody hangs up.
    C { formula: ErlangC, handling: f64 },
    /// Everyone hangs up sooner or later.
    A {
        formula: ErlangA,
        handling: f64,
        agents: u32,
    },
}

impl Theory {
    /// The formula for this centre.
    ///
    /// # Errors
    /// One sentence that says why no formula fits.
    pub(crate) fn of(centre: &Centre) -> Result<Self, String> {
        let steady = centre
            .classes
            .iter()
            .all(|class| class.calls_per_hour.steady().is_some());
        let (true, Some(agents)) = (steady, centre.agents.steady()) else {
            return Err("calls or agents change by the hour".to_owned());
        };
        if centre.voicemail_after.is_some() {
            return Err("voicemail ends waits".to_owned());
        }
        if centre.answer_after > 0.0 || centre.wrap_up > 0.0 {
            return Err("answering and wrap-up are no exponential part of a call".to_owned());
        }
        if centre
            .classes
            .iter()
            .any(|class| class.talk_shape != Shape::Exponential)
        {
            return Err("talks are not exponential".to_owned());
        }
        let first = &centre.classes[0];
        if centre.classes.iter().any(|class| class.talk != first.talk) {
            return Err("classes talk for different times".to_owned());
        }
        if centre
            .classes
            .iter()
            .any(|class| class.patience != first.patience)
        {
            return Err("classes have different patience".to_owned());
        }
        let (load, handling) = (centre.load(), centre.handling());
        match first.patience {
            None => {
                let formula = ErlangC::new(agents, load).map_err(|error| error.to_string())?;
                Ok(Self::C { formula, handling })
            }
            Some(patience) => {
                let formula = ErlangA::new(agents, load, patience / handling)
                    .map_err(|error| error.to_string())?;
                Ok(Self::A {
                    formula,
                    handling,
                    agents,
                })
            }
        }
    }

    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::C { .. } => "Erlang C",
            Self::A { .. } => "Erlang A",
        }
    }

    pub(crate) fn mean_wait(&self) -> f64 {
        match self {
            Self::C { formula, handling } => formula.mean_wait(*handling),
            Self::A {
                formula, handling, ..
            } => formula.mean_wait(*handling),
        }
    }

    pub(crate) fn hung_up(&self) -> f64 {
        match self {
            Self::C { .. } => 0.0,
            Self::A { formula, .. } => formula.abandonment(),
        }
    }

    pub(crate) fn occupancy(&self) -> f64 {
        match self {
            Self::C { formula, .. } => formula.occupancy(),
            Self::A {
                formula, agents, ..
            } => formula.occupancy(*agents),
        }
    }

    /// The share of callers who wait longer when the oldest goes first, where the formula knows.
    pub(crate) fn longer_than(&self, wait: f64) -> Option<f64> {
        match self {
            Self::C { formula, handling } => Some(1.0 - formula.service_level(wait, *handling)),
            Self::A { .. } => None,
        }
    }

    /// The wait that this share of callers does not exceed, where the formula knows.
    pub(crate) fn quantile(&self, share: f64) -> Option<f64> {
        let (mut low, mut high) = (0.0, 1.0);
        if self.longer_than(0.0)? <= 1.0 - share {
            return Some(0.0);
        }
        // The tail falls to nothing, so doubling ends; then halve.
        while self.longer_than(high)? > 1.0 - share {
            high *= 2.0;
        }
        for _ in 0..60 {
            let middle = (low + high) / 2.0;
            if self.longer_than(middle)? > 1.0 - share {
                low = middle;
            } else {
                high = middle;
            }
        }
        Some(high)
    }
}
