//! Scenario files: who rings whom, and what they do then. The README describes the form.

mod faults;
mod stage;

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::Deserialize;
use serde_json::Value;
use twilio_simulator::{Answers, Caller};

pub use self::faults::{FaultForm, FaultRule};
pub use self::stage::{Cast, ScenarioError, Stage};

/// A scenario as its file has it.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct Scenario {
    /// `AC` and 32 hexadecimal digits; signs nothing, but the app may look at it.
    pub account_sid: Option<String>,
    /// What signs the requests.
    pub auth_token: Option<String>,
    /// When virtual time begins.
    pub starts_at: Option<DateTime<Utc>>,
    /// What all chance is drawn from.
    pub seed: u64,
    /// How long to wait for calls that the app makes by itself, in virtual seconds; only with a speed.
    pub lasts: Option<f64>,
    /// Lengths of speech and media.
    pub settings: SettingsForm,
    /// The account's numbers. Those that are rung and not named here are answered by the app's URL.
    pub numbers: BTreeMap<String, NumberForm>,
    /// What happens when the app dials a phone.
    pub phones: BTreeMap<String, Answers>,
    /// Queues that exist from the beginning, with their sizes.
    pub queues: BTreeMap<String, usize>,
    /// Who rings.
    pub calls: Vec<CallForm>,
    /// Who writes.
    pub messages: Vec<MessageForm>,
    /// What goes wrong on the way to the app and back.
    pub faults: Vec<FaultRule>,
    /// What must come of it, in the words of behaviour cases; the calls are known by their names.
    pub expect: Option<Value>,
}

/// Lengths, in seconds.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct SettingsForm {
    /// How fast everybody speaks.
    pub words_per_minute: Option<u16>,
    /// How long each text takes, whatever its length.
    pub seconds_per_text: Option<f64>,
    /// How long these texts take.
    pub texts: BTreeMap<String, f64>,
    /// How long the media behind these URLs are.
    pub media: BTreeMap<String, f64>,
    /// How long all other media are.
    pub any_media: Option<f64>,
}

/// A number of the account. URLs may be relative to the app's.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct NumberForm {
    /// Answers calls; the app's URL without it.
    pub voice_url: Option<String>,
    /// GET or POST.
    pub voice_method: Option<String>,
    /// Asked when a document cannot be had or read.
    pub fallback_url: Option<String>,
    /// Told when a call to the number has ended.
    pub status_callback: Option<String>,
    /// Answers messages.
    pub sms_url: Option<String>,
    /// GET or POST.
    pub sms_method: Option<String>,
    /// Asked when the document for a message cannot be had or read.
    pub sms_fallback_url: Option<String>,
}

/// A call to come, or several alike.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct CallForm {
    /// When, in seconds from the beginning.
    #[serde(default)]
    pub at: f64,
    /// How many such calls.
    #[serde(default = "once")]
    pub times: u32,
    /// How many seconds lie between them.
    #[serde(default)]
    pub every: f64,
    /// Who rings.
    pub caller: Caller,
}

fn once() -> u32 {
    1
}

/// A message to come.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct MessageForm {
    /// When, in seconds from the beginning.
    #[serde(default)]
    pub at: f64,
    /// How expectations call it.
    pub name: Option<String>,
    /// The sender.
    pub from: String,
    /// The number of the account.
    pub to: String,
    /// The text.
    #[serde(default)]
    pub body: String,
}
