//! What happens, as it happens: server-sent events, resumed where a connection was cut.

use std::collections::{HashMap, VecDeque};
use std::convert::Infallible;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::sse::{Event, Sse};
use axum::response::{IntoResponse, Response};
use futures_util::stream;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tokio::sync::watch;
use tokio::time::{Instant, sleep, sleep_until};

use super::Console;
use super::live::{Live, Published};
use super::problem::Problem;
use super::session::{SignedIn, random};
use crate::one_line;
use crate::records::{Call, CallBack, Customer, Record, Row, TimelineEntry, Voicemail};

/// The kinds of record that a console sees. No other ever leaves the server.
const SHOWN: [&str; 5] = [
    Call::KIND,
    Voicemail::KIND,
    CallBack::KIND,
    Customer::KIND,
    TimelineEntry::KIND,
];
/// What a console does not see of a record: where a recording is, which needs no key to be fetched.
const HIDDEN: [(&str, &str); 1] = [(Voicemail::KIND, "url")];
/// A page counts the stream as cut after 25 seconds of silence.
const BEAT: Duration = Duration::from_secs(15);
/// So long records gather before they are sent.
const GATHER: Duration = Duration::from_millis(100);
/// So many records, or so many bytes, go into one event.
const ROWS: usize = 500;
const BYTES: usize = 256 * 1024;
/// After how long a browser comes back.
const RETRY: Duration = Duration::from_secs(1);
/// So many pages may follow one session, and all of them together.
const PER_SESSION: usize = 16;
const AT_ONCE: usize = 4_000;

/// Where a page got to, if the browser does not know it.
#[derive(Debug, Deserialize)]
pub(crate) struct After {
    after: Option<String>,
}

/// `GET /console/events`.
pub(crate) async fn follows(
    State(console): State<Console>,
    Query(After { after }): Query<After>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let who = SignedIn::of(&console, &headers).ok_or_else(Problem::signed_out)?;
    let place = console.followers.join(&who.key).ok_or_else(|| {
        let text = "This console is open in too many places. Please close some.";
        Problem::new(StatusCode::TOO_MANY_REQUESTS, "busy", text)
    })?;
    let store = store(&console).await?;
    let resumes = headers
        .get("last-event-id")
        .and_then(|id| id.to_str().ok())
        .or(after.as_deref());
    let stream = Stream::open(console, who, store, resumes, place);
    let events = stream::unfold(stream, async |mut stream| {
        let event = stream.next().await?;
        Some((Ok::<_, Infallible>(event), stream))
    });
    // A proxy that gathers answers would hold back what happens.
    Ok(([("x-accel-buffering", "no")], Sse::new(events)).into_response())
}

/// Which database the numbers of changes are from: those of another one mean nothing.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Store {
    id: String,
}

impl Record for Store {
    const KIND: &'static str = "store";
}

async fn store(console: &Console) -> Result<String, Problem> {
    let key = "this";
    if let Some(Store { id }) = console.records().get(key) {
        return Ok(id);
    }
    let mut id = random().map_err(|_| Problem::unavailable())?;
    id.truncate(12);
    let first = Store { id };
    let kept = console
        .records()
        .update(key, |known| known.or_else(|| Some(first.clone())))
        .await;
    match kept {
        Ok(kept) => Ok(kept.unwrap_or(first).id),
        Err(error) => {
            console
                .system
                .note("console", "cannot begin a stream", one_line(&error));
            Err(Problem::unavailable())
        }
    }
}

/// What one page is told.
struct Stream {
    console: Console,
    /// The session, looked up again before each event: it may have ended, on whatever server.
    session: String,
    store: String,
    ready: VecDeque<Event>,
    /// All changes up to this one are sent, or ready.
    sent: u64,
    records: watch::Receiver<u64>,
    floor: Published,
    /// Whether this server is to end: pages then go on with another.
    ending: watch::Receiver<bool>,
    spoke: Instant,
    _place: Place,
}

impl Stream {
    fn open(
        console: Console,
        who: SignedIn,
        store: String,
        resumes: Option<&str>,
        place: Place,
    ) -> Self {
        // Subscribed first, read then: what comes in between is told twice rather than not at all.
        let mut records = console.records().subscribe();
        records.mark_unchanged();
        let mut floor = Live::watch(&console.live, &console.system);
        floor.mark_changed();
        let ending = console.system.ending();
        let after = resumes
            .and_then(|place| place.strip_prefix(&*store)?.strip_prefix('-')?.parse().ok())
            .filter(|after| *after <= console.records().change());
        let known = after.and_then(|after| Some((after, console.records().since(after)?)));
        let reset = known.is_none();
        let (sent, rows) =
            known.unwrap_or_else(|| (0, console.records().since(0).unwrap_or_default()));
        let mut stream = Self {
            ready: VecDeque::from([hello(&console, &who, reset)]),
            session: who.key,
            console,
            store,
            sent,
            records,
            floor,
            ending,
            spoke: Instant::now(),
            _place: place,
        };
        stream.tell(&rows);
        stream
    }

