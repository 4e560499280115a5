//! What a call's end means for the delivery.

use chrono::TimeDelta;
use escalation_core::{Cause, Outcome, Reason, Response};
use twilio_rest::{AnsweredBy, CallStatus, Error};

use crate::http_answer::told;

/// The outcome of a call that is over, in which no key with a meaning was pressed.
pub(super) fn ended(status: &CallStatus, answered_by: Option<&AnsweredBy>, asks: bool) -> Outcome {
    let retry = |cause: Cause| Outcome::RetryAfter {
        at_least: None,
        reason: cause.into(),
    };
    match status {
        CallStatus::Completed => match answered_by {
            Some(
                AnsweredBy::MachineStart
                | AnsweredBy::MachineEndBeep
                | AnsweredBy::MachineEndSilence
                | AnsweredBy::MachineEndOther
                | AnsweredBy::Fax,
            ) => retry(Cause::Machine),
            _ if asks => retry(Cause::Unconfirmed),
            _ => Outcome::Delivered(Response::None),
        },
        CallStatus::Busy => retry(Cause::Busy),
        CallStatus::NoAnswer => retry(Cause::NoAnswer),
        CallStatus::Canceled => Outcome::RetryAfter {
            at_least: None,
            reason: Reason::new(Cause::Other, "the call was cancelled"),
        },
        CallStatus::Failed => Outcome::RetryAfter {
            at_least: None,
            reason: Reason::new(
                Cause::BadDestination,
                "the call could not be placed: the number may not exist",
            ),
        },
        other => Outcome::Unknown(Reason::new(
            Cause::Other,
            format!("the call is `{other}`, which is not known here"),
        )),
    }
}

/// Twilio's codes for a number that it will never call for us: not a number (13223, 21211, 21217),
/// blocked or forbidden there (13225, 13227, 21215, 21216), not verified on a trial account (21219),
/// not reachable by this kind of message (21408, 21610, 21612, 21614).
const HOPELESS: [u32; 12] = [
    13223, 13225, 13227, 21211, 21215, 21216, 21217, 21219, 21408, 21610, 21612, 21614,
];

/// The outcome of a creation that gave no call, or message.
pub(crate) fn not_placed(error: &Error) -> Outcome {
    let reason = |cause| Reason::new(cause, told(error));
    match error {
        Error::Ambiguous { .. } | Error::Decode { .. } => Outcome::Unknown(reason(Cause::Timeout)),
        Error::Api(_) if error.code().is_some_and(|code| HOPELESS.contains(&code)) => {
            Outcome::Rejected(reason(Cause::BadDestination))
        }
        Error::Throttled { retry_after, .. } => Outcome::RetryAfter {
            at_least: retry_after.and_then(|wait| TimeDelta::from_std(wait).ok()),
            reason: reason(Cause::Throttled),
        },
        Error::Request { .. } => Outcome::Rejected(reason(Cause::InvalidRequest)),
        // An account that is suspended, a wrong password, no connection: nothing was placed, and
        // somebody will mend it.
        _ => Outcome::RetryAfter {
            at_least: None,
            reason: reason(Cause::Throttled),
        },
    }
}

pub(super) fn unreadable(error: &Error) -> Reason {
    Reason::new(Cause::Throttled, told(error))
}
