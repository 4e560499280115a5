//! A transcript as a story: the time, who, what.

use std::collections::HashMap;
use std::fmt;
use std::time::Duration;

use chrono::NaiveDate;
use url::Url;

use crate::transcript::{Entry, Event, HostRequest, Purpose, Transcript};

/// The parameters that every request about a call carries; they would drown the others.
const STANDARD: &[&str] = &[
    "CallSid",
    "AccountSid",
    "From",
    "To",
    "Caller",
    "Called",
    "ApiVersion",
    "Direction",
    "ParentCallSid",
    "SmsSid",
    "SmsMessageSid",
    "SmsStatus",
    "MessageSid",
    "NumSegments",
    "Timestamp",
    "CallbackSource",
];

/// Widest name of a leg that keeps its column.
const WHO: usize = 22;

impl fmt::Display for Transcript {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut narrator = Narrator::new();
        for entry in self.entries() {
            f.write_str(&narrator.tell(entry))?;
        }
        Ok(())
    }
}

/// Tells a transcript entry by entry, as it grows; all that it tells is what the transcript prints.
///
/// ```
/// use twilio_simulator::Narrator;
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), twilio_simulator::Error> {
/// # let sim = twilio_simulator::Simulator::builder(
/// #     "AC00000000000000000000000000000000", "secret").build().await?;
/// let mut narrator = Narrator::new();
/// let story: String = sim.transcript().entries().iter().map(|entry| narrator.tell(entry)).collect();
/// assert_eq!(story, sim.transcript().to_string());
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Default)]
pub struct Narrator {
    cast: Cast,
    day: Option<NaiveDate>,
}

impl Narrator {
    /// One who has told nothing yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The next entry in a line of its own, after the date if it is another day.
    pub fn tell(&mut self, entry: &Entry) -> String {
        let mut told = String::new();
        let date = entry.at.date_naive();
        if self.day != Some(date) {
            self.day = Some(date);
            told.push_str(&format!("{} (UTC)\n", date.format("%A, %-d %B %Y")));
        }
        let who = self.cast.who(entry);
        let what = tell(&entry.event, &mut self.cast);
        let time = entry.at.format("%H:%M:%S%.3f");
        told.push_str(&format!("{time}  {who:WHO$}  {what}\n"));
        told
    }
}

impl Transcript {
    /// All requests to the host as `curl` commands with their signatures, one a line, each after a
    /// comment with its number and instant: a script for a POSIX shell.
    #[must_use]
    pub fn to_curl(&self) -> String {
        let mut script = String::new();
        for entry in self.entries() {
            if let Event::Request(request) = &entry.event {
                let at = entry.at.format("%H:%M:%S%.3f");
                script.push_str(&format!(
                    "# {} at {at}\n{}\n",
                    request.number,
                    request.to_curl()
                ));
            }
        }
        script
    }

    /// Compares the story with one that was kept, in a golden file: whether they are the same, line
    /// for line.
    ///
    /// # Errors
    /// [`OtherStory`] shows where they part.
    pub fn compare(&self, kept: &str) -> Result<(), OtherStory> {
        let told = self.to_string();
        let (mut kept_lines, mut told_lines) = (kept.lines(), told.lines());
        let mut before: Vec<String> = Vec::new();
        loop {
            match (kept_lines.next(), told_lines.next()) {
                (None, None) => return Ok(()),
                (kept, told) if kept == told => before.extend(kept.map(str::to_owned)),
                (kept, told) => {
                    return Err(OtherStory {
                        line: before.len() + 1,
                        before: before.split_off(before.len().saturating_sub(LINES_BEFORE)),
                        kept: kept.unwrap_or("(the end)").to_owned(),
                        told: told.unwrap_or("(the end)").to_owned(),
                    });
                }
            }
        }
    }
}

/// So much of what two stories have in common is shown before the line at which they part.
const LINES_BEFORE: usize = 8;

