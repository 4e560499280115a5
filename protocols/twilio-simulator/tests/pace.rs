//! Under a pace, virtual time follows a wall clock (tokio's, which tests stop and wind).

#![allow(clippy::unwrap_used, reason = "a test that fails here has failed")]

mod support;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use chrono::{DateTime, TimeDelta, Utc};
use support::*;
use twilio_simulator::{
    Answers, CallStatus, Caller, Documents, NumberConfig, Pace, ScaledTime, Script, Simulator,
    Transport, TransportError,
};

/// Virtual time begins here, at the wall clock's zero.
fn epoch() -> DateTime<Utc> {
    "2026-01-05T09:00:00Z".parse().unwrap()
}

/// A clock that stands where tokio's does.
fn wall() -> impl Fn() -> DateTime<Utc> + Send + Sync + 'static {
    let start = tokio::time::Instant::now();
    move || DateTime::UNIX_EPOCH + TimeDelta::from_std(start.elapsed()).unwrap()
}

async fn stage(verbs: &str, speed: f64) -> Simulator {
    let time = ScaledTime::new(epoch(), DateTime::UNIX_EPOCH, speed).unwrap();
    let host = Documents::new().with(page("/voice", verbs));
    let mut sim = Simulator::builder(ACCOUNT, TOKEN)
        .settings(even_settings())
        .transport(Arc::new(host))
        .pace(Pace::new(time, wall()))
        .build()
        .await
        .unwrap();
    sim.number(LINE, NumberConfig::new(VOICE)).unwrap();
    sim
}

#[tokio::test(start_paused = true)]
async fn a_minute_takes_a_second_at_sixty_times_the_speed() {
    let began = tokio::time::Instant::now();
    let mut sim = stage(r#"<Pause length="59"/><Say>Goodbye</Say>"#, 60.0).await;
    assert_eq!(sim.now(), epoch());
    let call = sim
        .call_at(sim.now(), Caller::from(CALLER).to(LINE))
        .unwrap();
    sim.run_until_idle().await.unwrap();
    assert_eq!(began.elapsed().as_millis(), 1_000);
    let call = sim.call(&call).unwrap();
    assert_eq!(call.ended_at, Some(epoch() + TimeDelta::seconds(60)));
}

#[tokio::test(start_paused = true)]
async fn a_call_made_by_rest_while_nothing_is_due_begins_then() {
    let mut sim = stage("<Hangup/>", 10.0).await;
    sim.phone(
        "+15550002001",
        Answers::after(secs(3)).then(Script::new().hangs_up_after(secs(10))),
    );
    let base = sim.rest_url();
    let host = async {
        tokio::time::sleep(secs(2)).await;
        // The request itself goes over a socket, whose time the stopped clock would jump over.
        tokio::time::resume();
        let form = [("To", "+15550002001"), ("From", LINE), ("Url", VOICE)];
        let answer = rest(&base, http::Method::POST, "/Calls.json", &form).await;
        tokio::time::pause();
        answer
    };
    let end = epoch() + TimeDelta::seconds(60);
    let (run, (status, _)) = tokio::join!(sim.run_until(end), host);
    run.unwrap();
    assert_eq!(status, 201);
    assert_eq!(sim.now(), end);
    let call = &sim.calls()[0];
    assert_eq!(call.status, CallStatus::Completed);
    // Two seconds at ten times the speed; the socket has had its own, real, time.
    let began = (call.started_at - epoch()).num_seconds();
    assert!((20..30).contains(&began), "{began} s");
}

/// A host that takes its time over the first request, and is quick with the others.
#[derive(Debug)]
struct SlowAtFirst(Documents, AtomicBool);

#[async_trait::async_trait]
impl Transport for SlowAtFirst {
    async fn send(
        &self,
        request: http::Request<bytes::Bytes>,
    ) -> Result<http::Response<bytes::Bytes>, TransportError> {
        if self.1.swap(false, Ordering::SeqCst) {
            tokio::time::sleep(secs(3)).await;
        }
        self.0.send(request).await
    }
}

#[tokio::test(start_paused = true)]
async fn while_the_host_takes_its_time_others_are_served() {
    let time = ScaledTime::new(epoch(), DateTime::UNIX_EPOCH, 10.0).unwrap();
    let host = Documents::new().with(page("/voice", "<Say>Hello</Say>"));
    let mut sim = Simulator::builder(ACCOUNT, TOKEN)
        .settings(even_settings())
        .transport(Arc::new(SlowAtFirst(host, AtomicBool::new(true))))
        .requests_at_once(2)
        .pace(Pace::new(time, wall()))
        .build()
        .await
        .unwrap();
    sim.number(LINE, NumberConfig::new(VOICE)).unwrap();
    let rings = |after: i64, from: &str| (TimeDelta::seconds(after), Caller::from(from).to(LINE));
    let mut calls = Vec::new();
    for (after, caller) in [rings(0, CALLER), rings(5, "+15550001002")] {
        calls.push(sim.call_at(epoch() + after, caller).unwrap());
    }
    // A run that ends in between leaves what is under way to the next one.
    sim.run_until(epoch() + TimeDelta::seconds(20))
        .await
        .unwrap();
    assert_eq!(sim.call(&calls[0]).unwrap().answered_at, None);
    sim.run_until_idle().await.unwrap();
    let answered = |place: usize| sim.call(&calls[place]).unwrap().answered_at.unwrap() - epoch();
    assert_eq!(answered(1), TimeDelta::seconds(5));
    assert_eq!(answered(0), TimeDelta::seconds(30));
}
