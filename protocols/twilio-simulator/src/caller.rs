//! A scripted caller.

use crate::script::{Script, script_steps};

/// Someone who rings one of the host's numbers, and what they do then.
///
/// ```
/// use std::time::Duration;
/// use twilio_simulator::Caller;
///
/// let mrs_hall = Caller::from("+447700900001")
///     .to("+442079460000")
///     .named("Mrs Hall")
///     .hears("press 1")
///     .presses("1")
///     .gives_up_after(Duration::from_secs(240))
///     .gets_through()
///     .hangs_up_after(Duration::from_secs(60));
/// assert_eq!(mrs_hall.name(), "Mrs Hall");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(
    feature = "serde",
    serde(from = "crate::form::CallerForm", into = "crate::form::CallerForm")
)]
pub struct Caller {
    pub(crate) from: String,
    pub(crate) to: String,
    pub(crate) name: Option<String>,
    pub(crate) script: Script,
    pub(crate) signature: Signature,
    pub(crate) parameters: Vec<(String, String)>,
}

/// Whether the request of a call is truly signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Signature {
    Genuine,
    Forged,
}

/// A caller who has not yet said whom they ring; see [`Caller::from`].
#[derive(Clone, Debug)]
pub struct CallerFrom(String);

impl CallerFrom {
    /// The number they dial: one given to [`Simulator::number`](crate::Simulator::number).
    #[must_use]
    pub fn to(self, number: impl Into<String>) -> Caller {
        Caller {
            from: self.0,
            to: number.into(),
            name: None,
            script: Script::new(),
            signature: Signature::Genuine,
            parameters: Vec::new(),
        }
    }
}

impl Caller {
    /// A caller with this number (E.164), or `client:NAME` for one who rings from a browser.
    #[must_use]
    pub fn from(number: impl Into<String>) -> CallerFrom {
        CallerFrom(number.into())
    }

    script_steps!(script);

    /// Does all of this script after what was said so far; its patience, if any, replaces ours.
    #[must_use]
    pub fn does(mut self, script: Script) -> Self {
        for step in script.steps() {
            self.script.push(step.clone());
        }
        if let Some(patience) = script.patience() {
            self.script.set_patience(patience);
        }
        self
    }

    /// How the transcript calls them; without it, their number.
    #[must_use]
    pub fn named(mut self, name: impl Into<String>) -> Self {
        self.name = Some(name.into());
        self
    }

    /// A further parameter of the first request, as geography (`FromCountry`), `CallerName`,
    /// `ForwardedFrom` or a browser client's own.
    #[must_use]
    pub fn parameter(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.parameters.push((name.into(), value.into()));
        self
    }

    /// Somebody who is not Twilio posts a call to the host, signed with a wrong token.
    ///
    /// One request is made and its answer recorded; no TwiML is run and the call ends `failed`.
    #[must_use]
    pub fn forged(mut self) -> Self {
        self.signature = Signature::Forged;
        self
    }

    /// The number they dial.
    #[must_use]
    pub fn number(&self) -> &str {
        &self.to
    }

    /// How the transcript calls them.
    #[must_use]
    pub fn name(&self) -> &str {
        self.name.as_deref().unwrap_or(&self.from)
    }
}