/// The line at which a story parts from one that was kept.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "the story is another one from line {line} on:\n{}- {kept}\n+ {told}",
    common(before)
)]
#[non_exhaustive]
pub struct OtherStory {
    /// The line, from 1.
    pub line: usize,
    /// Some of the lines before it.
    pub before: Vec<String>,
    /// The line as it was kept.
    pub kept: String,
    /// The line as it is now.
    pub told: String,
}

fn common(before: &[String]) -> String {
    before.iter().map(|line| format!("  {line}\n")).collect()
}

/// What the SIDs of a transcript are called: `CA#1` is the first call that appears in it.
#[derive(Debug, Default)]
struct Cast {
    names: HashMap<String, String>,
    counts: HashMap<String, u32>,
}

impl Cast {
    /// The leg of an entry: its short name, and who is on it.
    fn who(&mut self, entry: &Entry) -> String {
        let sid = match (&entry.call, &entry.message) {
            (Some(call), _) => call.as_str(),
            (None, Some(message)) => message.as_str(),
            (None, None) => return "the host".to_owned(),
        };
        let person = match &entry.event {
            Event::Rings { name, .. } => Some(name.clone()),
            Event::Dials { to, .. } | Event::Sends { to, .. } => Some(to.clone()),
            Event::Writes { from, .. } => Some(from.clone()),
            _ => None,
        };
        let short = self.short(sid);
        match person {
            Some(person) => {
                let name = format!("{short} {person}");
                self.names.insert(format!("who {sid}"), name.clone());
                name
            }
            None => self
                .names
                .get(&format!("who {sid}"))
                .cloned()
                .unwrap_or(short),
        }
    }

    fn short(&mut self, sid: &str) -> String {
        if let Some(name) = self.names.get(sid) {
            return name.clone();
        }
        let kind = sid.get(..2).unwrap_or_default().to_owned();
        let count = self.counts.entry(kind.clone()).or_default();
        *count += 1;
        let name = format!("{kind}#{count}");
        self.names.insert(sid.to_owned(), name.clone());
        name
    }

    /// A text with all SIDs in it named.
    fn plain(&mut self, text: &str) -> String {
        let mut plain = String::with_capacity(text.len());
        let mut rest = text;
        while let Some(at) = find_sid(rest) {
            plain.push_str(&rest[..at]);
            plain.push_str(&self.short(&rest[at..at + SID]));
            rest = &rest[at + SID..];
        }
        plain.push_str(rest);
        plain
    }

    /// A URL; of a loopback address only what follows the port, which changes from run to run.
    fn url(&mut self, url: &str) -> String {
        let short = match Url::parse(url) {
            Ok(parsed) if is_loopback(&parsed) => match parsed.query() {
                Some(query) => format!("{}?{query}", parsed.path()),
                None => parsed.path().to_owned(),
            },
            _ => url.to_owned(),
        };
        self.plain(&short)
    }

    /// `name=value` of those that are worth telling.
    fn parameters<'a>(&mut self, pairs: impl Iterator<Item = (&'a str, &'a str)>) -> String {
        let mut text = String::new();
        for (name, value) in pairs {
            text.push(' ');
            text.push_str(name);
            text.push('=');
            text.push_str(&self.url(value));
        }
        text
    }
}

/// Two letters and 32 hexadecimal digits.
const SID: usize = 34;

fn find_sid(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    (0..bytes.len().saturating_sub(SID - 1)).find(|at| {
        let window = &bytes[*at..*at + SID];
        window[..2].iter().all(u8::is_ascii_uppercase)
            && window[2..].iter().all(u8::is_ascii_hexdigit)
    })
}

