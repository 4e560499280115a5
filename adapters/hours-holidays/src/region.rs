use std::fmt;
use std::hash::{Hash, Hasher};
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use thiserror::Error;

use crate::country::Subdivision;
use crate::{Country, countries};

/// A place whose holidays are known: `GB-SCT`, `DE-BY`, `IE`.
///
/// It is written as its ISO 3166 code. A country whose parts have holidays of their own is no region by
/// itself: there is no bank holiday calendar of "the UK", so `GB` is refused and nothing is assumed. Who does
/// want the days that the source lists for the country as such asks for `GB-nationwide`.
///
/// ```
/// use hours_holidays::{Region, RegionError};
///
/// let edinburgh: Region = "GB-SCT".parse()?;
/// assert_eq!(edinburgh.name(), "Scotland, United Kingdom");
/// let dublin: Region = "IE".parse()?;
/// assert_eq!(dublin.subdivision(), None);
///
/// let refused = "GB".parse::<Region>().unwrap_err();
/// assert!(matches!(refused, RegionError::SubdivisionRequired { .. }));
/// assert!(refused.to_string().contains("GB-ENG (England), GB-NIR (Northern Ireland)"));
/// # Ok::<(), RegionError>(())
/// ```
///
/// Parsing names every country, so it brings the data of all (284 kB) into the program. Who needs one country
/// takes it from [`countries`]: `countries::GB.subdivision("ENG")`.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Region {
    country: &'static Country,
    /// The place among the country's subdivisions; `None` for the country as such.
    index: Option<usize>,
}

/// What stands for "the country as such" where parts of it differ.
const NATIONWIDE: &str = "nationwide";

impl Region {
    pub(crate) fn new(country: &'static Country, index: Option<usize>) -> Self {
        Self { country, index }
    }

    /// Every region of the data, countries by code: first the country as such, then its parts.
    pub fn all() -> impl Iterator<Item = Self> {
        countries::ALL.into_iter().flat_map(|country| {
            let parts = 0..country.subdivisions().len();
            std::iter::once(None)
                .chain(parts.map(Some))
                .map(|index| Self { country, index })
        })
    }

    /// The country that it is or that it belongs to.
    #[must_use]
    pub fn country(self) -> &'static Country {
        self.country
    }

    /// The part of the country that it is; `None` for the country as such.
    #[must_use]
    pub fn subdivision(self) -> Option<Subdivision> {
        self.country.subdivisions().nth(self.index?)
    }

    /// Its name for people, "Scotland, United Kingdom".
    #[must_use]
    pub fn name(self) -> String {
        match self.subdivision() {
            Some(part) => format!("{}, {}", part.name(), self.country.name()),
            None => self.country.name().into(),
        }
    }

    /// Its place in the country's file.
    pub(crate) fn number(self) -> usize {
        self.index.map_or(0, |index| index + 1)
    }
}

impl FromStr for Region {
    type Err = RegionError;

    /// Reads `IE`, `GB-ENG` or `GB-nationwide`, in upper or lower case.
    fn from_str(text: &str) -> Result<Self, RegionError> {
        let (code, part) = match text.split_once('-') {
            Some((code, part)) => (code, Some(part)),
            None => (text, None),
        };
        let country = countries::ALL
            .into_iter()
            .find(|country| country.code().eq_ignore_ascii_case(code))
            .ok_or_else(|| RegionError::UnknownCountry { value: text.into() })?;
        match part {
            None => country.whole(),
            Some(part) if part.eq_ignore_ascii_case(NATIONWIDE) => Ok(country.nationwide()),
            Some(part) => country.subdivision(part),
        }
    }
}

impl fmt::Display for Region {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let code = self.country.code();
        match self.subdivision() {
            Some(part) => write!(f, "{code}-{}", part.code()),
            None if self.country.is_uniform() => f.write_str(code),
            None => write!(f, "{code}-{NATIONWIDE}"),
        }
    }
}

impl fmt::Debug for Region {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Region({self})")
    }
}

impl Hash for Region {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.country.code().hash(state);
        self.index.hash(state);
    }
}

impl Serialize for Region {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Region {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?
            .parse()
            .map_err(serde::de::Error::custom)
    }
}

/// Why a text or a code names no [`Region`].
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum RegionError {
    /// The country is unknown.
    #[error(
        "no holidays are known for \"{value}\": begin with the ISO 3166-1 code of a country{}, one of {}",
        hint(.value), countries::CODES.join(", ")
    )]
    UnknownCountry {
        /// What was given.
        value: String,
    },
    /// The country alone does not say which days are holidays.
    #[error(
        "{} ({}) is no region by itself, for its parts have holidays of their own: name one of {}; or \
         {0}-nationwide for the list that the source has for the country as such",
        .country.code(), .country.name(), known_parts(.country)
    )]
    SubdivisionRequired {
        /// The country.
        country: &'static Country,
    },
    /// The country has no such part.
    #[error(
        "{} ({}) has no part \"{value}\" in the data: there are {}",
        .country.code(), .country.name(), known_parts(.country)
    )]
    UnknownSubdivision {
        /// What was given.
        value: String,
        /// The country.
        country: &'static Country,
    },
}

/// The codes that people use for the two countries that ISO calls otherwise.
fn hint(value: &str) -> &'static str {
    match value.get(..2).map(str::to_ascii_uppercase).as_deref() {
        Some("UK") => " (the United Kingdom's is GB)",
        Some("EL") => " (Greece's is GR)",
        _ => "",
    }
}

fn known_parts(country: &Country) -> String {
    let code = country.code();
    let parts: Vec<_> = country
        .subdivisions()
        .map(|part| match part.name() {
            name if name == part.code() => format!("{code}-{name}"),
            name => format!("{code}-{} ({name})", part.code()),
        })
        .collect();
    if parts.is_empty() {
        "none".into()
    } else {
        parts.join(", ")
    }
}
