//! What people write down at the console: notes, customers, exceptions to the opening hours.

use business_hours::{Override, OverrideId, When};
use chrono::{DateTime, TimeDelta, Utc};
use serde::Deserialize;

use super::Console;
use super::api::{phone_number, read};
use super::problem::Problem;
use super::session::{SignedIn, random};
use crate::one_line;
use crate::records::{Call, CallBack, Customer, Note, Record, RecordsError, Voicemail};

/// The longest text of a note, in characters, and how many a call may have.
const LONGEST_NOTE: usize = 2_000;
const NOTES: usize = 100;
/// The longest name or reason, in characters.
const LONGEST: usize = 200;
/// The longest exception to the opening hours.
const LONGEST_EXCEPTION: TimeDelta = TimeDelta::days(366);

/// Carries out an action that is about records.
pub(crate) async fn write(
    console: &Console,
    who: &SignedIn,
    action: &str,
    body: &[u8],
) -> Result<(), Problem> {
    let system = &console.system;
    let name = who.name(system);
    match action {
        "note" => note(console, name, read(body)?).await,
        "voicemail-heard" => {
            let Id { id } = read(body)?;
            change(
                console,
                &id,
                "This message is gone.",
                |mut voicemail: Voicemail| {
                    voicemail.heard_by.get_or_insert_with(|| name.to_owned());
                    Ok(voicemail)
                },
            )
            .await
        }
        "callback-take" => {
            let Id { id } = read(body)?;
            change(
                console,
                &id,
                "This call back is gone.",
                |mut callback: CallBack| match &callback.by {
                    Some(by) if by != name => Err(Problem::taken(format!("{by} was first."))),
                    _ => {
                        callback.by = Some(name.to_owned());
                        Ok(callback)
                    }
                },
            )
            .await
        }
        "callback-give-back" => {
            let Id { id } = read(body)?;
            let may = |by: &str| by == name || who.supervisor().is_ok();
            change(
                console,
                &id,
                "This call back is gone.",
                |mut callback: CallBack| match &callback.by {
                    Some(by) if !may(by) => Err(Problem::taken(format!("{by} sees to it."))),
                    // The place is by the time waited, so it is where it was.
                    _ => {
                        callback.by = None;
                        Ok(callback)
                    }
                },
            )
            .await?;
            system.wake();
            Ok(())
        }
        "callback-done" => {
            let Id { id } = read(body)?;
            change(
                console,
                &id,
                "This call back is gone.",
                |mut callback: CallBack| {
                    callback.by.get_or_insert_with(|| name.to_owned());
                    "done".clone_into(&mut callback.state);
                    Ok(callback)
                },
            )
            .await
        }
        "customer" => {
            who.supervisor()?;
            customer(console, read(body)?).await
        }
        "customer-remove" => {
            who.supervisor()?;
            let Number { number } = read(body)?;
            let removed = console.records().remove::<Customer>(&number).await;
            removed.map_err(|error| failed(console, &error))
        }
        "override" => {
            who.supervisor()?;
            exception(console, name, read(body)?).await
        }
        "override-remove" => {
            who.supervisor()?;
            let Id { id } = read(body)?;
            let exception =
                OverrideId::new(id).map_err(|_| Problem::unknown("There is no such exception."))?;
            let ended = system.end_override(&exception).await;
            ended.map_err(|error| failed(console, &error))?;
            system.note(
                name,
                "withdraws an exception to the opening hours",
                exception.as_str(),
            );
            system.wake();
            Ok(())
        }
        _ => Err(Problem::unknown("There is no such action.")),
    }
}

#[derive(Deserialize)]
struct Id {
    id: String,
}

#[derive(Deserialize)]
struct Number {
    number: String,
}

#[derive(Deserialize)]
struct NoteOf {
    call: String,
    text: String,
}

#[derive(Deserialize)]
struct CustomerOf {
    number: String,
    name: String,
    class: String,
}

