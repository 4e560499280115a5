//! The account through REST: recordings, queues, numbers, keys, limits, pages of lists.

#![allow(clippy::unwrap_used, reason = "a test that fails here has failed")]

mod support;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http::Method;
use serde_json::Value;
use support::*;
use twilio_simulator::{
    Answers, Caller, HttpTransport, NumberConfig, Script, Settings, Simulator, Transport,
};

const PHONE: &str = "+15550002001";
const KEY: &str = "SK0123456789abcdef0123456789abcdef";

async fn stage(verbs: &str) -> Simulator {
    let mut sim = simulator([
        page("/voice", verbs),
        page("/tape", ""),
        page("/sms", ""),
        page("/new", "<Say>New</Say>"),
    ])
    .await;
    let answers = Answers::after(secs(2)).then(Script::new().hangs_up_after(secs(20)));
    sim.phone(PHONE, answers);
    sim
}

async fn ask(sim: &Simulator, method: Method, path: &str, form: &[(&str, &str)]) -> (u16, Value) {
    rest(&sim.rest_url(), method, path, form).await
}

async fn wait(sim: &mut Simulator, seconds: i64) {
    let until = sim.now() + chrono::TimeDelta::seconds(seconds);
    sim.run_until(until).await.unwrap();
}

/// As [`rest`], with any name and password, and the whole answer.
async fn raw(sim: &Simulator, path: &str, user: &str, password: &str) -> http::Response<Bytes> {
    let pair = STANDARD.encode(format!("{user}:{password}"));
    let url = format!("{}/2010-04-01/Accounts/{ACCOUNT}{path}", sim.rest_url());
    let request = http::Request::get(url)
        .header("authorization", format!("Basic {pair}"))
        .body(Bytes::new())
        .unwrap();
    HttpTransport::new().send(request).await.unwrap()
}

#[tokio::test]
async fn a_recorded_call_has_its_recording() {
    let mut sim = stage("<Pause length=\"60\"/>").await;
    let form = [
        ("To", PHONE),
        ("From", LINE),
        ("Url", VOICE),
        ("Record", "true"),
        ("RecordingChannels", "dual"),
        ("RecordingStatusCallback", "http://app.test/tape"),
        ("RecordingStatusCallbackEvent", "in-progress"),
        ("RecordingStatusCallbackEvent", "completed"),
    ];
    let (_, call) = ask(&sim, Method::POST, "/Calls.json", &form).await;
    let call = call["sid"].as_str().unwrap().to_owned();
    wait(&mut sim, 5).await;
    let below = format!("/Calls/{call}/Recordings.json");
    let (code, second) = ask(&sim, Method::POST, &below, &[]).await;
    assert_eq!(code, 201);
    let second = second["sid"].as_str().unwrap();
    let path = format!("/Calls/{call}/Recordings/{second}.json");
    let (_, early) = ask(&sim, Method::DELETE, &path, &[]).await;
    assert_eq!(early["status"], 409);
    wait(&mut sim, 3).await;
    let (_, stopped) = ask(&sim, Method::POST, &path, &[("Status", "stopped")]).await;
    assert_eq!(
        (&stopped["duration"], &stopped["status"]),
        (&"3".into(), &"completed".into())
    );
    sim.run_until_idle().await.unwrap();
    let transcript = sim.transcript();
    let told: Vec<_> = transcript
        .requests_to("/tape")
        .map(|request| request.parameter("RecordingStatus").unwrap())
        .collect();
    assert_eq!(told, ["in-progress", "completed"]);
    let (_, all) = ask(
        &sim,
        Method::GET,
        &format!("/Recordings.json?CallSid={call}"),
        &[],
    )
    .await;
    assert_eq!(all["recordings"].as_array().unwrap().len(), 2);
    let first = &all["recordings"][1];
    assert_eq!(first["channels"], 2);
    assert_eq!(first["source"], "OutboundAPI");
    assert_eq!(first["duration"], "20");
    let sid = first["sid"].as_str().unwrap();
    let media = raw(&sim, &format!("/Recordings/{second}.wav"), ACCOUNT, TOKEN).await;
    assert_eq!(&media.body()[..4], b"RIFF");
    assert_eq!(media.body().len(), 44 + 3 * 16_000);
    let path = format!("/Recordings/{sid}.json");
    assert_eq!(ask(&sim, Method::DELETE, &path, &[]).await.0, 204);
    assert_eq!(ask(&sim, Method::GET, &path, &[]).await.0, 404);
    let (code, _) = ask(&sim, Method::POST, &below, &[]).await;
    assert_eq!(code, 400, "a call that is over is not recorded");
}

