//! Who goes first: the rule between the classes.

mod accumulating;
mod cap;
mod head_start;
mod strict;

use std::cmp::Ordering;
use std::fmt;

use chrono::TimeDelta;
use serde::{Deserialize, Serialize};

pub use accumulating::AccumulatingPriority;
pub use cap::Cap;
pub use head_start::HeadStart;
pub use strict::Strict;

use crate::class::ClassId;
use crate::time::Micros;

/// A waiting caller as a [`Policy`] sees them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Waiting {
    class: ClassId,
    waited: Micros,
}

impl Waiting {
    /// A caller of this class who has waited so long, in microseconds.
    pub const fn new(class: ClassId, waited_micros: i64) -> Self {
        Self {
            class,
            waited: waited_micros,
        }
    }

    /// The caller's class.
    pub const fn class(self) -> ClassId {
        self.class
    }

    /// How long the caller has waited.
    pub const fn waited(self) -> TimeDelta {
        TimeDelta::microseconds(self.waited)
    }

    /// The same in whole microseconds, at no cost.
    pub const fn waited_micros(self) -> i64 {
        self.waited
    }
}

/// The rule between two waiting callers of different classes.
///
/// Inside a class the one who has waited longer always goes first, so a policy compares the heads
/// of the classes only. It must be, at every instant,
/// * a total order: antisymmetric and transitive;
/// * monotone in age: if a caller goes before somebody, so does everyone of the same class who has
///   waited at least as long. Exact positions rest on this.
///
/// Both callers have waited until the same `now`. Ties go to the lower class number.
pub trait Policy: fmt::Debug + Send + Sync {
    /// `Less` when `a` goes before `b`, `Greater` when after, `Equal` to leave it to the tie rule.
    fn compare(&self, a: Waiting, b: Waiting) -> Ordering;

    /// The wait at which callers of `class` begin to go before `other`, who is of another class: who
    /// has waited longer than that goes before, who has waited less goes after; at that very wait
    /// [`compare`](Self::compare) decides. `i64::MIN`: all go before; `i64::MAX`: none does.
    ///
    /// `None` leaves it to comparing, O(log n) times: a policy that knows makes positions cheaper.
    /// In microseconds, as [`Waiting::waited_micros`].
    fn turning_point(&self, class: ClassId, other: Waiting) -> Option<i64> {
        let _ = (class, other);
        None
    }

    /// The rule as it is told to people, such as "head start 120 s"; `first` went before `second`.
    fn rule(&self, first: Waiting, second: Waiting) -> Rule;
}

/// Whether `a` goes before `b`, with ties resolved: longer wait, then lower class number.
pub(crate) fn precedes(policy: &dyn Policy, a: Waiting, b: Waiting) -> bool {
    let order = if a.class == b.class {
        Ordering::Equal
    } else {
        policy.compare(a, b)
    };
    order
        .then(b.waited.cmp(&a.waited))
        .then(a.class.cmp(&b.class))
        .is_lt()
}

/// The shortest wait with which a caller of `class` goes before `other`, who is of another class;
/// `None` when the policy cannot tell.
pub(crate) fn overtaking_wait(
    policy: &dyn Policy,
    class: ClassId,
    other: Waiting,
) -> Option<Micros> {
    let turn = policy.turning_point(class, other)?;
    let goes_before = precedes(policy, Waiting::new(class, turn), other);
    Some(if goes_before {
        turn
    } else {
        turn.saturating_add(1)
    })
}

/// The rule by which one caller went before another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Rule {
    /// Has waited longer, and no other rule stood against it.
    LongestWait,
    /// The more favoured class, whatever the waits ([`Strict`]).
    Strict,
    /// Ahead thanks to a credit ([`HeadStart`]): this much more than the other's.
    HeadStart {
        /// The difference of the two credits.
        #[serde(with = "crate::config::seconds")]
        credit: TimeDelta,
    },
    /// Has gathered more priority ([`AccumulatingPriority`]).
    Accumulated {
        /// The rate of the one who went first.
        rate: u32,
        /// The rate of the one overtaken.
        over: u32,
    },
    /// Has waited past the limit ([`Cap`]), so that class no longer counts.
    PastCap {
        /// The limit.
        #[serde(with = "crate::config::seconds")]
        cap: TimeDelta,
    },
    /// A rule of the host's own policy.
    Other,
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::LongestWait => f.write_str("longest wait"),
            Self::Strict => f.write_str("strict priority"),
            Self::HeadStart { credit } => write!(f, "head start {} s", credit.num_seconds()),
            Self::Accumulated { rate, over } => write!(f, "gathers priority {rate}:{over}"),
            Self::PastCap { cap } => write!(f, "waited past {} s", cap.num_seconds()),
            Self::Other => f.write_str("the host's policy"),
        }
    }
}