#[derive(Deserialize)]
struct ExceptionOf {
    hours: Hours,
    until: DateTime<Utc>,
    reason: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum Hours {
    Open,
    Closed,
}

async fn note(console: &Console, by: &str, NoteOf { call, text }: NoteOf) -> Result<(), Problem> {
    let text = text.trim();
    if text.is_empty() || text.chars().count() > LONGEST_NOTE {
        let text = format!("A note has at least one and at most {LONGEST_NOTE} characters.");
        return Err(Problem::bad_request(text));
    }
    let note = Note {
        at: console.system.now(),
        by: by.to_owned(),
        text: text.to_owned(),
    };
    change(console, &call, "This call is gone.", |mut call: Call| {
        if call.notes.len() >= NOTES {
            return Err(Problem::not_now(
                "This call has as many notes as a call can have.",
            ));
        }
        call.notes.push(note.clone());
        Ok(call)
    })
    .await
}

async fn customer(console: &Console, customer: CustomerOf) -> Result<(), Problem> {
    let number = phone_number(&customer.number)?;
    if !["premium", "regular"].contains(&&*customer.class) {
        return Err(Problem::bad_request("There is no such class."));
    }
    let customer = Customer {
        name: one_text(&customer.name, "name")?,
        class: customer.class,
    };
    let written = console.records().put(number.as_ref(), &customer).await;
    written.map_err(|error| failed(console, &error))
}

/// Open or closed from now until then, whatever the schedule says. Callers hear the reason.
async fn exception(console: &Console, by: &str, asked: ExceptionOf) -> Result<(), Problem> {
    let system = &console.system;
    let now = system.now();
    let reason = one_text(&asked.reason, "reason")?;
    if asked.until <= now || asked.until - now > LONGEST_EXCEPTION {
        return Err(Problem::bad_request(
            "Please choose a time to come, within a year.",
        ));
    }
    let mut id = random().map_err(|_| Problem::unavailable())?;
    id.truncate(16);
    let bad = |_| Problem::bad_request("These hours cannot be set.");
    let (id, when) = (
        OverrideId::new(id).map_err(bad)?,
        When::between(now, asked.until).map_err(bad)?,
    );
    let (exception, what) = match asked.hours {
        Hours::Open => (Override::open(id, when), "opens the line"),
        Hours::Closed => (Override::closed(id, when), "closes the line"),
    };
    let put = system
        .override_hours(exception.because(&*reason).by(by))
        .await;
    put.map_err(|error| failed(console, &error))?;
    let until = asked.until.format("%Y-%m-%d %H:%M UTC");
    system.note(by, format!("{what} until {until}"), reason);
    system.wake();
    Ok(())
}

/// Changes a record that must be there. Nobody's change is lost.
async fn change<T: Record>(
    console: &Console,
    key: &str,
    gone: &'static str,
    change: impl Fn(T) -> Result<T, Problem> + Send + Sync,
) -> Result<(), Problem> {
    let mut problem = None;
    let written = console
        .records()
        .update(key, |old: Option<T>| {
            let Some(old) = old else {
                problem = Some(Problem::gone(gone));
                return None;
            };
            match change(old.clone()) {
                Ok(new) => {
                    problem = None;
                    Some(new)
                }
                Err(refusal) => {
                    problem = Some(refusal);
                    Some(old)
                }
            }
        })
        .await;
    written.map_err(|error: RecordsError| failed(console, &error))?;
    problem.map_or(Ok(()), Err)
}

/// A text of one line and sane length.
fn one_text(text: &str, what: &str) -> Result<String, Problem> {
    let text = text.trim();
    let sane = (1..=LONGEST).contains(&text.chars().count()) && !text.chars().any(char::is_control);
    sane.then(|| text.to_owned()).ok_or_else(|| {
        Problem::bad_request(format!(
            "Please write a {what} of at most {LONGEST} characters, in one line."
        ))
    })
}

fn failed(console: &Console, error: &(dyn std::error::Error + 'static)) -> Problem {
    console.system.note(
        "console",
        "cannot write down what somebody says",
        one_line(error),
    );
    Problem::unavailable()
}
