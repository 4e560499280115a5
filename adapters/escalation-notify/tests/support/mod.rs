//! What the tests share: a claimed notification as the engine would hand it over, and transports
//! that are scripts.

#![allow(dead_code, reason = "each test file uses a part")]

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use chrono::{DateTime, TimeDelta, Utc};
use escalation_core::{
    Delivery, Engine, MemoryStore, Notification, Notifier, Outcome, ProcessId, StartRequest,
    notifier_fn,
};
use http::{Request, Response};
use twilio_rest::TransportError;

pub(crate) fn start() -> DateTime<Utc> {
    DateTime::from_timestamp(1_700_000_000, 0).unwrap()
}

/// The delivery that an engine makes of this notification: process `order/17`, attempt 1.
pub(crate) fn delivery(notification: Notification) -> Delivery {
    delivery_of("order/17", notification)
}

pub(crate) fn delivery_of(process: &str, notification: Notification) -> Delivery {
    let made = Arc::new(Mutex::new(None));
    let keep = Arc::clone(&made);
    let channel = notification.channel().to_string();
    let notifier = notifier_fn(move |delivery: Delivery| {
        *keep.lock().unwrap() = Some(delivery);
        async { Outcome::Delivered(escalation_core::Response::None) }
    });
    let engine = Engine::builder(Arc::new(MemoryStore::new()))
        .notifier(channel, Arc::new(notifier) as Arc<dyn Notifier>)
        .build()
        .unwrap();
    futures::executor::block_on(async {
        let process = ProcessId::new(process).unwrap();
        let request = StartRequest::new(process).notify(notification);
        engine.start(&request, start()).await.unwrap();
        engine.run_once(start()).await.unwrap();
    });
    let delivery = made.lock().unwrap().take();
    delivery.expect("the notification is due at once")
}

pub(crate) fn now() -> TimeDelta {
    TimeDelta::zero()
}

type Answer = Result<Response<Bytes>, TransportError>;

/// Answers requests from a list, and keeps them.
#[derive(Clone, Default)]
pub(crate) struct Scripted {
    answers: Arc<Mutex<VecDeque<Answer>>>,
    pub(crate) seen: Arc<Mutex<Vec<Request<Bytes>>>>,
}

impl Scripted {
    pub(crate) fn answers(status: u16, body: &str) -> Self {
        Self::default().then(status, body)
    }

    pub(crate) fn then(self, status: u16, body: &str) -> Self {
        let response = Response::builder()
            .status(status)
            .body(Bytes::copy_from_slice(body.as_bytes()))
            .unwrap();
        self.answers.lock().unwrap().push_back(Ok(response));
        self
    }

    pub(crate) fn then_fails(self, error: TransportError) -> Self {
        self.answers.lock().unwrap().push_back(Err(error));
        self
    }

    pub(crate) fn transport(
        &self,
    ) -> impl Fn(Request<Bytes>) -> Answer + Send + Sync + Clone + 'static {
        let this = self.clone();
        move |request| {
            this.seen.lock().unwrap().push(request);
            let answer = this.answers.lock().unwrap().pop_front();
            answer.unwrap_or_else(|| Err(TransportError::not_sent("the script is at its end")))
        }
    }

    /// Method, path with query, and body of each request.
    pub(crate) fn lines(&self) -> Vec<String> {
        let seen = self.seen.lock().unwrap();
        seen.iter()
            .map(|request| {
                let body = String::from_utf8_lossy(request.body());
                let place = request
                    .uri()
                    .path_and_query()
                    .map_or("", |place| place.as_str());
                format!("{} {place} {body}", request.method())
            })
            .collect()
    }
}
