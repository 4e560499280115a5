//! The cookbook's stateless loop: a rep who tries one queue after the other.

use std::fmt;
use std::str::FromStr;

use chrono::TimeDelta;

use crate::class::ClassId;

/// Decides which queue a rep's leg tries next: a total, pure function from the parameters of the
/// `<Dial>` action request to a [`Decision`].
///
/// For hosts that keep no state and let Twilio's own queues, one per class, hold the callers. The
/// same request gives the same decision, so a replayed callback does no harm. Hosts with a
/// [`Dispatcher`](crate::Dispatcher) use [`Event::NextCaller`](crate::Event::NextCaller) instead.
///
/// The handler must answer with `Cache-Control: no-store` when the action's method is `GET`:
/// Twilio caches such replies, and would replay an old decision.
///
/// ```
/// use queue_dispatch::{Attempt, ClassId, Decision, DequeueResult, RepCallback, RepLoop};
///
/// let reps = RepLoop::new(2);
/// // The rep dials in: premium first.
/// let Decision::Try { attempt, .. } = reps.next(&RepCallback::default()) else { panic!("a try") };
/// assert_eq!(attempt.class(), ClassId::PREMIUM);
///
/// // The attempt travels in the action URL, and comes back with the result.
/// let back: Attempt = attempt.to_string().parse()?;
/// let empty = RepCallback::default().attempt(back).result(DequeueResult::QueueEmpty);
/// let Decision::Try { attempt, .. } = reps.next(&empty) else { panic!("a try") };
/// assert_eq!(attempt.class(), ClassId::REGULAR);
/// # Ok::<(), queue_dispatch::ParseAttemptError>(())
/// ```
///
/// # The rule
/// * bridged (or taken over from a bridge): the rep has served somebody; the first class again;
/// * anything else: the class after the one that *our own attempt* says was tried, and after the
///   last one the first. `QueueSid` is not looked at: a queue that was created anew has another,
///   and one that does not exist has none, which made the cookbook's loop ask for premium for ever;
/// * a round in which attempts came back at once (no such queue, error) ends in a pause of 1 s,
///   doubled from round to round up to 32 s: errors back off;
/// * no attempt, or one that cannot be read: as a rep who dials in;
/// * the rep's own leg is over: stop. Handing out a caller now would lose that caller.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RepLoop {
    rule: Rule,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Rule {
    Classes(u8),
    Cookbook { premium: String, regular: String },
}

impl RepLoop {
    /// The loop over so many classes, at least one, the most favoured first.
    pub fn new(classes: u8) -> Self {
        Self {
            rule: Rule::Classes(classes.max(1)),
        }
    }

    /// The cookbook's table, exactly, faults included: the queue tried is told by its SID.
    ///
    /// | result | `QueueSid` | next |
    /// |---|---|---|
    /// | absent | any | premium |
    /// | bridged | any | premium |
    /// | other | premium's | regular |
    /// | other | regular's | premium |
    /// | other | absent or unknown | premium |
    pub fn cookbook(premium_sid: impl Into<String>, regular_sid: impl Into<String>) -> Self {
        Self {
            rule: Rule::Cookbook {
                premium: premium_sid.into(),
                regular: regular_sid.into(),
            },
        }
    }

    /// What the rep's leg does next.
    pub fn next(&self, callback: &RepCallback) -> Decision {
        match &self.rule {
            Rule::Cookbook { premium, regular } => {
                let sid = callback.queue_sid.as_deref();
                let was_premium = sid == Some(premium) && sid != Some(regular);
                let failed = callback
                    .result
                    .as_ref()
                    .is_some_and(|result| *result != DequeueResult::Bridged);
                let class = if failed && was_premium {
                    ClassId::REGULAR
                } else {
                    ClassId::PREMIUM
                };
                Decision::Try {
                    attempt: Attempt {
                        class,
                        number: 1,
                        vain: 0,
                        quick: false,
                    },
                    after: TimeDelta::zero(),
                }
            }
            Rule::Classes(classes) => next_class(*classes, callback),
        }
    }
}

fn next_class(classes: u8, callback: &RepCallback) -> Decision {
    if callback.leg == RepLeg::Over {
        return Decision::Stop;
    }
    let first = Attempt {
        class: ClassId::new(0),
        number: 1,
        vain: 0,
        quick: false,
    };
    let now = TimeDelta::zero();
    let Some(tried) = callback
        .attempt
        .filter(|attempt| attempt.class.index() < usize::from(classes))
    else {
        return Decision::Try {
            attempt: first,
            after: now,
        };
    };
    let number = tried.number.saturating_add(1);
    let quick = match &callback.result {
        Some(DequeueResult::Bridged | DequeueResult::RedirectedFromBridged) => {
            return Decision::Try {
                attempt: Attempt { number, ..first },
                after: now,
            };
        }
        // Waited until the time was up, or had a caller who hung up: no sign of trouble.
        Some(DequeueResult::QueueEmpty | DequeueResult::HangUp) => tried.quick,
        Some(
            DequeueResult::QueueNotFound
            | DequeueResult::Error
            | DequeueResult::SystemError
            | DequeueResult::Other(_),
        )
        | None => true,
    };
    let next = tried.class.index() as u8 + 1;
    if next < classes {
        let attempt = Attempt {
            class: ClassId::new(next),
            number,
            vain: tried.vain,
            quick,
        };
        return Decision::Try {
            attempt,
            after: now,
        };
    }
    if quick {
        let after = TimeDelta::seconds(1 << tried.vain.min(5));
        let vain = tried.vain.saturating_add(1);
        return Decision::Try {
            attempt: Attempt {
                number,
                vain,
                ..first
            },
            after,
        };
    }
    Decision::Try {
        attempt: Attempt { number, ..first },
        after: now,
    }
}

