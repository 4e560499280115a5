//! A host that serves real HTTP on the loopback interface, checks signatures, places calls by REST
//! and has timers of its own: everything the simulator does between processes, in virtual time.

#![allow(clippy::unwrap_used, reason = "a test that fails here has failed")]

mod support;

use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use axum::Router;
use axum::extract::{Request, State};
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, TimeDelta, Utc};
use http::{Method, StatusCode};
use support::*;
use twilio_simulator::{
    Answers, BoxError, CallStatus, Caller, HostTask, NumberConfig, Script, Simulator,
};
use twilio_webhook::{Params, Verifier};

/// The host: a waiting caller whom nobody has taken after three minutes rings every phone.
#[derive(Debug, Default)]
struct Pbx {
    own_url: String,
    rest_url: String,
    /// When the caller who waits has waited long enough.
    overflow_due: Mutex<Option<DateTime<Utc>>>,
    /// The calls placed by the overflow.
    offers: Mutex<Vec<String>>,
    refused: Mutex<u32>,
    clock: Option<twilio_simulator::VirtualClock>,
}

impl Pbx {
    async fn serve(state: State<Arc<Self>>, request: Request) -> Response {
        let (head, body) = request.into_parts();
        let body = axum::body::to_bytes(body, 65_536).await.unwrap();
        let params = Params::from_form(&body).unwrap();
        let path = head.uri.path();
        let signature = head.headers["x-twilio-signature"].to_str().unwrap();
        let url = format!("{}{}", state.own_url, head.uri);
        if Verifier::new(TOKEN)
            .verify(&url, signature, &params)
            .is_err()
        {
            *state.refused.lock().unwrap() += 1;
            return StatusCode::FORBIDDEN.into_response();
        }
        let verbs = match path {
            "/voice" => {
                let due = state.clock.as_ref().unwrap().now() + TimeDelta::minutes(3);
                *state.overflow_due.lock().unwrap() = Some(due);
                r#"<Enqueue waitUrl="/wait" action="/left">line-1</Enqueue>"#
            }
            "/wait" => "<Say>All our people are busy</Say><Pause length=\"29\"/>",
            "/left" => {
                *state.overflow_due.lock().unwrap() = None;
                "<Hangup/>"
            }
            "/offer" => {
                r#"<Gather numDigits="1" action="/accept" timeout="10"><Say>Press any key to take the call</Say></Gather>"#
            }
            "/accept" => {
                let won = params.get("CallSid").unwrap().to_owned();
                let others: Vec<String> = state
                    .offers
                    .lock()
                    .unwrap()
                    .iter()
                    .filter(|sid| **sid != won)
                    .cloned()
                    .collect();
                for sid in others {
                    let path = format!("/Calls/{sid}.json");
                    let cancel = [("Status", "completed")];
                    rest(&state.rest_url, Method::POST, &path, &cancel).await;
                }
                r#"<Dial><Queue>line-1</Queue></Dial>"#
            }
            "/broken" => return StatusCode::INTERNAL_SERVER_ERROR.into_response(),
            "/sorry" => "<Say>Please call again</Say>",
            _ => return StatusCode::NOT_FOUND.into_response(),
        };
        ([("content-type", "text/xml")], twiml(verbs)).into_response()
    }
}

#[async_trait]
impl HostTask for Pbx {
    fn name(&self) -> &str {
        "overflow"
    }

    async fn run_once(&self, now: DateTime<Utc>) -> Result<Option<DateTime<Utc>>, BoxError> {
        let due = *self.overflow_due.lock().unwrap();
        if due.is_some_and(|due| due <= now) {
            *self.overflow_due.lock().unwrap() = None;
            for phone in ["+15550002001", "+15550002002"] {
                let url = format!("{}/offer", self.own_url);
                let form = [("To", phone), ("From", LINE), ("Url", &url)];
                let (status, call) = rest(&self.rest_url, Method::POST, "/Calls.json", &form).await;
                assert_eq!(status, 201, "{call}");
                assert_eq!(call["status"], "queued");
                let sid = call["sid"].as_str().unwrap().to_owned();
                self.offers.lock().unwrap().push(sid);
            }
        }
        Ok(*self.overflow_due.lock().unwrap())
    }
}

