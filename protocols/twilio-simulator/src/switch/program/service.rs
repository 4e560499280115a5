//! What a call is handed to, beside people: streams, relays, payments.

use super::{Link, RecordingOrder};

/// `<Connect>`: the call is handed over, and waits.
#[derive(Debug)]
pub(crate) struct Handover {
    pub(crate) action: Option<Link>,
    pub(crate) to: HandoverTo,
}

/// To what a call is handed over.
#[derive(Debug)]
pub(crate) enum HandoverTo {
    Stream(Background),
    ConversationRelay,
}

/// A noun of `<Start>`: it runs beside the call.
#[derive(Clone, Debug)]
pub(crate) struct Background {
    pub(crate) service: Service,
    pub(crate) callback: Option<Link>,
    pub(crate) recording: RecordingOrder,
}

/// What it is, and its name, which is how `<Stop>` finds it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Service {
    pub(crate) kind: ServiceKind,
    pub(crate) name: Option<String>,
}

/// What runs beside a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ServiceKind {
    Stream,
    Siprec,
    Transcription,
    Recording,
}

/// `<Pay>`.
#[derive(Debug)]
pub(crate) struct Pay {
    pub(crate) action: Option<String>,
    pub(crate) status_callback: Option<Link>,
    /// What is asked for, one after the other, as in the parameter `For`.
    pub(crate) steps: Vec<&'static str>,
    pub(crate) method: &'static str,
    pub(crate) charges: bool,
}
