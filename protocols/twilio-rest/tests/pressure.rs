//! What the client does when Twilio refuses, fails or falls silent: nothing is done twice that
//! must not be, nothing is given up that could still be done, and no limit is exceeded. Time is
//! tokio's paused clock.
#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::collections::VecDeque;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use http::{Method, Request, Response};
use tokio::time::Instant;
use twilio_rest::{
    CallSid, Client, ClientBuilder, ConfigError, CreateCall, Credentials, Error, HttpTransport,
    RateLimit, RetryPolicy, TransportError, UpdateCall,
};

const CALL: &str = r#"{"sid":"CA00000000000000000000000000000002","status":"queued"}"#;
const BUSY: &str = r#"{"code":20429,"message":"Too Many Requests","status":429}"#;

type Answer = Result<Response<Bytes>, TransportError>;

/// Gives prepared answers and keeps what it was sent.
#[derive(Clone, Default)]
struct Script {
    answers: Arc<Mutex<VecDeque<Answer>>>,
    seen: Arc<Mutex<Vec<Request<Bytes>>>>,
}

impl Script {
    fn of(answers: impl IntoIterator<Item = Answer>) -> Self {
        let script = Self::default();
        script.answers.lock().unwrap().extend(answers);
        script
    }

    fn requests(&self) -> usize {
        self.seen.lock().unwrap().len()
    }
}

#[async_trait]
impl HttpTransport for Script {
    async fn send(&self, request: Request<Bytes>, _: usize) -> Answer {
        self.seen.lock().unwrap().push(request);
        self.answers.lock().unwrap().pop_front().unwrap()
    }
}

fn answer(status: u16, body: &'static str) -> Answer {
    Ok(Response::builder()
        .status(status)
        .body(Bytes::from_static(body.as_bytes()))
        .unwrap())
}

fn busy(retry_after: &str) -> Answer {
    let mut answer = answer(429, BUSY).unwrap();
    answer
        .headers_mut()
        .insert("retry-after", retry_after.parse().unwrap());
    Ok(answer)
}

fn refused() -> Answer {
    Err(TransportError::not_sent("connection refused"))
}

fn lost() -> Answer {
    Err(TransportError::lost("connection reset"))
}

fn builder() -> ClientBuilder {
    let account = "AC00000000000000000000000000000001".parse().unwrap();
    Client::builder(account, Credentials::auth_token("s3cret"))
}

fn client(script: &Script) -> Client {
    builder().transport(script.clone()).build().unwrap()
}

fn a_call() -> CreateCall {
    CreateCall::new("+441134960000", "+441134960001").url("https://pbx.example.com/agent")
}

fn sid() -> CallSid {
    "CA00000000000000000000000000000002".parse().unwrap()
}

#[tokio::test(start_paused = true)]
async fn too_many_requests_is_tried_again_after_the_time_asked_for() {
    let script = Script::of([busy("2"), busy("3"), answer(201, CALL)]);
    let began = Instant::now();
    let call = client(&script).calls().create(a_call()).await.unwrap();
    assert_eq!(call.sid, sid());
    let waited = began.elapsed();
    assert!(waited >= Duration::from_secs(5), "{waited:?}");
    assert!(waited < Duration::from_secs(6), "{waited:?}");
}

#[tokio::test(start_paused = true)]
async fn a_silly_retry_after_is_cut_and_attempts_end() {
    let script = Script::of((0..4).map(|_| busy("86400")));
    let began = Instant::now();
    let error = client(&script).calls().create(a_call()).await.unwrap_err();
    let Error::Throttled {
        attempts: 4,
        retry_after: Some(asked),
        refusal,
    } = error
    else {
        panic!("{error:?}")
    };
    assert_eq!(
        (asked, refusal.code),
        (Duration::from_secs(86_400), Some(20_429))
    );
    assert!(began.elapsed() < Duration::from_secs(3 * 31));
}

#[tokio::test(start_paused = true)]
async fn a_creation_is_sent_once_if_it_may_have_been_done() {
    for what in [
        answer(500, ""),
        answer(503, "<html>"),
        lost(),
        Err(TransportError::TimedOut),
    ] {
        let script = Script::of([what, answer(201, CALL)]);
        let error = client(&script).calls().create(a_call()).await.unwrap_err();
        assert!(matches!(error, Error::Ambiguous { .. }), "{error:?}");
        assert_eq!(script.requests(), 1);
    }
}

