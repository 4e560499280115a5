//! What a person on the line does: a caller, or whoever answers a dialled phone.

use std::time::Duration;

/// One thing that a person on the line does, or waits for.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Step {
    /// Wait until this text has been spoken to them, or media whose URL contains it starts.
    Hears(String),
    /// Let time pass.
    Waits(Duration),
    /// Wait until this much time has passed since the leg began.
    WaitsUntil(Duration),
    /// Press keys, all at one instant.
    Presses(String),
    /// Say these words, at the rate of [`Settings::speech`](crate::Settings::speech).
    Says(String),
    /// Make sound for a while, of no particular words.
    SpeaksFor(Duration),
    /// Wait until they are joined to another person.
    GetsThrough,
    /// End the call.
    HangsUp,
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
#[derive(Clone, Debug, Default, PartialEq, Eq)]
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

    pub(crate) fn push(&mut self, step: Step) {
        self.steps.push(step);
    }

    pub(crate) fn set_patience(&mut self, time: Duration) {
        self.patience = Some(time);
    }
}
