//! Faults on the way to the host and back, as a plan.

use std::collections::HashMap;
use std::fmt;
use std::ops::RangeInclusive;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use chrono::TimeDelta;
use http::StatusCode;
use http::header::{CONTENT_TYPE, HeaderValue};

use crate::chance::Chance;
use crate::host_clock::HostClock;
use crate::transport::{Held, Took, Transport, TransportError};

/// What goes wrong with a request.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Fault {
    /// The answer takes so much virtual time; Twilio waits for 15 seconds of it.
    Slow(Duration),
    /// The host is not asked; this status comes back.
    Status(StatusCode),
    /// The host answers, and the second half of the body is lost.
    Truncated,
    /// The host answers with this content type instead of its own.
    ContentType(&'static str),
    /// No connection can be made: the host is not asked.
    Refused,
    /// The host's address does not answer: Twilio waits for a connection, 5 seconds or as long as
    /// `#ct` says, before it gives up.
    Unreachable,
    /// The host has done its work, and its answer is lost.
    AnswerLost,
    /// The host gets the request twice; the answer to the second counts.
    Duplicated,
    /// The request never reaches the host, and Twilio takes it for delivered (204): a callback that
    /// is lost.
    Lost,
    /// The request reaches the host so much later; what Twilio sends in the meantime overtakes it.
    /// Documents that are held up for more than 15 seconds have timed out.
    Delayed(Duration),
    /// The connection is reset before the host has read the request.
    Reset,
    /// The host's process dies when it has done its work and before it has answered, and another
    /// takes its place; see [`Faults::restart_with`].
    Restarts,
    /// The host's clock jumps by so much before the request reaches it; see
    /// [`Faults::host_clock`].
    ClockJumps(TimeDelta),
}

/// When a fault strikes.
#[derive(Clone, Debug)]
struct Rule {
    path: String,
    requests: RangeInclusive<u64>,
    percent: u8,
    fault: Fault,
}

/// A [`Transport`] with faults in it, drawn from a plan: the same plan with the same seed strikes
/// the same requests.
///
/// ```
/// use std::sync::Arc;
/// use std::time::Duration;
/// use twilio_simulator::{Documents, Fault, Faults};
///
/// let host = Arc::new(Documents::new());
/// let unreliable = Faults::new(host, 7)
///     .at("/voice", 2..=2, Fault::Refused)
///     .sometimes("/status", 10, Fault::Duplicated)
///     .sometimes("/wait", 5, Fault::Slow(Duration::from_secs(4)));
/// # let _ = unreliable;
/// ```
pub struct Faults {
    inner: Arc<dyn Transport>,
    rules: Vec<Rule>,
    restart: Option<Arc<dyn Fn() + Send + Sync>>,
    clock: Option<HostClock>,
    state: Mutex<State>,
}

impl fmt::Debug for Faults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Faults")
            .field("inner", &self.inner)
            .field("rules", &self.rules)
            .finish_non_exhaustive()
    }
}

#[derive(Debug)]
struct State {
    counts: HashMap<String, u64>,
    chance: Chance,
}

impl Faults {
    /// No faults yet on the way to this host. The seed decides what strikes
    /// [sometimes](Self::sometimes).
    #[must_use]
    pub fn new(inner: Arc<dyn Transport>, seed: u64) -> Self {
        Self {
            inner,
            rules: Vec::new(),
            restart: None,
            clock: None,
            state: Mutex::new(State {
                counts: HashMap::new(),
                chance: Chance::seeded(seed),
            }),
        }
    }

    /// What [`Fault::Restarts`] does: it throws away all that the host keeps in memory, and starts
    /// it again from what it has stored.
    #[must_use]
    pub fn restart_with(mut self, restart: impl Fn() + Send + Sync + 'static) -> Self {
        self.restart = Some(Arc::new(restart));
        self
    }