#[tokio::test(start_paused = true)]
async fn a_creation_is_sent_again_if_it_certainly_was_not_done() {
    let script = Script::of([refused(), busy("0"), refused(), answer(201, CALL)]);
    client(&script).calls().create(a_call()).await.unwrap();
    assert_eq!(script.requests(), 4);
}

#[tokio::test(start_paused = true)]
async fn reads_and_endings_are_sent_again_whatever_happened() {
    let rough = || Script::of([answer(500, ""), lost(), refused(), answer(200, CALL)]);
    let (fetched, cancelled, completed) = (rough(), rough(), rough());
    client(&fetched).calls().fetch(&sid()).await.unwrap();
    client(&cancelled).calls().cancel(&sid()).await.unwrap();
    client(&completed).calls().complete(&sid()).await.unwrap();
    for script in [fetched, cancelled, completed] {
        assert_eq!(script.requests(), 4);
    }
}

#[tokio::test(start_paused = true)]
async fn attempts_that_run_out_say_why() {
    let script = Script::of((0..4).map(|_| answer(503, "upstream connect error")));
    let error = client(&script).calls().fetch(&sid()).await.unwrap_err();
    assert!(
        matches!(error, Error::Server { attempts: 4, .. }),
        "{error:?}"
    );
    assert_eq!(error.api().unwrap().status.as_u16(), 503);

    let script = Script::of((0..4).map(|_| lost()));
    let error = client(&script).calls().fetch(&sid()).await.unwrap_err();
    assert!(
        matches!(error, Error::Transport { attempts: 4, .. }),
        "{error:?}"
    );

    let once = builder()
        .transport(Script::of([lost()]))
        .retry(RetryPolicy::never());
    let error = once
        .build()
        .unwrap()
        .calls()
        .fetch(&sid())
        .await
        .unwrap_err();
    assert!(
        matches!(error, Error::Transport { attempts: 1, .. }),
        "{error:?}"
    );
}

#[tokio::test(start_paused = true)]
async fn a_refusal_is_final_and_in_twilios_words() {
    let mut refusal = answer(
        400,
        r#"{"code":21211,"message":"Invalid 'To' Phone Number","status":400,
            "more_info":"https://www.twilio.com/docs/errors/21211"}"#,
    )
    .unwrap();
    refusal
        .headers_mut()
        .insert("twilio-request-id", "RQ1".parse().unwrap());
    let script = Script::of([Ok(refusal)]);
    let error = client(&script).calls().create(a_call()).await.unwrap_err();
    assert_eq!(error.code(), Some(21_211));
    assert_eq!(
        error.to_string(),
        "Twilio refused: Invalid 'To' Phone Number (status 400, code 21211, request RQ1)"
    );

    // RFC 9457, and an answer that is not JSON at all.
    let script = Script::of([
        answer(
            404,
            r#"{"title":"Not found","detail":"No such call","status":404,"code":"20404"}"#,
        ),
        answer(403, "<html>Forbidden</html>"),
        answer(302, ""),
    ]);
    let client = client(&script);
    let error = client.calls().fetch(&sid()).await.unwrap_err();
    assert!(error.is_not_found());
    assert_eq!(
        (error.code(), error.api().unwrap().message.as_str()),
        (Some(20_404), "No such call")
    );
    let error = client.calls().fetch(&sid()).await.unwrap_err();
    assert_eq!(error.api().unwrap().message, "Forbidden");
    let error = client.calls().create(a_call()).await.unwrap_err();
    assert!(matches!(error, Error::Api(_)), "{error:?}");
}

#[tokio::test(start_paused = true)]
async fn an_answer_that_cannot_be_read_says_that_it_was_done() {
    let script = Script::of([answer(201, "{}"), answer(201, "")]);
    let client = client(&script);
    for _ in 0..2 {
        let error = client.calls().create(a_call()).await.unwrap_err();
        assert!(matches!(error, Error::Decode { .. }), "{error:?}");
    }
}

