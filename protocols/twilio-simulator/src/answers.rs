//! What happens at a phone that somebody dials.

use std::time::Duration;

use crate::chance::Chance;
use crate::script::Script;

/// How a phone, browser or anything else that can be dialled behaves when it rings.
///
/// All times count from the moment the leg starts. A phone rings at once unless told otherwise; one
/// that is engaged or dead does not ring.
///
/// ```
/// use std::time::Duration;
/// use twilio_simulator::{Answers, Script};
///
/// let rep = Answers::after(Duration::from_secs(4))
///     .then(Script::new().hears("press any key").presses("1"));
/// let engaged = Answers::busy();
/// let away = Answers::never();
/// # let _ = (rep, engaged, away);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(
    feature = "serde",
    serde(
        try_from = "crate::form::AnswersForm",
        into = "crate::form::AnswersForm"
    )
)]
pub struct Answers {
    /// If there are any, one of them is drawn and the rest of this says nothing.
    pub(crate) alternatives: Vec<Self>,
    pub(crate) rings_after: Option<Duration>,
    pub(crate) outcome: Outcome,
    pub(crate) script: Script,
}

/// How ringing ends at the phone's side.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    Answered(Duration),
    Busy(Duration),
    Failed(Duration),
    Never,
}

impl Answers {
    /// Answers when this much time has passed.
    #[must_use]
    pub fn after(time: Duration) -> Self {
        Self::with(Outcome::Answered(time))
    }

    /// Engaged, at once.
    #[must_use]
    pub fn busy() -> Self {
        Self::busy_after(Duration::ZERO)
    }

    /// Engaged, or refused by the person, when this much time has passed.
    #[must_use]
    pub fn busy_after(time: Duration) -> Self {
        Self::with(Outcome::Busy(time))
    }

    /// Cannot be reached, as a number that does not exist.
    #[must_use]
    pub fn fails() -> Self {
        Self::fails_after(Duration::ZERO)
    }

    /// Cannot be reached, which shows after this much time.
    #[must_use]
    pub fn fails_after(time: Duration) -> Self {
        Self::with(Outcome::Failed(time))
    }

    /// Rings and nobody comes.
    #[must_use]
    pub fn never() -> Self {
        Self::with(Outcome::Never)
    }

    /// Behaves in one of these ways, by chance, anew each time it is dialled; all are equally
    /// likely. None at all is [`Answers::never`].
    #[must_use]
    pub fn one_of(ways: impl IntoIterator<Item = Self>) -> Self {
        Self {
            alternatives: ways.into_iter().collect(),
            ..Self::never()
        }
    }

    /// Begins to ring only after this much time; until then the leg is `initiated`.
    #[must_use]
    pub fn rings_after(mut self, time: Duration) -> Self {
        self.rings_after = Some(time);
        self
    }

    /// What the person does who answers. Without it they stay on the line and say nothing.
    #[must_use]
    pub fn then(mut self, script: Script) -> Self {
        self.script = script;
        self
    }

    /// What the phone does this time, with nothing left to chance.
    pub(crate) fn drawn(mut self, chance: &mut Chance) -> Self {
        let Ok(count @ 1..) = u64::try_from(self.alternatives.len()) else {
            self.script = self.script.drawn(chance);
            return self;
        };
        let index = usize::try_from(chance.draw() % count).unwrap_or_default();
        self.alternatives.swap_remove(index).drawn(chance)
    }

    fn with(outcome: Outcome) -> Self {
        Self {
            alternatives: Vec::new(),
            rings_after: None,
            outcome,
            script: Script::new(),
        }
    }
}
