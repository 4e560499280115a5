//! The file that describes a call centre.

use std::num::NonZeroU32;

use queue_dispatch::{ClassId, Selection};
use serde::Deserialize;

use crate::rule::{Rule, RuleError};

/// A call centre as its file has it, checked.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Centre {
    /// For how many hours callers arrive; then those who wait are served.
    #[serde(default = "default_hours")]
    pub(crate) hours: NonZeroU32,
    /// Callers of the first hours are not counted: the centre starts empty.
    #[serde(default)]
    pub(crate) warm_up_hours: u32,
    #[serde(default = "default_seed")]
    pub(crate) seed: u64,
    /// How many agents, at any time or hour by hour.
    pub(crate) agents: Hourly<u32>,
    #[serde(default)]
    pub(crate) selection: SelectionName,
    /// Seconds from the offer until the agent speaks.
    #[serde(default)]
    pub(crate) answer_after: f64,
    /// Seconds after each call in which the agent gets no other.
    #[serde(default)]
    pub(crate) wrap_up: f64,
    /// Seconds: who is answered by then counts for the service level.
    #[serde(default = "default_service_level")]
    pub(crate) service_level: f64,
    /// Seconds after which a caller is sent to voicemail.
    pub(crate) voicemail_after: Option<f64>,
    /// Who calls, the most favoured first.
    #[serde(rename = "class")]
    pub(crate) classes: Vec<Class>,
    /// The policies to compare.
    #[serde(rename = "policy")]
    pub(crate) rules: Vec<Rule>,
}

/// Callers of one kind.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Class {
    pub(crate) name: String,
    pub(crate) calls_per_hour: Hourly<f64>,
    /// Mean length of a talk, in seconds.
    pub(crate) talk: f64,
    #[serde(default)]
    pub(crate) talk_shape: Shape,
    /// Mean seconds, exponentially distributed, until the caller hangs up; without it: for ever.
    pub(crate) patience: Option<f64>,
}

/// How lengths scatter around their mean.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Shape {
    #[default]
    Exponential,
    Fixed,
}

/// A number that holds at any time, or for each hour of a cycle: 24 of them are a day.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(
    untagged,
    expecting = "a number, or a list of numbers, one for each hour"
)]
pub(crate) enum Hourly<T> {
    Always(T),
    ByHour(Vec<T>),
}

impl<T: Copy> Hourly<T> {
    /// The number for an hour, counted from the start; the list begins anew at its end.
    pub(crate) fn at(&self, hour: usize) -> Option<T> {
        match self {
            Self::Always(number) => Some(*number),
            Self::ByHour(numbers) => numbers.get(hour.checked_rem(numbers.len())?).copied(),
        }
    }

    /// All its numbers.
    pub(crate) fn numbers(&self) -> &[T] {
        match self {
            Self::Always(number) => std::slice::from_ref(number),
            Self::ByHour(numbers) => numbers,
        }
    }

    /// The number, if it is the same at any time.
    pub(crate) fn steady(&self) -> Option<T> {
        match self {
            Self::Always(number) => Some(*number),
            Self::ByHour(_) => None,
        }
    }
}

/// Which of several idle agents gets a caller.
#[derive(Debug, Clone, Copy, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum SelectionName {
    #[default]
    LongestIdle,
    FewestCalls,
    LeastTalkTime,
    RoundRobin,
    Random,
}

fn default_hours() -> NonZeroU32 {
    NonZeroU32::MIN.saturating_add(399)
}

fn default_seed() -> u64 {
    1
}

fn default_service_level() -> f64 {
    20.0
}

/// So many callers fit into memory, and a run of them takes a minute.
const MOST_CALLERS: f64 = 20e6;