/// Answers after a second and counts how many wait for it at once.
#[derive(Clone, Default)]
struct Slow {
    now: Arc<AtomicUsize>,
    most: Arc<AtomicUsize>,
    done: Arc<AtomicUsize>,
}

#[async_trait]
impl HttpTransport for Slow {
    async fn send(&self, _: Request<Bytes>, _: usize) -> Answer {
        let now = self.now.fetch_add(1, Ordering::SeqCst) + 1;
        self.most.fetch_max(now, Ordering::SeqCst);
        tokio::time::sleep(Duration::from_secs(1)).await;
        self.now.fetch_sub(1, Ordering::SeqCst);
        self.done.fetch_add(1, Ordering::SeqCst);
        answer(201, CALL)
    }
}

#[tokio::test(start_paused = true)]
async fn clones_share_one_limit() {
    let slow = Slow::default();
    let client = builder()
        .transport(slow.clone())
        .concurrency(3)
        .build()
        .unwrap();
    let calls: Vec<_> = (0..30)
        .map(|_| {
            let client = client.clone();
            tokio::spawn(async move { client.calls().create(a_call()).await })
        })
        .collect();
    for call in calls {
        call.await.unwrap().unwrap();
    }
    assert_eq!(slow.most.load(Ordering::SeqCst), 3);
    assert_eq!(slow.done.load(Ordering::SeqCst), 30);
}

#[tokio::test(start_paused = true)]
async fn an_attempt_ends_when_its_time_is_up() {
    let slow = Slow::default();
    let builder = builder()
        .transport(slow.clone())
        .timeout(Duration::from_millis(100));
    let error = builder
        .build()
        .unwrap()
        .calls()
        .create(a_call())
        .await
        .unwrap_err();
    let Error::Ambiguous { cause } = error else {
        panic!("{error:?}")
    };
    assert!(matches!(
        *cause,
        Error::Transport {
            source: TransportError::TimedOut,
            ..
        }
    ));
    assert_eq!(slow.done.load(Ordering::SeqCst), 0);
}

