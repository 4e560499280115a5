use std::collections::BTreeMap;
use std::fmt;

use business_hours::TimeOfDay;
use chrono::{NaiveDate, Weekday};
use serde::de::{Error as _, IgnoredAny};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// One stretch of hours on some days. The whole of schema.org's type that concerns hours.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct OpeningHoursSpecification {
    #[serde(rename = "@type", default)]
    kind: Kind,
    /// What people call it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Why it is so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// The days on which it begins; one text or several.
    #[serde(default, with = "one_or_many", skip_serializing_if = "Vec::is_empty")]
    pub day_of_week: Vec<Day>,
    /// When it opens.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub opens: Option<TimeOfDay>,
    /// When it closes, on the following day if that is before `opens`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub closes: Option<TimeOfDay>,
    /// The first date.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid_from: Option<NaiveDate>,
    /// The last date.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid_through: Option<NaiveDate>,
    /// The names of its other properties, when read. They are refused, except `@id` and `@context`.
    #[serde(flatten, deserialize_with = "names", skip_serializing)]
    pub other: Vec<String>,
}

impl OpeningHoursSpecification {
    /// From `opens` to `closes`, on no day yet.
    #[must_use]
    pub fn new(opens: TimeOfDay, closes: TimeOfDay) -> Self {
        Self {
            opens: Some(opens),
            closes: Some(closes),
            ..Self::default()
        }
    }
}

/// Refuses objects of another type.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
enum Kind {
    #[default]
    #[serde(
        alias = "https://schema.org/OpeningHoursSpecification",
        alias = "http://schema.org/OpeningHoursSpecification"
    )]
    OpeningHoursSpecification,
}

/// A value of schema.org's `DayOfWeek`. Read as `Monday`, `https://schema.org/Monday` or with `http`; written
/// as `Monday`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[expect(clippy::exhaustive_enums, reason = "schema.org has these eight values")]
pub enum Day {
    /// A day of the week.
    Weekday(Weekday),
    /// The public holidays.
    PublicHolidays,
}

const NAMES: [&str; 7] = [
    "Monday",
    "Tuesday",
    "Wednesday",
    "Thursday",
    "Friday",
    "Saturday",
    "Sunday",
];

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Weekday(day) => NAMES[day.num_days_from_monday() as usize],
            Self::PublicHolidays => "PublicHolidays",
        })
    }
}

impl Serialize for Day {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Day {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let name = ["https://schema.org/", "http://schema.org/"]
            .iter()
            .find_map(|prefix| text.strip_prefix(prefix))
            .unwrap_or(&text);
        if name == "PublicHolidays" {
            return Ok(Self::PublicHolidays);
        }
        // chrono reads "mon" too, which schema.org does not have.
        match name.parse() {
            Ok(day) if NAMES.contains(&name) => Ok(Self::Weekday(day)),
            _ => Err(D::Error::custom(format_args!(
                "{text:?} is no DayOfWeek of schema.org; write it as \"Monday\" or \"https://schema.org/Monday\""
            ))),
        }
    }
}

/// The names of the fields that no other field of a struct has taken.
pub(super) fn names<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<String>, D::Error> {
    let rest = BTreeMap::<String, IgnoredAny>::deserialize(deserializer)?;
    Ok(rest.into_keys().collect())
}

/// JSON-LD's way with lists: a list of one is written without its brackets, and both are read.
pub(super) mod one_or_many {
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    #[derive(Deserialize)]
    #[serde(untagged)]
    enum OneOrMany<T> {
        Many(Vec<T>),
        One(T),
    }

    pub(in super::super) fn serialize<T: Serialize, S: Serializer>(
        list: &[T],
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        match list {
            [one] => one.serialize(serializer),
            many => many.serialize(serializer),
        }
    }

    pub(in super::super) fn deserialize<'de, T: Deserialize<'de>, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Vec<T>, D::Error> {
        Ok(match OneOrMany::deserialize(deserializer)? {
            OneOrMany::One(one) => vec![one],
            OneOrMany::Many(many) => many,
        })
    }
}