/// A text in which every SID is only its kind, so that those of two runs are alike.
pub(crate) fn without_sids(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = find_sid(rest) {
        plain.push_str(&rest[..at + 2]);
        rest = &rest[at + SID..];
    }
    plain.push_str(rest);
    plain
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(url::Host::Domain(name)) => name == "localhost",
        Some(url::Host::Ipv4(address)) => address.is_loopback(),
        Some(url::Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

fn tell(event: &Event, cast: &mut Cast) -> String {
    match event {
        Event::Rings { from, to, .. } => format!("rings {to} from {from}"),
        Event::Dials { from, parent, .. } => match parent {
            Some(parent) => format!("is dialled by {}, from {from}", cast.short(parent.as_str())),
            None => format!("is called through REST, from {from}"),
        },
        Event::Ringing => "the phone rings".to_owned(),
        Event::Answered => "the call is answered".to_owned(),
        Event::Request(request) => tell_request(request, cast),
        Event::Answer(answer) => {
            let status = match answer.status {
                Some(status) => status.to_string(),
                None => "no answer".to_owned(),
            };
            format!("← {status} {}", cast.url(&answer.summary))
                .trim_end()
                .to_owned()
        }
        Event::Says { text } => format!("hears “{text}”"),
        Event::Plays { url } => format!("hears {}", cast.url(url)),
        Event::CutOff => "… which is cut short".to_owned(),
        Event::Beeps => "hears a beep".to_owned(),
        Event::Presses { keys } => format!("presses {keys}"),
        Event::Speaks { words, length } => match words {
            Some(words) => format!("says “{words}”"),
            None => format!("speaks for {}", seconds(*length)),
        },
        Event::JoinsQueue { queue, position } => {
            format!("joins the queue {queue} at place {position}")
        }
        Event::LeavesQueue {
            queue,
            result,
            waited,
        } => format!(
            "leaves the queue {queue} after {}: {result}",
            seconds(*waited)
        ),
        Event::AwaitsMember { queue } => format!("waits for somebody to join the queue {queue}"),
        Event::Joined { with } => format!("talks to {}", cast.short(with.as_str())),
        Event::Parted { from } => format!("no longer talks to {}", cast.short(from.as_str())),
        Event::HangsUp => "hangs up".to_owned(),
        Event::Ended { status, duration } => {
            format!("the call is over: {status}, {}", seconds(*duration))
        }
        Event::Writes {
            from,
            to,
            body,
            media,
        } => format!("writes to {to} from {from}: “{body}”{}", pieces(media)),
        Event::Sends {
            from, body, media, ..
        } => format!("is sent “{body}”{} from {from}", pieces(media)),
        Event::OptsOut { of } => format!("wants no more messages from {of}"),
        Event::OptsIn { of } => format!("wants messages from {of} again"),
        Event::MessageIs { status, code: None } => format!("the message is {status}"),
        Event::MessageIs {
            status,
            code: Some(code),
        } => format!("the message is {status} ({code})"),
        Event::Rest {
            method,
            path,
            parameters,
            status,
            code,
        } => {
            let path = cast.plain(path);
            let parameters = cast.parameters(parameters.iter());
            let code = code.map(|code| format!(" ({code})")).unwrap_or_default();
            format!("REST {method} {path}{parameters}: {status}{code}")
        }
        Event::Logged { code: 0, message } => format!("! {}", cast.url(message)),
        Event::Logged { code, message } => format!("! {code}: {}", cast.url(message)),
        Event::ErrorMessage => "hears that an application error has occurred".to_owned(),
        Event::Refused { what } => format!("! not simulated: {what}"),
    }
}

fn tell_request(request: &HostRequest, cast: &mut Cast) -> String {
    let url = cast.url(&request.url);
    let parameters = cast.parameters(
        request
            .parameters
            .iter()
            .filter(|(name, _)| !STANDARD.contains(name)),
    );
    let why = match request.purpose {
        Purpose::Document => "",
        Purpose::Wait => " (waiting)",
        Purpose::Fallback => " (fallback)",
        Purpose::Notice => " (notice)",
        Purpose::StatusCallback => " (status)",
    };
    let forged = if request.forged { " (forged)" } else { "" };
    format!("→ {} {url}{why}{forged}{parameters}", request.method)
}

/// Media of a message.
fn pieces(media: &[String]) -> String {
    media.iter().map(|url| format!(" [{url}]")).collect()
}

/// Seconds, with milliseconds only if there are any.
fn seconds(time: Duration) -> String {
    if time.subsec_millis() == 0 {
        format!("{} s", time.as_secs())
    } else {
        format!("{:.3} s", time.as_secs_f64())
    }
}
