//! Filters of lists by date: `StartTime=2026-01-05`, `StartTime<=…`, `StartTime>=…`.

use chrono::{DateTime, NaiveDate, Utc};
use twilio_webhook::Params;

use super::form::invalid;
use super::reply::Reply;

/// Days, or instants of ISO 8601, which an instant is to lie in, before or after. The names of the
/// parameters end in `<` and `>`; both ends count.
#[derive(Debug)]
pub(super) struct Dates {
    on: Option<NaiveDate>,
    until: Option<DateTime<Utc>>,
    from: Option<DateTime<Utc>>,
}

impl Dates {
    pub(super) fn read(query: &Params, name: &str) -> Result<Self, Reply> {
        let given = |suffix: &str| {
            let name = format!("{name}{suffix}");
            query.get(&name).map(|text| (name, text.to_owned()))
        };
        let instant = |given: Option<(String, String)>, end_of_day: bool| {
            given
                .map(|(name, text)| instant(&text, end_of_day).ok_or_else(|| invalid(&name, &text)))
                .transpose()
        };
        let on = given("")
            .map(|(name, text)| match instant_of(&text) {
                Some(at) => Ok(at.date_naive()),
                None => text.parse().map_err(|_| invalid(&name, &text)),
            })
            .transpose()?;
        Ok(Self {
            on,
            until: instant(given("<"), true)?,
            from: instant(given(">"), false)?,
        })
    }

    pub(super) fn hold(&self, at: Option<DateTime<Utc>>) -> bool {
        let Some(at) = at else {
            return self.on.is_none() && self.until.is_none() && self.from.is_none();
        };
        self.on.is_none_or(|on| at.date_naive() == on)
            && self.until.is_none_or(|until| at <= until)
            && self.from.is_none_or(|from| at >= from)
    }
}

fn instant_of(text: &str) -> Option<DateTime<Utc>> {
    let at = DateTime::parse_from_rfc3339(text).ok()?;
    Some(at.with_timezone(&Utc))
}

/// A day counts from its first to its last second.
fn instant(text: &str, end_of_day: bool) -> Option<DateTime<Utc>> {
    if let Some(at) = instant_of(text) {
        return Some(at);
    }
    let day: NaiveDate = text.parse().ok()?;
    let (h, m, s) = if end_of_day { (23, 59, 59) } else { (0, 0, 0) };
    Some(day.and_hms_opt(h, m, s)?.and_utc())
}
