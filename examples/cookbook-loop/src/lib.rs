//! The cookbook's queue dispatch: callers wait in Twilio's own queues, one per class, and reps go
//! round them. This crate turns the decisions of [`RepLoop`] into TwiML.
//!
//! ```
//! use cookbook_loop::{Loop, rep_answers};
//! use queue_dispatch::RepLoop;
//!
//! let reps = Loop::new(RepLoop::new(2), ["premium", "regular"]);
//! // A rep dials in: premium first. The attempt travels in the action URL.
//! let (twiml, caching) = rep_answers(&reps, &[]);
//! assert_eq!(
//!     twiml.to_xml()?,
//!     "<?xml version=\"1.0\" encoding=\"UTF-8\"?><Response>\
//!      <Dial action=\"/rep?attempt=0-1-0-0\" method=\"GET\" timeout=\"5\"><Queue>premium</Queue></Dial>\
//!      </Response>"
//! );
//! // Twilio caches what it gets by GET, and would replay an old decision.
//! assert_eq!(caching, "no-store");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use queue_dispatch::{ClassId, Decision, RepCallback, RepLoop};
use twiml::VoiceResponse;
use twiml::voice::{Dial, Enqueue, Hangup, Method, Pause};

/// The rule, and the name of each class's Twilio queue.
#[derive(Debug)]
pub struct Loop {
    rule: RepLoop,
    queues: Vec<&'static str>,
}

impl Loop {
    /// The queues in the order of the classes, the most favoured first.
    pub fn new(rule: RepLoop, queues: impl IntoIterator<Item = &'static str>) -> Self {
        Self {
            rule,
            queues: queues.into_iter().collect(),
        }
    }

    fn queue(&self, class: ClassId) -> &'static str {
        // The rule names no class beyond those it was made for; the last queue is a safe answer.
        let last = self.queues.last().copied().unwrap_or("regular");
        self.queues.get(class.index()).copied().unwrap_or(last)
    }
}

/// What a caller of a class hears: the queue's music until a rep comes.
pub fn caller_waits(reps: &Loop, class: ClassId) -> VoiceResponse {
    VoiceResponse::new().enqueue(Enqueue::new(reps.queue(class)).wait_url("/wait"))
}

/// The answer to a rep who dials in, or whose `<Dial>` is over, with its `Cache-Control`. Total: any
/// parameters have an answer.
pub fn rep_answers(reps: &Loop, parameters: &[(&str, &str)]) -> (VoiceResponse, &'static str) {
    let callback = RepCallback::from_parameters("attempt", parameters.iter().copied());
    let answer = match reps.rule.next(&callback) {
        Decision::Try { attempt, after } => {
            let answer = match u32::try_from(after.num_seconds()) {
                Ok(seconds @ 1..) => VoiceResponse::new().pause(Pause::new().length(seconds)),
                _ => VoiceResponse::new(),
            };
            let action = format!("/rep?attempt={attempt}");
            // 5 s is the least that Twilio takes.
            let dial = Dial::new().action(action).method(Method::Get).timeout(5);
            answer.dial(dial.queue(reps.queue(attempt.class())))
        }
        _ => VoiceResponse::new().hangup(Hangup::new()),
    };
    (answer, "no-store")
}
