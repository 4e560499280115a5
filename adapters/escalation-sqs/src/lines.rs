use std::collections::VecDeque;
use std::fmt;
use std::io::{self, BufRead, Read};
use std::sync::{Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use escalation_core::{MAX_REQUEST_BYTES, Received, RequestId, RequestSource, SourceError};
use sha2::{Digest, Sha256};

/// Requests from a file or a pipe, one JSON object a line; empty lines are none.
///
/// A request is named by the source's name, its place and a digest of its words: read again, a file
/// gives the same names, so that the store recognises what it has handled
/// ([for a time](escalation_core::REQUESTS_REMEMBERED_FOR)). A line longer than
/// [`MAX_REQUEST_BYTES`] is cut just above that, so that it is refused visibly and not kept whole.
///
/// Reading blocks the thread: hand a pipe that others write to at their leisure a thread of its own.
pub struct JsonLines<R> {
    name: String,
    state: Mutex<State<R>>,
}

struct State<R> {
    reader: R,
    /// How many bytes were read.
    offset: u64,
    /// Received and not confirmed, oldest first.
    waiting: VecDeque<Received>,
}

/// How many are handed over at a time.
const BATCH: usize = 100;

impl<R: BufRead + Send> JsonLines<R> {
    /// Reads requests; `name` begins their ids, and is cut after 100 characters.
    pub fn new(name: impl Into<String>, reader: R) -> Self {
        Self {
            name: name.into().chars().take(100).collect(),
            state: Mutex::new(State {
                reader,
                offset: 0,
                waiting: VecDeque::new(),
            }),
        }
    }

    fn lock(&self) -> MutexGuard<'_, State<R>> {
        // A reader that panicked has at worst lost a part of a line, which is then refused.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<R: BufRead> State<R> {
    /// The next line that is not empty, with its place; `None` at the end.
    fn line(&mut self) -> io::Result<Option<(u64, Vec<u8>)>> {
        loop {
            let place = self.offset;
            let mut line = Vec::new();
            let limit = MAX_REQUEST_BYTES as u64 + 1;
            let read = self
                .reader
                .by_ref()
                .take(limit)
                .read_until(b'\n', &mut line)?;
            if read == 0 {
                return Ok(None);
            }
            self.offset += read as u64;
            if !line.ends_with(b"\n") && read as u64 == limit {
                self.offset += self.reader.skip_until(b'\n')? as u64;
                // As it is, so that it stays too long: blanks may have come before the cut.
                return Ok(Some((place, line)));
            }
            // White space is no part of JSON, the line's end least of all.
            line.truncate(line.trim_ascii_end().len());
            if !line.trim_ascii_start().is_empty() {
                return Ok(Some((place, line)));
            }
        }
    }
}

#[async_trait]
impl<R: BufRead + Send> RequestSource for JsonLines<R> {
    async fn receive(&self) -> Result<Vec<Received>, SourceError> {
        let mut state = self.lock();
        while state.waiting.len() < BATCH {
            let (place, line) = match state.line() {
                Ok(Some(line)) => line,
                Ok(None) => break,
                // What was read before is handed over; if it stays so, the next call tells.
                Err(_) if !state.waiting.is_empty() => break,
                Err(error) => return Err(SourceError::new(error)),
            };
            let digest = Sha256::digest(&line);
            let digest: String = digest[..8]
                .iter()
                .map(|byte| format!("{byte:02x}"))
                .collect();
            let id = RequestId::new(format!("{}:{place}:{digest}", self.name));
            let id = id.map_err(SourceError::new)?;
            state.waiting.push_back(Received::new(id, line));
        }
        Ok(state.waiting.iter().cloned().collect())
    }

    async fn confirm(&self, request: &RequestId) -> Result<(), SourceError> {
        self.lock().waiting.retain(|waiting| waiting.id != *request);
        Ok(())
    }
}

impl<R> fmt::Debug for JsonLines<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("JsonLines")
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}