#[tokio::test]
async fn a_time_limit_ends_a_call() {
    let mut sim = stage("<Pause length=\"60\"/>").await;
    let form = [
        ("To", PHONE),
        ("From", LINE),
        ("Url", VOICE),
        ("TimeLimit", "7"),
    ];
    ask(&sim, Method::POST, "/Calls.json", &form).await;
    sim.run_until_idle().await.unwrap();
    assert_eq!(sim.calls()[0].duration(), secs(7));
}

#[tokio::test]
async fn queues_are_renamed_and_taken_away_when_empty() {
    let mut sim = stage("<Enqueue>line</Enqueue>").await;
    let (_, queue) = ask(
        &sim,
        Method::POST,
        "/Queues.json",
        &[("FriendlyName", "hold")],
    )
    .await;
    let path = format!("/Queues/{}.json", queue["sid"].as_str().unwrap());
    let form = [("FriendlyName", "line"), ("MaxSize", "3")];
    let (code, queue) = ask(&sim, Method::POST, &path, &form).await;
    assert_eq!((code, &queue["max_size"]), (200, &Value::from(3)));
    let caller = Caller::from(CALLER).to(LINE).hangs_up_after(secs(9));
    sim.call_at(sim.now(), caller).unwrap();
    wait(&mut sim, 3).await;
    assert_eq!(sim.queue_size("line"), Some(1));
    assert_eq!(ask(&sim, Method::DELETE, &path, &[]).await.0, 400);
    sim.run_until_idle().await.unwrap();
    assert_eq!(ask(&sim, Method::DELETE, &path, &[]).await.0, 204);
    assert_eq!(ask(&sim, Method::GET, &path, &[]).await.0, 404);
    // A queue of the same name is another one.
    let (_, again) = ask(
        &sim,
        Method::POST,
        "/Queues.json",
        &[("FriendlyName", "line")],
    )
    .await;
    assert_ne!(again["sid"], queue["sid"]);
    assert_eq!(again["max_size"], 1000);
}

#[tokio::test]
async fn numbers_are_had_and_sent_elsewhere() {
    let mut sim = stage("<Say>Old</Say>").await;
    let path = format!("/IncomingPhoneNumbers.json?PhoneNumber=%2B{}", &LINE[1..]);
    let (_, list) = ask(&sim, Method::GET, &path, &[]).await;
    let number = &list["incoming_phone_numbers"][0];
    assert_eq!(number["voice_url"], VOICE);
    let path = format!(
        "/IncomingPhoneNumbers/{}.json",
        number["sid"].as_str().unwrap()
    );
    let form = [
        ("VoiceUrl", "http://app.test/new"),
        ("SmsUrl", "http://app.test/sms"),
    ];
    let (code, changed) = ask(&sim, Method::POST, &path, &form).await;
    assert_eq!(
        (code, &changed["sms_url"]),
        (200, &"http://app.test/sms".into())
    );
    let call = Caller::from(CALLER).to(LINE);
    let call = sim.call_at(sim.now(), call).unwrap();
    sim.run_until_idle().await.unwrap();
    assert!(sim.call(&call).unwrap().heard_text("New"));
    let form = [("PhoneNumber", "+15550009009")];
    let (code, _) = ask(&sim, Method::POST, "/IncomingPhoneNumbers.json", &form).await;
    assert_eq!(code, 201);
    // Nobody has said what happens when it is rung.
    let call = Caller::from(CALLER).to("+15550009009");
    sim.call_at(sim.now(), call).unwrap();
    sim.run_until_idle().await.unwrap();
    assert!(sim.transcript().to_string().contains("no voice URL"));
}

