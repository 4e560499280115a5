//! What must be true of every caller at the end.

use std::fmt;

use twilio_simulator::{Call, CallSid, Simulator};
use twilio_webhook::CallStatus;

/// What became of the callers.
#[derive(Debug, Default)]
pub(crate) struct Books {
    pub(crate) came: usize,
    pub(crate) answered: usize,
    pub(crate) gave_up: usize,
    /// Calls that ended in no way that they may.
    pub(crate) lost: Vec<String>,
    /// Calls of which somebody talked to more than one rep.
    pub(crate) twice: Vec<String>,
    /// The longest time that anybody who was answered had to wait, in seconds.
    pub(crate) longest: i64,
}

impl Books {
    /// Of these calls. Callers who get through hang up when they have talked; those who do not, when their patience ends,
    /// after so many seconds.
    pub(crate) fn of(twilio: &Simulator, callers: &[CallSid], patience: i64) -> Self {
        let mut books = Self::default();
        for sid in callers {
            let Some(call) = twilio.call(sid) else {
                books.lost.push(format!("{sid} never rang"));
                continue;
            };
            books.came += 1;
            let lasted = call
                .ended_at
                .map(|end| (end - call.started_at).num_seconds());
            if call.joined_times > 1 {
                books.twice.push(told(&call));
            }
            match (call.joined_at, lasted) {
                (Some(joined), Some(_)) => {
                    books.answered += 1;
                    let waited = (joined - call.started_at).num_seconds();
                    books.longest = books.longest.max(waited);
                }
                // They hung up themselves, neither we nor Twilio.
                (None, Some(lasted)) if lasted >= patience - 1 => books.gave_up += 1,
                _ => books.lost.push(told(&call)),
            }
            if call.status != CallStatus::Completed && call.joined_at.is_some() {
                books.lost.push(told(&call));
            }
        }
        books
    }
}

fn told(call: &Call) -> String {
    let heard: Vec<String> = call
        .heard
        .iter()
        .map(|heard| format!("{} {:?}", heard.from.format("%H:%M:%S"), heard.what))
        .collect();
    format!(
        "{} from {} at {}, {:?}, joined {} times, ended {:?}; heard {}",
        call.sid,
        call.from,
        call.started_at,
        call.status,
        call.joined_times,
        call.ended_at,
        heard.join(", ")
    )
}

impl fmt::Display for Books {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} came, {} were answered (the last after {} s), {} gave up, {} were lost, {} talked twice",
            self.came,
            self.answered,
            self.longest,
            self.gave_up,
            self.lost.len(),
            self.twice.len()
        )
    }
}