/// What the rep's leg does next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Decision {
    /// Pause, if the time is not zero, and dial this class's queue, with the attempt in the action
    /// URL.
    Try {
        /// To be carried in the action URL.
        attempt: Attempt,
        /// How long to pause before.
        after: TimeDelta,
    },
    /// Nothing: the leg is over.
    Stop,
}

/// One try at a queue, named by us and carried in the action URL: class, number and back-off, in a
/// text of digits and hyphens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Attempt {
    class: ClassId,
    number: u32,
    /// Rounds in a row that came to nothing at once.
    vain: u8,
    /// Whether an attempt of this round came back at once.
    quick: bool,
}

impl Attempt {
    /// Whose queue is tried.
    pub const fn class(self) -> ClassId {
        self.class
    }

    /// Its number in this rep's session, from 1.
    pub const fn number(self) -> u32 {
        self.number
    }
}

impl fmt::Display for Attempt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{}-{}-{}-{}",
            self.class,
            self.number,
            self.vain,
            u8::from(self.quick)
        )
    }
}

/// Why a text is no [`Attempt`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is no attempt: expected four numbers with hyphens, such as `0-1-0-0`")]
pub struct ParseAttemptError {
    text: String,
}

impl FromStr for Attempt {
    type Err = ParseAttemptError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let read = || {
            let mut parts = text.split('-');
            let class = parts.next()?.parse().ok()?;
            let number = parts.next()?.parse().ok()?;
            let vain = parts.next()?.parse().ok()?;
            let quick = match parts.next()? {
                "0" => false,
                "1" => true,
                _ => return None,
            };
            parts.next().is_none().then_some(Self {
                class: ClassId::new(class),
                number,
                vain,
                quick,
            })
        };
        read().ok_or_else(|| ParseAttemptError {
            text: text.chars().take(64).collect(),
        })
    }
}

/// What the action request says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct RepCallback {
    /// `DequeueResult`.
    pub result: Option<DequeueResult>,
    /// `QueueSid`.
    pub queue_sid: Option<String>,
    /// Our attempt, from the action URL.
    pub attempt: Option<Attempt>,
    /// Whether the rep is still there.
    pub leg: RepLeg,
}

impl RepCallback {
    /// With this result.
    #[must_use]
    pub fn result(mut self, result: DequeueResult) -> Self {
        self.result = Some(result);
        self
    }

    /// With this `QueueSid`.
    #[must_use]
    pub fn queue_sid(mut self, sid: impl Into<String>) -> Self {
        self.queue_sid = Some(sid.into());
        self
    }

    /// With this attempt.
    #[must_use]
    pub fn attempt(mut self, attempt: Attempt) -> Self {
        self.attempt = Some(attempt);
        self
    }

    /// With the rep's leg so.
    #[must_use]
    pub fn leg(mut self, leg: RepLeg) -> Self {
        self.leg = leg;
        self
    }

    /// Reads a request's parameters, `attempt` being the name under which the action URL carries
    /// ours.
    ///
    /// Total: unknown parameters are passed over, and one that comes twice with different values is
    /// taken as missing, for nobody can say which is right. An attempt that cannot be read counts as
    /// missing.
    pub fn from_parameters<'a>(
        attempt: &str,
        parameters: impl IntoIterator<Item = (&'a str, &'a str)> + Clone,
    ) -> Self {
        let the = |name: &str| {
            let mut values = parameters
                .clone()
                .into_iter()
                .filter(|(key, _)| *key == name)
                .map(|(_, value)| value);
            let value = values.next()?;
            values.all(|other| other == value).then_some(value)
        };
        Self {
            result: the("DequeueResult").map(DequeueResult::from),
            queue_sid: the("QueueSid").map(ToOwned::to_owned),
            attempt: the(attempt).and_then(|text| text.parse().ok()),
            leg: match the("CallStatus") {
                Some("completed" | "busy" | "failed" | "no-answer" | "canceled") => RepLeg::Over,
                _ => RepLeg::Up,
            },
        }
    }
}

/// Whether the rep's leg is still up: its hang-up requests the action too.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum RepLeg {
    /// The rep is there.
    #[default]
    Up,
    /// The rep is gone.
    Over,
}

/// `DequeueResult`. Twilio's page does not list the values: bridged, queue-empty and
/// queue-not-found are seen in public production code, the others are by analogy with
/// `QueueResult`, so the set is open.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum DequeueResult {
    /// `bridged`: the rep had a caller.
    Bridged,
    /// `queue-empty`: nobody came before the time was up.
    QueueEmpty,
    /// `queue-not-found`: no caller has ever joined it, or it was deleted.
    QueueNotFound,
    /// `redirected-from-bridged`: was bridged, then moved on.
    RedirectedFromBridged,
    /// `hangup`.
    HangUp,
    /// `error`.
    Error,
    /// `system-error`.
    SystemError,
    /// Any other value.
    Other(String),
}

impl From<&str> for DequeueResult {
    fn from(value: &str) -> Self {
        match value {
            "bridged" => Self::Bridged,
            "queue-empty" => Self::QueueEmpty,
            // The second spelling is in production code too.
            "queue-not-found" | "queue-not_found" => Self::QueueNotFound,
            "redirected-from-bridged" => Self::RedirectedFromBridged,
            "hangup" => Self::HangUp,
            "error" => Self::Error,
            "system-error" => Self::SystemError,
            other => Self::Other(other.to_owned()),
        }
    }
}
