//! Questions as JSON lines, and their answers.

use std::io::{self, BufRead, Write};

use business_hours::{QueryError, Schedule};
use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize, Serializer};
use serde_json::{Map, Number, Value, json};

use crate::clock;

/// A question; `id` is taken off before.
#[derive(Debug, Deserialize)]
#[serde(tag = "op", rename_all = "snake_case", deny_unknown_fields)]
enum Question {
    IsOpen { at: String },
    Status { at: String },
    NextOpen { at: String },
    NextClose { at: String },
    PrevOpen { at: String },
    PrevClose { at: String },
    OpenSeconds { from: String, to: String },
    AddSeconds { at: String, seconds: i64 },
    Intervals { from: String, to: String },
}

/// The fields of an answer, in the order in which they are documented.
#[derive(Debug, Default)]
pub(crate) struct Answer(Vec<(&'static str, Value)>);

impl Serialize for Answer {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(key, value)| (key, value)))
    }
}

/// Answers each line of `input` with a line; whether all of them could be.
///
/// # Errors
/// Only those of reading and writing; a bad line is answered by an object with an `error`.
pub(crate) fn answer_all(
    schedule: &Schedule,
    mut input: impl BufRead,
    mut output: impl Write,
) -> io::Result<bool> {
    let mut all_answered = true;
    let mut bytes = Vec::new();
    for line in 1_u64.. {
        bytes.clear();
        if input.read_until(b'\n', &mut bytes)? == 0 {
            break;
        }
        if bytes.iter().all(u8::is_ascii_whitespace) {
            continue;
        }
        let mut object = Answer(vec![("line", json!(line))]);
        match answer(schedule, &bytes, &mut object) {
            Ok(fields) => object.0.extend(fields.0),
            Err(error) => {
                all_answered = false;
                object.0.push(("error", Value::String(error)));
            }
        }
        serde_json::to_writer(&mut output, &object).map_err(io::Error::from)?;
        output.write_all(b"\n")?;
        output.flush()?;
    }
    Ok(all_answered)
}

/// What is known of a line before it is understood goes into `object` at once, so that an error has it too.
fn answer(schedule: &Schedule, line: &[u8], object: &mut Answer) -> Result<Answer, String> {
    let mut question: Map<String, Value> =
        serde_json::from_slice(line).map_err(|error| format!("not a JSON object: {error}"))?;
    if let Some(id) = question.remove("id") {
        object.0.push(("id", id));
    }
    if let Some(op) = question.get("op") {
        object.0.push(("op", op.clone()));
    }
    let question =
        Question::deserialize(Value::Object(question)).map_err(|error| error.to_string())?;
    let instant = |text: &str| clock::instant(schedule, text);
    let at = |found: Result<Option<DateTime<Utc>>, QueryError>| {
        let found = found.map_err(|error| error.to_string())?;
        Ok(fields([(
            "at",
            json!(found.map(|found| clock::written(schedule, found))),
        )]))
    };
    match question {
        Question::IsOpen { at } => {
            let open = schedule
                .is_open(instant(&at)?)
                .map_err(|error| error.to_string())?;
            Ok(fields([("open", json!(open))]))
        }
        Question::Status { at } => status(schedule, instant(&at)?),
        Question::NextOpen { at: after } => at(schedule.next_opening(instant(&after)?)),
        Question::NextClose { at: after } => at(schedule.next_closing(instant(&after)?)),
        Question::PrevOpen { at: until } => at(schedule.previous_opening(instant(&until)?)),
        Question::PrevClose { at: until } => at(schedule.previous_closing(instant(&until)?)),
        Question::OpenSeconds { from, to } => {
            let open = schedule.open_between(instant(&from)?, instant(&to)?);
            let open = open.map_err(|error| error.to_string())?;
            Ok(fields([("seconds", seconds(open))]))
        }
        Question::AddSeconds { at: from, seconds } => {
            let open = TimeDelta::try_seconds(seconds).ok_or_else(|| {
                format!("{seconds} seconds are more than the supported years have")
            })?;
            at(schedule.add_open(instant(&from)?, open))
        }
        Question::Intervals { from, to } => {
            let intervals = schedule.intervals(instant(&from)?, instant(&to)?);
            let intervals = intervals
                .map_err(|error| error.to_string())?
                .map(|interval| {
                    json!({
                        "opens": clock::written(schedule, interval.opens),
                        "closes": clock::written(schedule, interval.closes),
                    })
                });
            Ok(fields([("intervals", Value::Array(intervals.collect()))]))
        }
    }
}

/// The fields of a status, in `hours status --json` too.
///
/// # Errors
/// That the schedule cannot answer.
pub(crate) fn status(schedule: &Schedule, at: DateTime<Utc>) -> Result<Answer, String> {
    let status = schedule.status(at).map_err(|error| error.to_string())?;
    let time = |instant: Option<DateTime<Utc>>| {
        json!(instant.map(|instant| clock::written(schedule, instant)))
    };
    let beaten: Vec<_> = status.beaten().map(|rule| rule.to_string()).collect();
    Ok(fields([
        ("at", time(Some(at))),
        ("open", json!(status.is_open())),
        ("reason", json!(status.reason())),
        ("rule", json!(status.decided_by().to_string())),
        ("beaten", json!(beaten)),
        (
            "holiday",
            json!(status.holiday().map(|holiday| holiday.name)),
        ),
        ("since", time(status.since())),
        ("until", time(status.until())),
        ("text", json!(status.to_string())),
        ("spoken", json!(status.spoken().to_string())),
        (
            "warning",
            json!(status.warning().map(|warning| warning.to_string())),
        ),
    ]))
}

fn fields<const N: usize>(fields: [(&'static str, Value); N]) -> Answer {
    Answer(fields.into())
}

/// A whole number, unless the question was within a second.
fn seconds(duration: TimeDelta) -> Value {
    if duration.subsec_nanos() == 0 {
        return json!(duration.num_seconds());
    }
    Number::from_f64(duration.as_seconds_f64()).map_or(Value::Null, Value::Number)
}
