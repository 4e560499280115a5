//! What the queue is told once: classes, policy, time limits.

use std::fmt;
use std::sync::Arc;

use chrono::TimeDelta;

use crate::class::{ClassId, ClassName};
use crate::ladder::{Exit, Ladder};
use crate::policy::{HeadStart, Policy};
use crate::selection::Selection;

/// The settled configuration of a [`Queue`](crate::Queue).
///
/// It is not part of the state: a host may restart from a snapshot with other settings, and the
/// callers who wait are then served by the new ones. Replaying a log gives the same state under the
/// same settings; see [`Dispatcher::open`](crate::Dispatcher::open).
///
/// ```
/// use chrono::TimeDelta;
/// use queue_dispatch::{Config, HeadStart, Pause};
///
/// let config = Config::builder(["vip", "premium", "regular"])
///     .policy(HeadStart::new([TimeDelta::minutes(5), TimeDelta::minutes(2)]))
///     .answer_within(TimeDelta::seconds(15))
///     .wrap_up(TimeDelta::seconds(30))
///     .after_miss(Pause::UntilReady)
///     .build()?;
/// assert_eq!(config.classes().count(), 3);
/// # Ok::<(), queue_dispatch::ConfigError>(())
/// ```
#[derive(Debug, Clone)]
pub struct Config {
    pub(crate) classes: Vec<ClassName>,
    pub(crate) policy: Arc<dyn Policy>,
    pub(crate) ladder: Ladder,
    pub(crate) selection: Selection,
    pub(crate) unstaffed: Unstaffed,
    pub(crate) answer_within: TimeDelta,
    pub(crate) poll_within: TimeDelta,
    pub(crate) bridge_within: TimeDelta,
    pub(crate) wrap_up: TimeDelta,
    pub(crate) expected_talk: TimeDelta,
    pub(crate) after_miss: Pause,
    pub(crate) after_reject: Pause,
    pub(crate) after_failure: Pause,
    pub(crate) limit: usize,
    pub(crate) service_level: TimeDelta,
    pub(crate) short_abandon: TimeDelta,
    pub(crate) resume_within: TimeDelta,
    pub(crate) resume_at_most: usize,
}

impl Config {
    /// Premium and regular callers, premium with a head start of 120 s, everyone rung after 180 s.
    pub fn premium_and_regular() -> Self {
        let name = |name| ClassName::new(name).ok();
        Self {
            classes: ["premium", "regular"]
                .into_iter()
                .filter_map(name)
                .collect(),
            policy: Arc::new(HeadStart::premium(TimeDelta::seconds(120))),
            ladder: Ladder::ring_everyone_after(TimeDelta::seconds(180)),
            selection: Selection::LongestIdle,
            unstaffed: Unstaffed::Wait,
            answer_within: TimeDelta::seconds(20),
            poll_within: TimeDelta::seconds(60),
            bridge_within: TimeDelta::seconds(60),
            wrap_up: TimeDelta::zero(),
            expected_talk: TimeDelta::minutes(3),
            after_miss: Pause::UntilReady,
            after_reject: Pause::For(TimeDelta::seconds(10)),
            after_failure: Pause::For(TimeDelta::seconds(5)),
            limit: 1_000_000,
            service_level: TimeDelta::seconds(20),
            short_abandon: TimeDelta::seconds(5),
            resume_within: TimeDelta::zero(),
            resume_at_most: 10_000,
        }
    }

    /// Starts from the names of the classes, the most favoured first.
    pub fn builder<N: AsRef<str>>(classes: impl IntoIterator<Item = N>) -> ConfigBuilder {
        let names = classes
            .into_iter()
            .map(|name| name.as_ref().to_owned())
            .collect();
        ConfigBuilder {
            names,
            config: Self {
                classes: Vec::new(),
                ..Self::premium_and_regular()
            },
        }
    }

    /// The classes in order, with their names.
    pub fn classes(&self) -> impl Iterator<Item = (ClassId, &str)> {
        self.classes
            .iter()
            .zip(ClassId::all())
            .map(|(name, class)| (class, name.as_str()))
    }
}

impl Default for Config {
    fn default() -> Self {
        Self::premium_and_regular()
    }
}

/// Builds a [`Config`]; see [`Config::builder`].
#[derive(Debug, Clone)]
#[must_use]
pub struct ConfigBuilder {
    names: Vec<String>,
    config: Config,
}

