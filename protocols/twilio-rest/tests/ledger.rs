//! A thousand creations at once, through the limits, to a Twilio that fails at random in every way
//! there is: its ledger and what the callers know agree to the last call. Nothing is placed twice,
//! nothing is thought to be placed that is not, and after the reconciling that the documentation
//! describes every call has been placed once. Time is tokio's paused clock; chance has seeds.
#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::collections::BTreeMap;
use std::future::pending;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use http::{Method, Request, Response};
use serde_json::{Value, json};
use tokio::time::Instant;
use twilio_rest::{
    Client, CreateCall, Credentials, Error, HttpTransport, ListCalls, RateLimit, RetryPolicy,
    TransportError,
};

const CREATIONS: usize = 1000;
const CONCURRENCY: usize = 20;
const BURST: usize = 10;
const PER_SECOND: u32 = 100;

type Answer = Result<Response<Bytes>, TransportError>;

/// What the far side knows.
#[derive(Default)]
struct Ledger {
    chance: fastrand::Rng,
    /// How often each job was placed.
    placed: BTreeMap<String, usize>,
    /// How often each job was asked for.
    asked: BTreeMap<String, usize>,
    /// Of these the host cannot know without looking.
    may_have_been_placed: BTreeMap<String, usize>,
    under_way: usize,
    most_under_way: usize,
    attempts: Vec<Instant>,
}

#[derive(Clone, Default)]
struct BadTwilio(Arc<Mutex<Ledger>>);

/// Ends with the future, answered or given up.
struct UnderWay(BadTwilio);

impl Drop for UnderWay {
    fn drop(&mut self) {
        self.0.ledger().under_way -= 1;
    }
}

impl BadTwilio {
    fn ledger(&self) -> MutexGuard<'_, Ledger> {
        self.0.lock().unwrap()
    }

    fn enter(&self) -> UnderWay {
        let mut ledger = self.ledger();
        ledger.under_way += 1;
        ledger.most_under_way = ledger.most_under_way.max(ledger.under_way);
        ledger.attempts.push(Instant::now());
        UnderWay(self.clone())
    }

    fn place(&self, job: &str) -> Answer {
        *self.ledger().placed.entry(job.to_owned()).or_default() += 1;
        reply(201, &call(job))
    }

    /// What becomes of a creation, and how many milliseconds it takes.
    fn fate(&self, job: &str) -> (u8, u64) {
        let mut ledger = self.ledger();
        *ledger.asked.entry(job.to_owned()).or_default() += 1;
        let (fate, wait) = (ledger.chance.u8(0..16), ledger.chance.u64(1..500));
        if matches!(fate, 4..=11) {
            let unsure = &mut ledger.may_have_been_placed;
            *unsure.entry(job.to_owned()).or_default() += 1;
        }
        (fate, wait)
    }

    async fn create(&self, job: &str) -> Answer {
        let (fate, wait) = self.fate(job);
        let after = async |answer| {
            tokio::time::sleep(Duration::from_millis(wait)).await;
            answer
        };
        match fate {
            0 => Err(TransportError::not_sent("connection refused")),
            1 => after(busy(None)).await,
            2 => after(busy(Some("1"))).await,
            3 => after(busy(Some("86400"))).await,
            // What follows may have been done or not, and the host cannot tell which.
            4 => after(reply(500, &json!({"code": 20500}))).await,
            5 => {
                self.place(job)?;
                after(reply(503, &json!({"code": 20503}))).await
            }
            6 => after(Err(TransportError::lost("connection reset"))).await,
            7 => {
                self.place(job)?;
                after(Err(TransportError::lost("connection reset"))).await
            }
            8 => pending().await,
            9 => {
                self.place(job)?;
                pending().await
            }
            10 => after(Err(TransportError::TimedOut)).await,
            11 => {
                self.place(job)?;
                after(Err(TransportError::TooLarge { limit: 1 })).await
            }
            _ => after(self.place(job)).await,
        }
    }

    /// Reads fail too; the line gets better in the end.
    fn list(&self, job: &str) -> Answer {
        let mut ledger = self.ledger();
        match ledger.chance.u8(0..4) {
            0 => return Err(TransportError::lost("connection reset")),
            1 => return reply(502, &Value::Null),
            _ => {}
        }
        let found = ledger.placed.contains_key(job).then(|| call(job));
        reply(200, &json!({"calls": Vec::from_iter(found)}))
    }
}

#[async_trait]
impl HttpTransport for BadTwilio {
    async fn send(&self, request: Request<Bytes>, _: usize) -> Answer {
        let _under_way = self.enter();
        let fields = match *request.method() {
            Method::POST => request.body().clone(),
            _ => Bytes::from(request.uri().query().unwrap().to_owned()),
        };
        let job = form_urlencoded::parse(&fields)
            .find(|(name, _)| name == "To")
            .map(|(_, to)| to.into_owned())
            .unwrap();
        match *request.method() {
            Method::POST => self.create(&job).await,
            _ => self.list(&job),
        }
    }
}

