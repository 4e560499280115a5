//! What a person on the line does: a caller, or whoever answers a dialled phone.

use std::ops::RangeInclusive;
use std::time::Duration;

use crate::chance::Chance;

/// One thing that a person on the line does, or waits for.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
#[non_exhaustive]
pub enum Step {
    /// Wait until this text has been spoken to them, or media whose URL contains it starts.
    Hears(String),
    /// Wait until they are next asked for keys or speech: until a `<Gather>` begins.
    IsAsked,
    /// Let time pass.
    #[cfg_attr(feature = "serde", serde(with = "crate::form::seconds"))]
    Waits(Duration),
    /// Let time pass: a length within these bounds, by chance.
    #[cfg_attr(feature = "serde", serde(with = "crate::form::times"))]
    WaitsBetween(RangeInclusive<Duration>),
    /// Wait until this much time has passed since the leg began.
    #[cfg_attr(feature = "serde", serde(with = "crate::form::seconds"))]
    WaitsUntil(Duration),
    /// Press keys, all at one instant.
    Presses(String),
    /// Say these words, at the rate of [`Settings::speech`](crate::Settings::speech).
    Says(String),
    /// Make sound for a while, of no particular words.
    #[cfg_attr(feature = "serde", serde(with = "crate::form::seconds"))]
    SpeaksFor(Duration),
    /// Wait until they are joined to another person.
    GetsThrough,
    /// End the call.
    HangsUp,
    /// Do one of these, by chance; all are equally likely.
    OneOf(Vec<Script>),
}

/// What a person does once their call is answered, in order.
///
/// After the last step they stay on the line until the other side hangs up.
///
/// ```
/// use std::time::Duration;
/// use twilio_simulator::Script;
///
/// let accept_and_talk = Script::new()
///     .hears("press any key to accept")
///     .presses("5")
///     .gets_through()
///     .hangs_up_after(Duration::from_secs(90));
/// assert_eq!(accept_and_talk.steps().len(), 5);
/// ```
///
/// What is left to [chance](Self::one_of) is drawn when the call begins, from the simulator's
/// [seed](crate::SimulatorBuilder::seed).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(
    feature = "serde",
    serde(from = "crate::form::ScriptForm", into = "crate::form::ScriptForm")
)]
pub struct Script {
    steps: Vec<Step>,
    patience: Option<Duration>,
}

/// Writes the same vocabulary on every builder that holds a script.
macro_rules! script_steps {
    ($($script:ident)?) => {
        /// Waits until this text has been spoken to them (upper and lower case are the same), or
        /// until media starts whose URL contains it.
        ///
        /// A text counts at the instant its last letter is spoken, so a person who hears “press 1”
        /// in the middle of a menu can press before the menu ends.
        #[must_use]
        pub fn hears(self, text: impl Into<String>) -> Self {
            self.then_step($crate::script::Step::Hears(text.into()))
        }

        /// Waits until they are next asked for keys or speech, that is until a `<Gather>` begins
        /// whose prompt they may interrupt. One that has begun before does not count.
        #[must_use]
        pub fn is_asked(self) -> Self {
            self.then_step($crate::script::Step::IsAsked)
        }

        /// Lets time pass: a length within these bounds, by chance.
        #[must_use]
        pub fn waits_between(self, times: std::ops::RangeInclusive<std::time::Duration>) -> Self {
            self.then_step($crate::script::Step::WaitsBetween(times))
        }

        /// Does one of these, by chance: all are equally likely.
        #[must_use]
        pub fn one_of(self, scripts: impl IntoIterator<Item = $crate::script::Script>) -> Self {
            self.then_step($crate::script::Step::OneOf(scripts.into_iter().collect()))
        }

        /// Lets time pass.
        #[must_use]
        pub fn waits(self, time: std::time::Duration) -> Self {
            self.then_step($crate::script::Step::Waits(time))
        }

        /// Waits until this much time has passed since their call began: since they dialled, or
        /// since they were dialled. Nothing to wait for if it has passed already.
        #[must_use]
        pub fn waits_until(self, time: std::time::Duration) -> Self {
            self.then_step($crate::script::Step::WaitsUntil(time))
        }

        /// Presses keys (`0`-`9`, `*`, `#`), all at one instant.
        #[must_use]
        pub fn presses(self, keys: impl Into<String>) -> Self {
            self.then_step($crate::script::Step::Presses(keys.into()))
        }

        /// Says these words; takes the time it takes to say them.
        #[must_use]
        pub fn says(self, words: impl Into<String>) -> Self {
            self.then_step($crate::script::Step::Says(words.into()))
        }

        /// Makes sound for this long, as a message left on a machine does.
        #[must_use]
        pub fn speaks_for(self, time: std::time::Duration) -> Self {
            self.then_step($crate::script::Step::SpeaksFor(time))
        }

        /// Waits until they are joined to another person (or to a conference).
        #[must_use]
        pub fn gets_through(self) -> Self {
            self.then_step($crate::script::Step::GetsThrough)
        }

        /// Hangs up.
        #[must_use]
        pub fn hangs_up(self) -> Self {
            self.then_step($crate::script::Step::HangsUp)
        }

        /// Lets time pass, then hangs up.
        #[must_use]
        pub fn hangs_up_after(self, time: std::time::Duration) -> Self {
            self.waits(time).hangs_up()
        }

        /// Hangs up when this much time has passed since the call began and they have not been
        /// joined to anybody, whatever step they are at.
        #[must_use]
        pub fn gives_up_after(mut self, time: std::time::Duration) -> Self {
            self$(.$script)?.set_patience(time);
            self
        }

        fn then_step(mut self, step: $crate::script::Step) -> Self {
            self$(.$script)?.push(step);
            self
        }
    };
}
pub(crate) use script_steps;

impl Step {
    fn is_chance(&self) -> bool {
        matches!(self, Self::WaitsBetween(_) | Self::OneOf(_))
    }
}

impl Script {
    /// Someone who stays on the line and says nothing.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    script_steps!();

    /// The steps so far.
    #[must_use]
    pub fn steps(&self) -> &[Step] {
        &self.steps
    }

    /// How long they wait for a person, if there is a limit.
    #[must_use]
    pub fn patience(&self) -> Option<Duration> {
        self.patience
    }

    /// The script as it will be played, with nothing left to chance.
    pub(crate) fn drawn(self, chance: &mut Chance) -> Self {
        if !self.steps.iter().any(Step::is_chance) {
            return self;
        }
        let mut drawn = Self {
            steps: Vec::with_capacity(self.steps.len()),
            patience: self.patience,
        };
        for step in self.steps {
            match step {
                Step::WaitsBetween(times) => {
                    let (least, most) = times.into_inner();
                    let width = most.saturating_sub(least).as_micros();
                    let width = u64::try_from(width).unwrap_or(u64::MAX - 1);
                    let more = Duration::from_micros(chance.draw() % (width + 1));
                    drawn.push(Step::Waits(least.saturating_add(more)));
                }
                Step::OneOf(mut scripts) => {
                    let Ok(count @ 1..) = u64::try_from(scripts.len()) else {
                        continue;
                    };
                    let index = usize::try_from(chance.draw() % count).unwrap_or_default();
                    let chosen = scripts.swap_remove(index).drawn(chance);
                    drawn.steps.extend(chosen.steps);
                    drawn.patience = chosen.patience.or(drawn.patience);
                }
                step => drawn.push(step),
            }
        }
        drawn
    }

    pub(crate) fn push(&mut self, step: Step) {
        self.steps.push(step);
    }

    pub(crate) fn set_patience(&mut self, time: Duration) {
        self.patience = Some(time);
    }
}