impl ConfigBuilder {
    /// Who goes first between the classes. Default: [`HeadStart`] of 120 s for the first class.
    pub fn policy(mut self, policy: impl Policy + 'static) -> Self {
        self.config.policy = Arc::new(policy);
        self
    }

    /// What happens to those who wait long. Default: everyone is rung at 180 s.
    pub fn ladder(mut self, ladder: Ladder) -> Self {
        self.config.ladder = ladder;
        self
    }

    /// Which of several idle agents gets a caller. Default [`Selection::LongestIdle`].
    pub fn selection(mut self, selection: Selection) -> Self {
        self.config.selection = selection;
        self
    }

    /// What happens to callers while nobody is signed in. Default [`Unstaffed::Wait`].
    pub fn unstaffed(mut self, rule: Unstaffed) -> Self {
        self.config.unstaffed = rule;
        self
    }

    /// How long a talk is taken to be until some have ended: for wait estimates. Default 3 minutes.
    pub fn expected_talk(mut self, length: TimeDelta) -> Self {
        self.config.expected_talk = length;
        self
    }

    /// How long a phone rings before an offer is void. Default 20 s.
    pub fn answer_within(mut self, limit: TimeDelta) -> Self {
        self.config.answer_within = limit;
        self
    }

    /// How long an agent on the line has to poll for an offer before it is void. Default 60 s.
    pub fn poll_within(mut self, limit: TimeDelta) -> Self {
        self.config.poll_within = limit;
        self
    }

    /// How long after acceptance the two must be bridged; then the caller goes back. Default 60 s.
    pub fn bridge_within(mut self, limit: TimeDelta) -> Self {
        self.config.bridge_within = limit;
        self
    }

    /// Time after each call in which the agent gets no other. Default none.
    pub fn wrap_up(mut self, time: TimeDelta) -> Self {
        self.config.wrap_up = time;
        self
    }

    /// What an agent who did not answer an offer made to them alone does next. Default
    /// [`Pause::UntilReady`]: the phone rang unattended.
    pub fn after_miss(mut self, pause: Pause) -> Self {
        self.config.after_miss = pause;
        self
    }

    /// What an agent who declined does next. Default a pause of 10 s; [`Pause::None`] would offer
    /// the same call again at once when nobody else is free.
    pub fn after_reject(mut self, pause: Pause) -> Self {
        self.config.after_reject = pause;
        self
    }

    /// What the agent does after a bridge failed. Default a pause of 5 s, a back-off.
    pub fn after_failure(mut self, pause: Pause) -> Self {
        self.config.after_failure = pause;
        self
    }

    /// How many callers may be in the queue at once, talking ones included. Default 1,000,000.
    pub fn limit(mut self, callers: usize) -> Self {
        self.config.limit = callers;
        self
    }

    /// The wait that counts as "answered in time" in the service level. Default 20 s.
    pub fn service_level(mut self, within: TimeDelta) -> Self {
        self.config.service_level = within;
        self
    }

    /// Abandoning before this wait counts as a short abandon. Default 5 s.
    pub fn short_abandon(mut self, within: TimeDelta) -> Self {
        self.config.short_abandon = within;
        self
    }

    /// For how long the place of a caller who hung up is kept: who [is the same
    /// party](crate::Caller::party) and joins again by then counts as having waited all along, in
    /// whatever class they join. Default zero: nobody is remembered.
    pub fn resume_within(mut self, time: TimeDelta) -> Self {
        self.config.resume_within = time;
        self
    }

    /// How many who hung up are remembered at once; beyond that, whoever went first is forgotten.
    /// Default 10,000.
    pub fn resume_at_most(mut self, callers: usize) -> Self {
        self.config.resume_at_most = callers;
        self
    }

    /// Checks it all.
    ///
    /// # Errors
    /// [`ConfigError`] names the value that cannot be used.
    pub fn build(self) -> Result<Config, ConfigError> {
        let Self { names, mut config } = self;
        if names.is_empty() || names.len() > 256 {
            return Err(ConfigError::ClassCount { count: names.len() });
        }
        for name in &names {
            let name = ClassName::new(name)?;
            if config.classes.contains(&name) {
                return Err(ConfigError::ClassTwice {
                    name: name.to_string(),
                });
            }
            config.classes.push(name);
        }
        for (setting, value) in [
            ("answer_within", config.answer_within),
            ("poll_within", config.poll_within),
            ("bridge_within", config.bridge_within),
            ("expected_talk", config.expected_talk),
        ] {
            if value <= TimeDelta::zero() {
                return Err(ConfigError::NotPositive { setting, value });
            }
        }
        for (setting, value) in [
            ("wrap_up", config.wrap_up),
            ("after_miss", config.after_miss.time()),
            ("after_reject", config.after_reject.time()),
            ("after_failure", config.after_failure.time()),
            ("service_level", config.service_level),
            ("short_abandon", config.short_abandon),
            ("resume_within", config.resume_within),
        ] {
            if value < TimeDelta::zero() {
                return Err(ConfigError::Negative { setting, value });
            }
        }
        // Rows are numbered in 32 bits, and one number means "none".
        config.limit = config.limit.min(u32::MAX as usize / 2);
        config.resume_at_most = config.resume_at_most.min(u32::MAX as usize / 2);
        Ok(config)
    }
}