/// A simulator and the host it rings, which listens on a port of its own.
async fn stage() -> (Simulator, Arc<Pbx>) {
    let mut sim = Simulator::builder(ACCOUNT, TOKEN)
        .settings(even_settings())
        .seed(7)
        .build()
        .await
        .unwrap();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let own_url = format!("http://{}", listener.local_addr().unwrap());
    let pbx = Arc::new(Pbx {
        own_url: own_url.clone(),
        rest_url: sim.rest_url(),
        clock: Some(sim.clock()),
        ..Pbx::default()
    });
    let router = Router::new()
        .fallback(Pbx::serve)
        .with_state(Arc::clone(&pbx));
    tokio::spawn(async move { axum::serve(listener, router).await });
    sim.host_task(Arc::clone(&pbx) as Arc<dyn HostTask>);
    sim.number(
        LINE,
        NumberConfig::new(format!("{own_url}/voice")).fallback_url(format!("{own_url}/sorry")),
    )
    .unwrap();
    (sim, pbx)
}

async fn overflow_scene() -> (Simulator, String) {
    let (mut sim, _) = stage().await;
    sim.phone(
        "+15550002001",
        Answers::after(secs(4)).then(
            Script::new()
                .hears("any key")
                .presses("5")
                .gets_through()
                .hangs_up_after(secs(60)),
        ),
    );
    sim.phone("+15550002002", Answers::never());
    let start = sim.now();
    let caller = sim
        .call_at(start, Caller::from(CALLER).to(LINE).named("Mrs Hall"))
        .unwrap();
    sim.run_until_idle().await.unwrap();
    let calls = sim.calls();
    assert_eq!(calls[0].sid, caller);
    let statuses: Vec<&CallStatus> = calls.iter().map(|call| &call.status).collect();
    assert_eq!(
        statuses,
        [
            &CallStatus::Completed,
            &CallStatus::Completed,
            &CallStatus::Canceled
        ]
    );
    // Three minutes of waiting, four seconds of ringing, less than a second of listening.
    let left = sim.transcript();
    let left = left.requests_to("/left").next().unwrap().clone();
    assert_eq!(left.parameter("QueueResult"), Some("bridged"));
    assert_eq!(left.parameter("QueueTime"), Some("184"));
    let story = sim.transcript().to_string();
    (sim, story)
}

#[tokio::test]
async fn a_caller_nobody_takes_for_three_minutes_rings_every_phone() {
    let (sim, story) = overflow_scene().await;
    println!("{story}");
    assert_eq!(sim.queue_size("line-1"), Some(0));
}

#[tokio::test]
async fn the_same_seed_tells_the_same_story_byte_for_byte() {
    let (_one, first) = overflow_scene().await;
    let (_two, second) = overflow_scene().await;
    assert_eq!(first, second);
}

#[tokio::test]
async fn a_forged_request_is_refused_and_no_call_comes_of_it() {
    let (mut sim, pbx) = stage().await;
    let start = sim.now();
    let crook = sim
        .call_at(start, Caller::from("+15550006666").to(LINE).forged())
        .unwrap();
    sim.run_until_idle().await.unwrap();
    let transcript = sim.transcript();
    let request = transcript.requests().next().unwrap();
    assert!(request.forged);
    assert_eq!(transcript.status_of(request), Some(403));
    assert_eq!(*pbx.refused.lock().unwrap(), 1);
    assert_eq!(sim.call(&crook).unwrap().status, CallStatus::Failed);
}

#[tokio::test]
async fn a_host_that_fails_is_asked_at_its_fallback_url() {
    let (mut sim, pbx) = stage().await;
    let broken = format!("{}/broken", pbx.own_url);
    let sorry = format!("{}/sorry", pbx.own_url);
    sim.number(LINE, NumberConfig::new(&broken).fallback_url(sorry))
        .unwrap();
    let start = sim.now();
    let caller = sim.call_at(start, Caller::from(CALLER).to(LINE)).unwrap();
    sim.run_until_idle().await.unwrap();
    assert!(sim.call(&caller).unwrap().heard_text("Please call again"));
    let transcript = sim.transcript();
    let fallback = transcript.requests_to("/sorry").next().unwrap();
    assert_eq!(fallback.parameter("ErrorCode"), Some("11200"));
    assert_eq!(fallback.parameter("ErrorUrl"), Some(broken.as_str()));
}

#[tokio::test]
async fn a_host_that_is_not_there_is_apologised_for() {
    let (mut sim, _) = stage().await;
    // Port 9 (discard) of the loopback interface: nobody listens.
    sim.number(LINE, NumberConfig::new("http://127.0.0.1:9/voice"))
        .unwrap();
    let start = sim.now();
    let caller = sim.call_at(start, Caller::from(CALLER).to(LINE)).unwrap();
    sim.run_until_idle().await.unwrap();
    let call = sim.call(&caller).unwrap();
    assert_eq!(call.status, CallStatus::Completed);
    assert_eq!(
        call.heard.last().map(|heard| &heard.what),
        Some(&twilio_simulator::Sound::ErrorMessage)
    );
}