#[tokio::test]
async fn keys_are_let_in_as_the_token_is() {
    let mut sim = stage("").await;
    assert_eq!(
        raw(&sim, "/Calls.json", KEY, "of the key").await.status(),
        401
    );
    sim.api_key(KEY, "of the key");
    assert_eq!(
        raw(&sim, "/Calls.json", KEY, "of the key").await.status(),
        200
    );
    assert_eq!(raw(&sim, "/Calls.json", KEY, TOKEN).await.status(), 401);
    assert_eq!(raw(&sim, ".json", ACCOUNT, TOKEN).await.status(), 200);
    assert!(!format!("{sim:?}").contains("of the key"));
}

#[tokio::test]
async fn too_many_requests_are_refused_without_effect() {
    let settings = Settings::default().rest_limit(2, secs(1));
    let builder = Simulator::builder(ACCOUNT, TOKEN).settings(settings);
    let mut sim = builder.build().await.unwrap();
    let form = [("FriendlyName", "line")];
    assert_eq!(ask(&sim, Method::POST, "/Queues.json", &form).await.0, 201);
    assert_eq!(ask(&sim, Method::GET, "/Queues.json", &[]).await.0, 200);
    let refused = raw(&sim, "/Queues.json", ACCOUNT, TOKEN).await;
    assert_eq!(refused.status(), 429);
    assert_eq!(refused.headers()["retry-after"], "1");
    let body: Value = serde_json::from_slice(refused.body()).unwrap();
    assert_eq!(body["code"], 20_429);
    wait(&mut sim, 1).await;
    assert_eq!(ask(&sim, Method::GET, "/Queues.json", &[]).await.0, 200);

    let settings = Settings::default().rest_refusals(30);
    let builder = Simulator::builder(ACCOUNT, TOKEN).settings(settings);
    let sim = builder.build().await.unwrap();
    let mut made = 0;
    for n in 0..40 {
        let name = format!("line {n}");
        let form = [("FriendlyName", name.as_str())];
        if ask(&sim, Method::POST, "/Queues.json", &form).await.0 == 201 {
            made += 1;
        }
    }
    assert!((20..36).contains(&made), "{made}");
    for n in 0..40 {
        let queue = sim.queue_size(&format!("line {n}"));
        made -= usize::from(queue.is_some());
    }
    assert_eq!(made, 0, "what is refused has no effect");
}

#[tokio::test]
async fn lists_come_in_pages_and_by_date() {
    let mut sim = stage("<Say>Hello</Say>").await;
    sim.number("+15550009003", NumberConfig::new(VOICE))
        .unwrap();
    for n in 0..5 {
        let at = sim.now() + chrono::TimeDelta::days(n);
        sim.call_at(at, Caller::from(CALLER).to(LINE)).unwrap();
    }
    sim.run_until_idle().await.unwrap();
    let mut path = "/Calls.json?PageSize=2".to_owned();
    let mut seen = Vec::new();
    loop {
        let (_, page) = ask(&sim, Method::GET, &path, &[]).await;
        for call in page["calls"].as_array().unwrap() {
            seen.push(call["start_time"].as_str().unwrap()[5..7].to_owned());
        }
        let Some(next) = page["next_page_uri"].as_str() else {
            break;
        };
        path = next
            .strip_prefix(&format!("/2010-04-01/Accounts/{ACCOUNT}"))
            .unwrap()
            .to_owned();
    }
    assert_eq!(seen, ["09", "08", "07", "06", "05"]);
    for (filter, count) in [
        ("StartTime=2026-01-06", 1),
        ("StartTime%3C=2026-01-06", 2),
        ("StartTime%3E=2026-01-06", 4),
        ("StartTime%3E=2026-01-07T00:00:00Z&EndTime%3C=2026-01-08", 2),
        ("Status=busy", 0),
    ] {
        let path = format!("/Calls.json?{filter}");
        let (_, page) = ask(&sim, Method::GET, &path, &[]).await;
        assert_eq!(page["calls"].as_array().unwrap().len(), count, "{filter}");
    }
    let (code, _) = ask(&sim, Method::GET, "/Calls.json?StartTime=soon", &[]).await;
    assert_eq!(code, 400);
}