fn call(job: &str) -> Value {
    let number = job.trim_start_matches("client:");
    json!({"sid": format!("CA{number:0>32}"), "status": "queued", "to": job})
}

fn reply(status: u16, body: &Value) -> Answer {
    let body = Bytes::from(body.to_string());
    Ok(Response::builder().status(status).body(body).unwrap())
}

fn busy(retry_after: Option<&str>) -> Answer {
    let mut answer = reply(429, &json!({"code": 20429}))?;
    if let Some(seconds) = retry_after {
        let seconds = seconds.parse().unwrap();
        answer.headers_mut().insert("retry-after", seconds);
    }
    Ok(answer)
}

fn a_call(job: &str) -> CreateCall {
    CreateCall::new(job, "+441134960001").url("https://pbx.example.com/agent")
}

/// Places a call once: what `Error::Ambiguous` says to do.
async fn place(client: &Client, job: &str) -> Result<(), Error> {
    loop {
        match client.calls().create(a_call(job)).await {
            Err(Error::Ambiguous { .. }) => {
                let mut found = client.calls().list(ListCalls::default().to(job));
                if found.next().await?.is_some() {
                    return Ok(());
                }
            }
            result => return result.map(drop),
        }
    }
}

fn client(twilio: &BadTwilio) -> Client {
    let account = "AC00000000000000000000000000000001".parse().unwrap();
    Client::builder(account, Credentials::auth_token("s3cret"))
        .transport(twilio.clone())
        .concurrency(CONCURRENCY)
        .rate_limit(RateLimit::new(PER_SECOND, Duration::from_secs(1)).burst(BURST as u32))
        .timeout(Duration::from_secs(2))
        .retry(
            RetryPolicy::default()
                .attempts(20)
                .longest_retry_after(Duration::from_secs(2)),
        )
        .build()
        .unwrap()
}

/// Runs all jobs at once and gives what came of each.
async fn all<T, F>(
    client: &Client,
    work: impl Fn(Client, String) -> F,
) -> BTreeMap<String, Result<T, Error>>
where
    T: Send + 'static,
    F: Future<Output = Result<T, Error>> + Send + 'static,
{
    let tasks: Vec<_> = (1..=CREATIONS)
        .map(|number| format!("client:{number}"))
        .map(|job| (job.clone(), tokio::spawn(work(client.clone(), job))))
        .collect();
    let mut results = BTreeMap::new();
    for (job, task) in tasks {
        results.insert(job, task.await.unwrap());
    }
    results
}

fn limits_were_kept(twilio: &BadTwilio) {
    let ledger = twilio.ledger();
    assert_eq!(ledger.most_under_way, CONCURRENCY);
    for (first, after) in ledger.attempts.iter().zip(&ledger.attempts[BURST..]) {
        // Any 11 attempts take at least the time of one token, give or take tokio's millisecond.
        let took = *after - *first;
        assert!(took >= Duration::from_millis(9), "{took:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn what_callers_know_is_what_was_done() {
    for seed in 0..10 {
        fastrand::seed(seed);
        let twilio = BadTwilio::default();
        twilio.ledger().chance = fastrand::Rng::with_seed(seed);
        let results = all(&client(&twilio), |client, job| async move {
            client.calls().create(a_call(&job)).await
        })
        .await;
        let ledger = twilio.ledger();
        let mut ambiguous = 0;
        for (job, result) in &results {
            let placed = ledger.placed.get(job).copied().unwrap_or(0);
            let unsure = ledger.may_have_been_placed.get(job).copied().unwrap_or(0);
            match result {
                Ok(call) => assert_eq!(
                    (placed, call.to.as_ref().unwrap().to_string()),
                    (1, job.clone())
                ),
                Err(Error::Ambiguous { .. }) => {
                    ambiguous += 1;
                    assert!(placed <= 1, "{job} placed {placed} times");
                    assert_eq!(
                        unsure, 1,
                        "{job} was sent again although it may have been done"
                    );
                }
                Err(error) => {
                    assert_eq!((placed, unsure), (0, 0), "{job}: {error}");
                }
            }
        }
        assert!(ambiguous > CREATIONS / 3, "{ambiguous}");
        drop(ledger);
        limits_were_kept(&twilio);
    }
}

#[tokio::test(start_paused = true)]
async fn after_reconciling_everything_is_placed_once() {
    for seed in 0..10 {
        fastrand::seed(seed);
        let twilio = BadTwilio::default();
        twilio.ledger().chance = fastrand::Rng::with_seed(seed);
        let results = all(&client(&twilio), |client, job| async move {
            place(&client, &job).await
        })
        .await;
        for (job, result) in &results {
            assert!(result.is_ok(), "{job}: {result:?}");
        }
        let ledger = twilio.ledger();
        assert_eq!(ledger.placed.len(), CREATIONS);
        assert!(ledger.placed.values().all(|placed| *placed == 1));
        assert!(ledger.asked.values().sum::<usize>() > CREATIONS * 3 / 2);
        drop(ledger);
        limits_were_kept(&twilio);
    }
}
