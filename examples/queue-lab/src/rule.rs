//! The policies to compare, as the file names them.

use std::fmt;

use chrono::TimeDelta;
use queue_dispatch::{
    AccumulatingPriority, Cap, Config, ConfigBuilder, Exit, HeadStart, Ladder, Rung, Strict,
};
use serde::Deserialize;

use crate::centre::{Centre, CentreError};

/// Who goes first between the classes.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(tag = "rule", rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) enum Rule {
    /// The longest wait, whatever the class.
    FirstCome,
    /// The more favoured class, always.
    Strict,
    /// Seconds of waiting credited to each class; one number is for the first class alone.
    HeadStart { credit: PerClass<f64> },
    /// Priority gathered per second, by class.
    Accumulating { rates: Vec<u32> },
    /// The more favoured class, but past so many seconds the longest wait.
    Cap { after: f64 },
}

/// One number for the first class, or one for each.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(
    untagged,
    expecting = "a number, or a list with a number for each class"
)]
pub(crate) enum PerClass<T> {
    First(T),
    Each(Vec<T>),
}

impl<T> PerClass<T> {
    fn numbers(&self) -> &[T] {
        match self {
            Self::First(number) => std::slice::from_ref(number),
            Self::Each(numbers) => numbers,
        }
    }
}

/// What is wrong with a policy.
#[derive(Debug, thiserror::Error)]
pub(crate) enum RuleError {
    #[error("policy {rule}: {classes} classes, and {numbers} number(s): give one for each class")]
    Count {
        rule: String,
        classes: usize,
        numbers: usize,
    },
    #[error("policy {rule}: {value} is no number of seconds between 0 and a year's")]
    Seconds { rule: String, value: f64 },
}

impl Rule {
    /// The queue that follows this rule in that centre.
    pub(crate) fn config(&self, centre: &Centre) -> Result<Config, CentreError> {
        let names = centre.classes.iter().map(|class| &class.name);
        let builder = Config::builder(names)
            .selection(centre.selection())
            .wrap_up(duration(centre.wrap_up))
            .service_level(duration(centre.service_level))
            // Phones are answered here, however late; nobody is turned away.
            .answer_within(duration(centre.answer_after) + TimeDelta::hours(1))
            .limit(usize::MAX)
            .ladder(match centre.voicemail_after {
                Some(after) => Ladder::new([Rung::send_to(duration(after), Exit::Voicemail)])?,
                None => Ladder::none(),
            });
        Ok(self.put(builder, centre.classes.len())?.build()?)
    }

    fn put(&self, builder: ConfigBuilder, classes: usize) -> Result<ConfigBuilder, RuleError> {
        Ok(match self {
            Self::FirstCome => builder.policy(Cap::new(TimeDelta::zero())),
            Self::Strict => builder.policy(Strict::new()),
            Self::HeadStart { credit } => {
                if let PerClass::Each(credits) = credit {
                    self.count(classes, credits.len())?;
                }
                let credits = credit.numbers().iter().map(|&credit| self.seconds(credit));
                builder.policy(HeadStart::new(credits.collect::<Result<Vec<_>, _>>()?))
            }
            Self::Accumulating { rates } => {
                self.count(classes, rates.len())?;
                builder.policy(AccumulatingPriority::new(rates.iter().copied()))
            }
            Self::Cap { after } => builder.policy(Cap::new(self.seconds(*after)?)),
        })
    }

    fn count(&self, classes: usize, numbers: usize) -> Result<(), RuleError> {
        if classes == numbers {
            return Ok(());
        }
        let rule = self.to_string();
        Err(RuleError::Count {
            rule,
            classes,
            numbers,
        })
    }

    fn seconds(&self, value: f64) -> Result<TimeDelta, RuleError> {
        if (0.0..=31_536_000.0).contains(&value) {
            return Ok(duration(value));
        }
        let rule = self.to_string();
        Err(RuleError::Seconds { rule, value })
    }
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fn list<T: ToString>(numbers: &[T], between: &str) -> String {
            let texts: Vec<String> = numbers.iter().map(T::to_string).collect();
            texts.join(between)
        }
        match self {
            Self::FirstCome => f.write_str("first come"),
            Self::Strict => f.write_str("strict"),
            Self::HeadStart { credit } => {
                write!(f, "head start {} s", list(credit.numbers(), "/"))
            }
            Self::Accumulating { rates } => write!(f, "accumulating {}", list(rates, ":")),
            Self::Cap { after } => write!(f, "cap {after} s"),
        }
    }
}

/// Seconds that were checked to be at most a year's.
pub(crate) fn duration(seconds: f64) -> TimeDelta {
    TimeDelta::microseconds((seconds * 1e6).round() as i64)
}