/// What is wrong with a file.
#[derive(Debug, thiserror::Error)]
pub(crate) enum CentreError {
    #[error(transparent)]
    Toml(#[from] toml::de::Error),
    #[error("{key} is {value}: {must}")]
    Value {
        key: String,
        value: f64,
        must: &'static str,
    },
    #[error("there is no [[{0}]]: a centre needs at least one")]
    Missing(&'static str),
    #[error("no agents at any hour: nobody would ever be answered")]
    NoAgents,
    #[error(
        "{expected:.0} callers are expected: at most {MOST_CALLERS} fit; lower hours or calls_per_hour"
    )]
    TooMany { expected: f64 },
    #[error("warm_up_hours is {warm_up}, hours {hours}: nothing would be counted")]
    AllWarmUp { warm_up: u32, hours: u32 },
    #[error(transparent)]
    Rule(#[from] RuleError),
    #[error(transparent)]
    Queue(#[from] queue_dispatch::ConfigError),
}

impl Centre {
    /// Reads and checks a file's text.
    pub(crate) fn parse(text: &str) -> Result<Self, CentreError> {
        let centre: Self = toml::from_str(text)?;
        centre.check()?;
        Ok(centre)
    }

    /// What the reader of TOML cannot know.
    pub(crate) fn check(&self) -> Result<(), CentreError> {
        if self.classes.is_empty() {
            return Err(CentreError::Missing("class"));
        }
        if self.rules.is_empty() {
            return Err(CentreError::Missing("policy"));
        }
        for (key, value) in [
            ("answer_after", self.answer_after),
            ("wrap_up", self.wrap_up),
            ("service_level", self.service_level),
            ("voicemail_after", self.voicemail_after.unwrap_or(0.0)),
        ] {
            seconds(key, value, 0.0)?;
        }
        for class in &self.classes {
            let key = |key: &str| format!("{key} of class {:?}", class.name);
            seconds(&key("talk"), class.talk, 1e-3)?;
            seconds(&key("patience"), class.patience.unwrap_or(1.0), 1e-3)?;
            for &rate in class.calls_per_hour.numbers() {
                if !(0.0..=1e9).contains(&rate) {
                    return Err(CentreError::Value {
                        key: key("calls_per_hour"),
                        value: rate,
                        must: "must be between 0 and 1e9",
                    });
                }
            }
        }
        for &agents in self.agents.numbers() {
            if agents > 10_000 {
                return Err(CentreError::Value {
                    key: "agents".to_owned(),
                    value: agents.into(),
                    must: "must be at most 10,000",
                });
            }
        }
        if self.agents.numbers().iter().all(|&agents| agents == 0) {
            return Err(CentreError::NoAgents);
        }
        let hours = self.hours.get();
        if self.warm_up_hours >= hours {
            let warm_up = self.warm_up_hours;
            return Err(CentreError::AllWarmUp { warm_up, hours });
        }
        let expected = self.calls_per_hour() * f64::from(hours);
        if expected > MOST_CALLERS {
            return Err(CentreError::TooMany { expected });
        }
        for rule in &self.rules {
            rule.config(self)?;
        }
        Ok(())
    }

    /// The names of the classes, with their ids.
    pub(crate) fn class_ids(&self) -> impl Iterator<Item = (ClassId, &Class)> {
        (0..).map(ClassId::new).zip(&self.classes)
    }

    /// Calls an hour of all classes, in the mean.
    pub(crate) fn calls_per_hour(&self) -> f64 {
        self.classes.iter().map(Class::mean_rate).sum()
    }

    /// The work offered: erlangs in the mean, the agents' own time for each call included.
    pub(crate) fn load(&self) -> f64 {
        self.calls_per_hour() * self.handling() / 3600.0
    }

    /// The mean time that a call keeps an agent busy, in seconds.
    pub(crate) fn handling(&self) -> f64 {
        let talk: f64 = self.classes.iter().map(|c| c.mean_rate() * c.talk).sum();
        let calls = self.calls_per_hour();
        let talk = if calls > 0.0 { talk / calls } else { 0.0 };
        self.answer_after + talk + self.wrap_up
    }

    pub(crate) fn selection(&self) -> Selection {
        match self.selection {
            SelectionName::LongestIdle => Selection::LongestIdle,
            SelectionName::FewestCalls => Selection::FewestCalls,
            SelectionName::LeastTalkTime => Selection::LeastTalkTime,
            SelectionName::RoundRobin => Selection::RoundRobin,
            SelectionName::Random => Selection::Random { seed: self.seed },
        }
    }
}

impl Class {
    fn mean_rate(&self) -> f64 {
        let rates = self.calls_per_hour.numbers();
        if rates.is_empty() {
            return 0.0;
        }
        rates.iter().sum::<f64>() / rates.len() as f64
    }
}

/// Seconds from `least` to a year.
fn seconds(key: &str, value: f64, least: f64) -> Result<(), CentreError> {
    if (least..=31_536_000.0).contains(&value) {
        return Ok(());
    }
    Err(CentreError::Value {
        key: key.to_owned(),
        value,
        must: "must be a number of seconds, up to a year's, and more than none for lengths",
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = include_str!("../support-desk.toml");

    fn refusal(from: &str, to: &str) -> String {
        let text = GOOD.replacen(from, to, 1);
        assert_ne!(text, GOOD, "{from} is in the file");
        Centre::parse(&text).unwrap_err().to_string()
    }

    #[test]
    fn the_example_is_good() {
        let centre = Centre::parse(GOOD).unwrap();
        assert!((centre.load() - 9.5).abs() < 1e-9, "{}", centre.load());
        assert_eq!(centre.rules.len(), 5);
    }

    #[test]
    fn what_cannot_be_used_is_named() {
        for (from, to, told) in [
            ("agents = 10", "agents = 0", "no agents at any hour"),
            ("agents = 10", "agents = []", "no agents at any hour"),
            (
                "agents = 10",
                "agents = 20000",
                "agents is 20000: must be at most 10,000",
            ),
            (
                "agents = 10",
                "agents = \"ten\"",
                "a number, or a list of numbers",
            ),
            ("hours = 400", "hours = 0", "expected a nonzero u32"),
            ("hours = 400", "hours = 4000000", "callers are expected"),
            ("hours = 400", "hours = 3", "warm_up_hours is 4, hours 3"),
            ("talk = 180", "talk = 0", "talk of class \"premium\" is 0"),
            (
                "talk = 180",
                "talk = nan",
                "talk of class \"premium\" is NaN",
            ),
            ("talk = 180", "talks = 180", "unknown field `talks`"),
            (
                "calls_per_hour = 95",
                "calls_per_hour = -1",
                "calls_per_hour of class \"premium\" is -1",
            ),
            (
                "name = \"regular\"",
                "name = \"premium\"",
                "class `premium` is named twice",
            ),
            ("rates = [5, 1]", "rates = [5]", "2 classes, and 1 number"),
            (
                "after = 180",
                "after = -1",
                "policy cap -1 s: -1 is no number",
            ),
            (
                "rule = \"strict\"",
                "rule = \"sloppy\"",
                "unknown variant `sloppy`",
            ),
        ] {
            let said = refusal(from, to);
            assert!(said.contains(told), "{to}: {said}");
        }
        assert!(
            Centre::parse("agents = 1\nclass = []\npolicy = []")
                .unwrap_err()
                .to_string()
                .contains("[[class]]")
        );
    }
}