    /// Which clock [`Fault::ClockJumps`] puts forward or back: the one that the host reads.
    #[must_use]
    pub fn host_clock(mut self, clock: HostClock) -> Self {
        self.clock = Some(clock);
        self
    }

    /// The fault strikes these requests to a path, counted from 1.
    #[must_use]
    pub fn at(
        mut self,
        path: impl Into<String>,
        requests: RangeInclusive<u64>,
        fault: Fault,
    ) -> Self {
        self.rules.push(Rule {
            path: path.into(),
            requests,
            percent: 100,
            fault,
        });
        self
    }

    /// The fault strikes so many of a hundred requests to a path, by chance; all paths are meant by
    /// `*`.
    #[must_use]
    pub fn sometimes(mut self, path: impl Into<String>, percent: u8, fault: Fault) -> Self {
        self.rules.push(Rule {
            path: path.into(),
            requests: 1..=u64::MAX,
            percent,
            fault,
        });
        self
    }

    /// The first fault of the plan that strikes this request.
    fn strikes(&self, path: &str) -> Option<Fault> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let count = state.counts.entry(path.to_owned()).or_default();
        *count += 1;
        let count = *count;
        self.rules
            .iter()
            .filter(|rule| {
                [path, "*"].contains(&rule.path.as_str()) && rule.requests.contains(&count)
            })
            .find(|rule| rule.percent >= 100 || state.chance.percent() < u64::from(rule.percent))
            .map(|rule| rule.fault.clone())
    }
}

#[async_trait]
impl Transport for Faults {
    async fn send(
        &self,
        request: http::Request<Bytes>,
    ) -> Result<http::Response<Bytes>, TransportError> {
        // What was held up has had its fault.
        let struck = if request.extensions().get::<Held>().is_some() {
            None
        } else {
            self.strikes(request.uri().path())
        };
        let Some(fault) = struck else {
            return self.inner.send(request).await;
        };
        match fault {
            Fault::Refused => Err(TransportError::Connect(PLANNED.to_owned())),
            Fault::Unreachable => Err(TransportError::ConnectTimedOut(Duration::MAX)),
            Fault::Reset => Err(TransportError::Broken(PLANNED.to_owned())),
            Fault::Status(status) => Ok(nothing(status)),
            Fault::Lost => Ok(nothing(StatusCode::NO_CONTENT)),
            Fault::Delayed(time) => {
                let mut response = nothing(StatusCode::NO_CONTENT);
                response.extensions_mut().insert(Held(time));
                Ok(response)
            }
            Fault::Restarts => {
                self.inner.send(request).await?;
                if let Some(restart) = &self.restart {
                    restart();
                }
                Err(TransportError::Broken(PLANNED.to_owned()))
            }
            Fault::ClockJumps(by) => {
                if let Some(clock) = &self.clock {
                    clock.jump(by);
                }
                self.inner.send(request).await
            }
            Fault::Slow(time) => {
                let mut response = self.inner.send(request).await?;
                response.extensions_mut().insert(Took(time));
                Ok(response)
            }
            Fault::Truncated => {
                let response = self.inner.send(request).await?;
                Ok(response.map(|body| body.slice(..body.len() / 2)))
            }
            Fault::ContentType(content_type) => {
                let mut response = self.inner.send(request).await?;
                let value = HeaderValue::from_static(content_type);
                response.headers_mut().insert(CONTENT_TYPE, value);
                Ok(response)
            }
            Fault::AnswerLost => {
                self.inner.send(request).await?;
                Err(TransportError::Broken(PLANNED.to_owned()))
            }
            Fault::Duplicated => {
                self.inner.send(request.clone()).await?;
                self.inner.send(request).await
            }
        }
    }
}

/// What the log says of a fault.
const PLANNED: &str = "a fault of the plan";

fn nothing(status: StatusCode) -> http::Response<Bytes> {
    let mut response = http::Response::new(Bytes::new());
    *response.status_mut() = status;
    response
}
