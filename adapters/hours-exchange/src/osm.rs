//! The [`opening_hours`](https://wiki.openstreetmap.org/wiki/Key:opening_hours) of OpenStreetMap, as far as they
//! map exactly (feature `osm`).
//!
//! ```
//! use business_hours::Schedule;
//! use hours_exchange::osm;
//!
//! let spec = osm::parse("Mo-Fr 09:00-12:30,13:30-18:00; Dec 24 09:00-13:00; Dec 25-26 off", "Europe/London")?;
//! let shop = Schedule::from_spec(&spec)?;
//! assert!(shop.is_open("2026-12-24T12:59:59Z".parse()?)?);
//! assert!(shop.is_closed("2026-12-25T10:00:00Z".parse()?)?);
//!
//! let refused = osm::parse("Mo-Fr sunrise-sunset; SH off", "Europe/London").unwrap_err();
//! assert!(refused.to_string().contains("depends on the sun"));
//! assert!(refused.to_string().contains("SH closed"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! | OpenStreetMap | here |
//! |---|---|
//! | days of the week, times, `24/7`, `off`, times past midnight as `26:00` or `02:00` | weekly hours; of two rules for a day the later counts, after a comma they add up |
//! | months and dates, with or without a year, also with days of the week | a season of their name (or of the comment) |
//! | `PH` | the hours of holidays |
//! | dates after `PH` | an override, with the comment as its reason |
//!
//! Refused by name are: the sun, open ends, intervals, `unknown`, fallback rules (`||`), school holidays, weeks,
//! years by themselves, `Mo[1]`, Easter and offsets; rules whose order says that a weaker kind (days
//! of the week, dates, `PH`) beats a stronger one; seasons that overlap in a way that only order resolves; and shifts past
//! midnight into a day that another rule decides, on which OpenStreetMap's evaluators do not agree.

mod rule;
mod shape;

use business_hours::ScheduleSpec;
use opening_hours_syntax::rules::OpeningHoursExpression;
use thiserror::Error;

use crate::Refusals;

/// Why an expression cannot be taken over.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum OsmError {
    /// It is not the syntax of `opening_hours`.
    #[error("{text:?} is not the syntax of opening_hours: {problem}")]
    Syntax {
        /// The expression.
        text: String,
        /// What the parser says.
        problem: String,
    },
    /// It says what a schedule cannot say, or says it in a way that evaluators disagree on.
    #[error(transparent)]
    Refused(#[from] Refusals),
}

/// Reads an expression as the description of a schedule in `zone`.
///
/// Where it has `PH`, say in the result's `holidays.unknown` what a date is that your calendars do not cover.
///
/// # Errors
/// [`OsmError::Syntax`]; [`OsmError::Refused`] with everything that does not map exactly.
pub fn parse(text: &str, zone: impl Into<String>) -> Result<ScheduleSpec, OsmError> {
    let expression = opening_hours_syntax::parse(text).map_err(|error| OsmError::Syntax {
        text: text.to_owned(),
        // The parser draws an arrow under the text over several lines.
        problem: error
            .to_string()
            .split_whitespace()
            .collect::<Vec<_>>()
            .join(" "),
    })?;
    Ok(to_spec(&expression, zone)?)
}

/// Takes over an expression that has been parsed.
///
/// # Errors
/// Everything that does not map exactly.
pub fn to_spec(
    expression: &OpeningHoursExpression,
    zone: impl Into<String>,
) -> Result<ScheduleSpec, Refusals> {
    let mut shape = shape::Shape::default();
    let mut refusals = Vec::new();
    for sequence in &expression.rules {
        let text = OpeningHoursExpression {
            rules: vec![sequence.clone()],
        }
        .to_string();
        match rule::Rule::read(&text, sequence) {
            Ok(rule) => refusals.extend(shape.add(&text, rule).err()),
            Err(found) => refusals.extend(found),
        }
    }
    refusals.extend(shape.refusals());
    Refusals::check(refusals)?;
    Ok(shape.into_spec(zone.into()))
}