/// What an agent does after an offer came to nothing. "Ready" and "next caller" end any pause.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Pause {
    /// Nothing: gets the next offer at once.
    None,
    /// Gets no offer for this long, and keeps the place among the idle.
    For(TimeDelta),
    /// Goes on break until the agent says ready.
    UntilReady,
}

impl Pause {
    fn time(self) -> TimeDelta {
        match self {
            Self::For(time) => time,
            Self::None | Self::UntilReady => TimeDelta::zero(),
        }
    }
}

/// What happens to callers while no agent is signed in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Unstaffed {
    /// They wait.
    Wait,
    /// They are refused on joining; those who wait already wait on.
    Refuse,
    /// They are refused on joining, and those who wait leave when the last agent signs out.
    Leave(Exit),
}

/// Why a configuration cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ConfigError {
    /// Too few or too many classes.
    #[error("{count} classes: a queue has 1 to 256")]
    ClassCount {
        /// How many were given.
        count: usize,
    },
    /// A class's name is empty or too long.
    #[error("class name `{name}`: must be 1 to 22 bytes")]
    ClassName {
        /// The name.
        name: String,
    },
    /// Two classes have one name.
    #[error("class `{name}` is named twice: give each class its own name")]
    ClassTwice {
        /// The name.
        name: String,
    },
    /// A time limit that must be positive is not.
    #[error("{setting} is {value}: must be more than zero")]
    NotPositive {
        /// The method of the builder that set it.
        setting: &'static str,
        /// The value.
        value: TimeDelta,
    },
    /// A duration is negative.
    #[error("{setting} is {value}: must not be negative")]
    Negative {
        /// The method of the builder that set it.
        setting: &'static str,
        /// The value.
        value: TimeDelta,
    },
    /// The ladder is too long.
    #[error("the ladder has {count} rungs: it may have 32")]
    RungCount {
        /// How many were given.
        count: usize,
    },
    /// The ladder's rungs are not in order of time.
    #[error(
        "the ladder's rung at {after} follows one at {before}: put rungs in order of waiting time"
    )]
    RungOrder {
        /// The rung before.
        before: TimeDelta,
        /// The rung out of order.
        after: TimeDelta,
    },
}

impl fmt::Display for Pause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::None => f.write_str("no pause"),
            Self::For(time) => write!(f, "pause of {} s", time.num_seconds()),
            Self::UntilReady => f.write_str("break until ready"),
        }
    }
}

/// Durations in serde formats: seconds, with a fraction where needed.
pub(crate) mod seconds {
    use chrono::TimeDelta;
    use serde::{Deserialize, Deserializer, Serializer, de};

    /// 10^12 s (31,000 years), in microseconds: more is a mistake, or stands for "without end".
    const MOST: i64 = 1_000_000_000_000_000_000;
    /// Up to here (285 years) an `f64` has every microsecond.
    const EXACT: i64 = 1 << 53;

    pub(crate) fn serialize<S: Serializer>(
        time: &TimeDelta,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        // What is written must be read again: within the limit below, and whole seconds where a
        // fraction would not be exact.
        let micros = crate::time::span(*time).clamp(-MOST, MOST);
        if micros % 1_000_000 == 0 || micros.abs() > EXACT {
            serializer.serialize_i64(micros / 1_000_000)
        } else {
            serializer.serialize_f64(micros as f64 / 1e6)
        }
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<TimeDelta, D::Error> {
        let seconds = f64::deserialize(deserializer)?;
        if seconds.is_nan() || seconds.abs() > 1e12 {
            return Err(de::Error::custom(format_args!(
                "{seconds} is no usable number of seconds"
            )));
        }
        Ok(TimeDelta::microseconds((seconds * 1e6).round() as i64))
    }
}