#[tokio::test(start_paused = true)]
async fn a_deletion_that_finds_nothing_after_a_lost_answer_is_done() {
    let gone = || answer(404, r#"{"code":20404,"message":"not found","status":404}"#);
    for first in [answer(503, ""), lost()] {
        let script = Script::of([first, gone()]);
        client(&script).calls().delete(&sid()).await.unwrap();
        assert_eq!(script.requests(), 2);
    }
    // But not if the first attempt cannot have done it, nor for anything but a deletion.
    for first in [None, Some(busy("0")), Some(refused())] {
        let script = Script::of(first.into_iter().chain([gone()]));
        let error = client(&script).calls().delete(&sid()).await.unwrap_err();
        assert!(error.is_not_found(), "{error:?}");
    }
    let script = Script::of([lost(), gone()]);
    let error = client(&script).calls().complete(&sid()).await.unwrap_err();
    assert!(error.is_not_found(), "{error:?}");
}

#[tokio::test(start_paused = true)]
async fn what_would_begin_twice_is_ambiguous_and_what_only_sets_is_not() {
    let rough = || Script::of([lost(), answer(200, CALL)]);
    let redirected = rough();
    let error = client(&redirected)
        .calls()
        .redirect(&sid(), "https://pbx.example.com/next")
        .await
        .unwrap_err();
    assert!(matches!(error, Error::Ambiguous { .. }), "{error:?}");
    assert_eq!(redirected.requests(), 1);

    let limited = rough();
    let limit = UpdateCall::going_on().time_limit(Duration::from_secs(60));
    client(&limited)
        .calls()
        .update(&sid(), limit)
        .await
        .unwrap();
    assert_eq!(limited.requests(), 2);
}

#[tokio::test(start_paused = true)]
async fn clones_share_one_rate() {
    let began = Instant::now();
    let times = Arc::new(Mutex::new(Vec::new()));
    let transport = {
        let times = Arc::clone(&times);
        move |_: Request<Bytes>| {
            times.lock().unwrap().push(began.elapsed());
            // Attempts count, not creations.
            if times.lock().unwrap().len() == 1 {
                busy("0")
            } else {
                answer(201, CALL)
            }
        }
    };
    let client = builder()
        .transport(transport)
        .rate_limit(RateLimit::new(10, Duration::from_secs(1)).burst(5))
        .retry(RetryPolicy::default().spans(Duration::from_millis(1), Duration::from_millis(1)))
        .build()
        .unwrap();
    let calls: Vec<_> = (0..24)
        .map(|_| {
            let client = client.clone();
            tokio::spawn(async move { client.calls().create(a_call()).await })
        })
        .collect();
    for call in calls {
        call.await.unwrap().unwrap();
    }
    let times = times.lock().unwrap();
    assert_eq!(times.len(), 25);
    for (number, time) in times.iter().enumerate() {
        let due = Duration::from_millis(100) * (number.saturating_sub(4)) as u32;
        // tokio's clock has a resolution of a millisecond.
        assert!(
            *time >= due && *time < due + Duration::from_millis(3),
            "{number}: {time:?}"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn requests_are_as_twilio_wants_them() {
    let script = Script::of([answer(201, CALL), answer(200, CALL), answer(200, CALL)]);
    let client = client(&script);
    client.calls().create(a_call()).await.unwrap();
    client.calls().cancel(&sid()).await.unwrap();
    client.calls().fetch(&sid()).await.unwrap();
    let seen = script.seen.lock().unwrap();
    let calls =
        "https://api.twilio.com/2010-04-01/Accounts/AC00000000000000000000000000000001/Calls";
    let one = format!("{calls}/CA00000000000000000000000000000002.json");
    assert_eq!(seen[0].uri().to_string(), format!("{calls}.json"));
    assert_eq!(
        seen[0].body().as_ref(),
        b"To=%2B441134960000&From=%2B441134960001&Url=https%3A%2F%2Fpbx.example.com%2Fagent"
    );
    assert_eq!(
        seen[0].headers()["content-type"],
        "application/x-www-form-urlencoded"
    );
    assert_eq!(
        seen[0].headers()["authorization"],
        "Basic QUMwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMTpzM2NyZXQ="
    );
    assert_eq!(
        (seen[1].uri().to_string(), seen[1].body().as_ref()),
        (one.clone(), &b"Status=canceled"[..])
    );
    assert_eq!(
        (seen[2].method(), seen[2].uri().to_string()),
        (&Method::GET, one)
    );
    assert!(!seen[2].headers().contains_key("content-type"));
    // What prints a request does not print the secret.
    assert!(!format!("{:?}", seen[0].headers()).contains("QUMw"));
}

#[test]
fn no_secret_shows() {
    let builder = builder().base_url("http://127.0.0.1:1");
    assert!(!format!("{builder:?}").contains("s3cret"));
    let client = builder.transport(Script::default()).build().unwrap();
    assert!(!format!("{client:?}").contains("s3cret"));
    let call = a_call().sip_auth("user", "passw0rd");
    let shown = format!("{call:?}");
    assert!(
        !shown.contains("passw0rd") && !shown.contains("+441134960000"),
        "{shown}"
    );
}

#[tokio::test(start_paused = true)]
async fn nonsense_is_refused_before_anything_is_sent() {
    let script = Script::default();
    let without_answer = CreateCall::new("+441134960000", "+441134960001");
    let error = client(&script)
        .calls()
        .create(without_answer)
        .await
        .unwrap_err();
    assert!(matches!(error, Error::Request { .. }), "{error:?}");
    assert_eq!(script.requests(), 0);

    let built = |builder: ClientBuilder| builder.transport(Script::default()).build();
    assert!(matches!(
        built(builder().concurrency(0)),
        Err(ConfigError::Zero { .. })
    ));
    assert!(matches!(
        built(builder().base_url("127.0.0.1")),
        Err(ConfigError::BaseUrl { .. })
    ));
    assert!(matches!(
        built(builder().edge_and_region("", "ie1")),
        Err(ConfigError::Location { .. })
    ));
    let account = "AC00000000000000000000000000000001".parse().unwrap();
    let keyless = Client::builder(account, Credentials::auth_token(""));
    assert!(matches!(built(keyless), Err(ConfigError::EmptySecret)));
}
