//! The event stream as a page reads it.

use std::collections::BTreeMap;
use std::time::Duration;

use phone_system::morning::StageError;
use reqwest::{Response, StatusCode};
use serde_json::Value;

use crate::browser::Browser;

/// Nothing in a test takes as long, even on a busy machine.
const PATIENCE: Duration = Duration::from_secs(20);

/// An event stream, and what the page knows by it.
pub(crate) struct Stream {
    answer: Response,
    text: Vec<u8>,
    /// Where it has got to.
    pub(crate) place: Option<String>,
    pub(crate) hello: Value,
    pub(crate) floor: Value,
    /// By kind and key.
    pub(crate) records: BTreeMap<(String, String), Value>,
    /// The changes in the order they came.
    pub(crate) changes: Vec<u64>,
    /// All that was sent.
    pub(crate) raw: String,
}

impl Stream {
    /// Opens the stream and reads it up to the first floor.
    pub(crate) async fn of(browser: &Browser, after: Option<&str>) -> Result<Self, StageError> {
        let answer = browser.follows(after).await?;
        assert_eq!(answer.status(), StatusCode::OK);
        assert_eq!(answer.headers()["content-type"], "text/event-stream");
        let mut stream = Self {
            answer,
            text: Vec::new(),
            place: None,
            hello: Value::Null,
            floor: Value::Null,
            records: BTreeMap::new(),
            changes: Vec::new(),
            raw: String::new(),
        };
        stream.until(|stream| !stream.floor.is_null()).await?;
        Ok(stream)
    }

    /// Reads on until it is so.
    pub(crate) async fn until(&mut self, so: impl Fn(&Self) -> bool) -> Result<(), StageError> {
        while !so(self) {
            let next = tokio::time::timeout(PATIENCE, self.next()).await;
            let next =
                next.map_err(|_| format!("it never came to be; the floor: {}", self.floor))?;
            next?.ok_or("the stream has ended")?;
        }
        Ok(())
    }

    /// The name of the next event, which is taken in; `None` at the end of the stream.
    pub(crate) async fn next(&mut self) -> Result<Option<String>, StageError> {
        loop {
            if let Some(end) = self.text.windows(2).position(|two| two == b"\n\n") {
                let event: Vec<u8> = self.text.drain(..end + 2).collect();
                let event = String::from_utf8(event)?;
                self.raw += &event;
                return Ok(Some(self.take_in(&event)?));
            }
            match self.answer.chunk().await? {
                Some(chunk) => self.text.extend_from_slice(&chunk),
                None => return Ok(None),
            }
        }
    }

    fn take_in(&mut self, event: &str) -> Result<String, StageError> {
        let field = |name: &str| {
            let mut lines = event.lines().filter_map(|line| line.split_once(": "));
            lines
                .find(|(known, _)| *known == name)
                .map(|(_, value)| value.to_owned())
        };
        let name = field("event").ok_or("an event without a name")?;
        let data: Value = serde_json::from_str(&field("data").ok_or("an event without data")?)?;
        self.place = field("id").or(self.place.take());
        match &*name {
            "hello" => self.hello = data,
            "floor" => self.floor = data,
            "records" => {
                for change in data.as_array().ok_or("no list")? {
                    let text = |name: &str| change[name].as_str().unwrap_or_default().to_owned();
                    let key = (text("kind"), text("key"));
                    self.changes
                        .push(change["change"].as_u64().ok_or("no number")?);
                    match &change["body"] {
                        Value::Null => drop(self.records.remove(&key)),
                        body => drop(self.records.insert(key, body.clone())),
                    }
                }
            }
            _ => {}
        }
        Ok(name)
    }

    pub(crate) fn csrf(&self) -> &str {
        self.hello["csrf"].as_str().unwrap_or_default()
    }

    /// An agent as the floor shows them.
    pub(crate) fn agent(&self, id: u64) -> &Value {
        let agents = self.floor["agents"].as_array().into_iter().flatten();
        agents
            .into_iter()
            .find(|agent| agent["id"] == id)
            .unwrap_or(&Value::Null)
    }

    /// The calls of a list of the floor.
    pub(crate) fn calls(&self, list: &str) -> Vec<&str> {
        let calls = self.floor[list].as_array().into_iter().flatten();
        calls.filter_map(|call| call["call"].as_str()).collect()
    }
}