    async fn next(&mut self) -> Option<Event> {
        loop {
            SignedIn::still(&self.console, self.session.clone())?;
            if let Some(event) = self.ready.pop_front() {
                self.spoke = Instant::now();
                return Some(event);
            }
            tokio::select! {
                changed = self.records.changed() => {
                    changed.ok()?;
                    sleep(GATHER).await;
                    self.records.mark_unchanged();
                    let rows = self.console.records().since(self.sent)?;
                    self.tell(&rows);
                }
                changed = self.floor.changed() => {
                    changed.ok()?;
                    let floor = Arc::clone(&self.floor.borrow_and_update());
                    if !floor.is_empty() {
                        self.ready.push_back(Event::default().event("floor").data(floor));
                    }
                }
                () = ended(&mut self.ending) => return None,
                () = sleep_until(self.spoke + BEAT) => {
                    self.ready.push_back(Event::default().event("beat").data("{}"));
                }
            }
        }
    }

    /// Makes these rows, which are in the order of their changes, ready to be sent.
    fn tell(&mut self, rows: &[Row]) {
        let mut shown = Vec::new();
        let mut bytes = 0;
        for row in rows {
            self.sent = row.change;
            if SHOWN.contains(&&*row.kind) {
                let row = show(row);
                bytes += row.len();
                shown.push(row);
            }
            if shown.len() == ROWS || bytes > BYTES {
                self.send(&shown);
                shown.clear();
                bytes = 0;
            }
        }
        if !shown.is_empty() {
            self.send(&shown);
        }
    }

    fn send(&mut self, rows: &[String]) {
        let event = Event::default()
            .event("records")
            .id(format!("{}-{}", self.store, self.sent));
        self.ready
            .push_back(event.data(format!("[{}]", rows.join(","))));
    }
}

async fn ended(ending: &mut watch::Receiver<bool>) {
    // Nobody to say so any more means that it has ended.
    let _ = ending.wait_for(|ending| *ending).await;
}

fn hello(console: &Console, who: &SignedIn, reset: bool) -> Event {
    let system = &console.system;
    let hello = json!({
        "me": { "agent": who.account.agent, "name": who.name(system), "role": who.account.role },
        "server": system.server(),
        "csrf": who.session.csrf,
        "now": system.now(),
        "speed": system.speed().factor(),
        "reset": reset,
        "demo": console.hint().is_some(),
    });
    Event::default()
        .event("hello")
        .retry(RETRY)
        .data(hello.to_string())
}

/// A record as the page sees it.
fn show(row: &Row) -> String {
    let body = row
        .body
        .as_deref()
        .and_then(|body| serde_json::from_str(body).ok());
    let mut body: Value = body.unwrap_or_default();
    for (kind, field) in HIDDEN {
        if let Some(body) = body.as_object_mut().filter(|_| row.kind == kind) {
            body.remove(field);
        }
    }
    json!({ "kind": row.kind, "key": row.key, "change": row.change, "body": body }).to_string()
}

/// Who follows the stream.
#[derive(Debug, Default)]
pub(crate) struct Followers(Mutex<HashMap<String, usize>>);

impl Followers {
    /// A place for one more page of this session, if there is one.
    fn join(self: &Arc<Self>, session: &str) -> Option<Place> {
        let mut pages = self.lock();
        let all: usize = pages.values().sum();
        let own = pages.get(session).copied().unwrap_or_default();
        if own >= PER_SESSION || all >= AT_ONCE {
            return None;
        }
        pages.insert(session.to_owned(), own + 1);
        Some(Place(Arc::clone(self), session.to_owned()))
    }

    // Every change is one call on the map.
    fn lock(&self) -> MutexGuard<'_, HashMap<String, usize>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The place of one page, which falls free with it.
#[derive(Debug)]
struct Place(Arc<Followers>, String);

impl Drop for Place {
    fn drop(&mut self) {
        let mut pages = self.0.lock();
        match pages.get_mut(&self.1) {
            Some(pages) if *pages > 1 => *pages -= 1,
            _ => drop(pages.remove(&self.1)),
        }
    }
}
