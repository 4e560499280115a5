//! Calls and SMS: what Twilio is asked, and what each of its answers means. Time is virtual.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use std::sync::Arc;
use std::time::Duration;

use chrono::TimeDelta;
use escalation_core::{
    CallerIds, Cancelled, Canceller, Cause, Channel, ChannelPolicy, Engine, InFlight, MemoryStore,
    Notification, Notifier, Outcome, ProcessId, Reconciled, Reconciler, Response, StartRequest,
    Timer, UnknownPolicy, VirtualTimer,
};
use escalation_notify::{Answering, Phone, PhoneBuilder, Proof, Sender, Sms};
use support::{Scripted, delivery, delivery_of, now, start};
use twilio_rest::{CallStatus, CallbackMethod, Client, Credentials, TransportError};

const CALL: &str = "CA00000000000000000000000000000001";

fn client(http: &Scripted) -> Client {
    let account = "AC00000000000000000000000000000001".parse().unwrap();
    Client::builder(account, Credentials::auth_token("12345"))
        .transport(http.transport())
        .build()
        .unwrap()
}

fn ids() -> CallerIds {
    CallerIds::new()
        .prefix("+3", "+1555")
        .prefix("+385", "+385123")
}

fn to(number: &str) -> Notification {
    let call = Notification::after(Channel::PHONE, now()).to_phone_number(number);
    call.with("order", 17).unwrap()
}

fn call(status: &str) -> String {
    format!(r#"{{"sid":"{CALL}","status":"{status}"}}"#)
}

fn asking() -> Answering {
    Answering::asking(
        "Order {order} waits.".parse().unwrap(),
        "Press 4 to take it.",
        "https://pbx.example.com/key?v=1",
    )
    .unwrap()
    .key('4', Response::Acknowledged)
    .key('6', Response::Resolved)
}

fn phone(http: &Scripted, timer: &Arc<VirtualTimer>, answering: Answering) -> PhoneBuilder {
    Phone::builder(
        client(http),
        ids(),
        Arc::clone(timer) as Arc<dyn Timer>,
        answering,
    )
}

fn saying() -> Answering {
    Answering::saying("Order {order} waits.".parse().unwrap())
}

/// Runs the future while virtual time passes.
async fn passing<F: Future>(timer: &VirtualTimer, future: F) -> F::Output {
    let clock = async {
        loop {
            timer.set(timer.now() + TimeDelta::seconds(1));
            tokio::task::yield_now().await;
        }
    };
    tokio::select! {
        biased;
        output = future => output,
        () = clock => unreachable!("a clock runs for ever"),
    }
}

async fn outcome(http: &Scripted, answering: Answering, number: &str) -> Outcome {
    let timer = Arc::new(VirtualTimer::new(start()));
    let phone = phone(http, &timer, answering).detect_machines().build();
    passing(&timer, phone.notify(&delivery(to(number)))).await
}

#[tokio::test]
async fn the_call_says_what_it_is_about_from_the_longest_prefix() {
    let http = Scripted::answers(201, &call("queued"))
        .then(200, &call("ringing"))
        .then(200, &call("completed"));
    let outcome = outcome(&http, saying(), "+38591").await;
    assert_eq!(outcome, Outcome::Delivered(Response::None));
    let lines = http.lines();
    assert_eq!(lines.len(), 3, "{lines:?}");
    for part in [
        "To=%2B38591",
        "From=%2B385123",
        "Timeout=30",
        "MachineDetection=Enable",
        "Order+17+waits",
    ] {
        assert!(lines[0].contains(part), "{part}: {}", lines[0]);
    }
}

/// The original component's request, but for the order of its fields.
#[tokio::test]
async fn a_page_is_fetched_as_the_original_component_does() {
    let http = Scripted::answers(201, &call("queued")).then(200, &call("completed"));
    let page = Answering::fetching("https://example.com/twiml", CallbackMethod::Get).unwrap();
    outcome(&http, page, "+385777").await;
    let line = &http.lines()[0];
    for part in [
        "Method=GET",
        "To=%2B385777",
        "From=%2B385123",
        "Url=https%3A%2F%2Fexample.com%2Ftwiml",
    ] {
        assert!(line.contains(part), "{part}: {line}");
    }
}

#[tokio::test]
async fn each_end_of_a_call_has_one_outcome() {
    for (status, answered_by, asks, expected) in [
        ("completed", "", false, None),
        ("completed", "human", false, None),
        ("completed", "machine_start", false, Some(Cause::Machine)),
        ("completed", "human", true, Some(Cause::Unconfirmed)),
        ("busy", "", true, Some(Cause::Busy)),
        ("no-answer", "", false, Some(Cause::NoAnswer)),
        ("failed", "", false, Some(Cause::BadDestination)),
        ("canceled", "", false, Some(Cause::Other)),
    ] {
        let end =
            format!(r#"{{"sid":"{CALL}","status":"{status}","answered_by":"{answered_by}"}}"#);
        let end = end.replace(r#","answered_by":"""#, "");
        let http = Scripted::answers(201, &call("queued")).then(200, &end);
        let answering = if asks { asking() } else { saying() };
        match (outcome(&http, answering, "+38591").await, expected) {
            (Outcome::Delivered(Response::None), None) => {}
            (Outcome::RetryAfter { reason, .. }, Some(cause)) => assert_eq!(reason.cause(), cause),
            other => panic!("{status} {answered_by}: {other:?}"),
        }
    }
}

#[tokio::test]
async fn a_key_answers_for_the_person_while_the_call_goes_on() {
    for (digits, response) in [("4", Response::Acknowledged), ("6", Response::Resolved)] {
        let http = Scripted::answers(201, &call("queued")).then(200, &call("in-progress"));
        let timer = Arc::new(VirtualTimer::new(start()));
        let phone = phone(&http, &timer, asking()).build();
        let about = delivery(to("+38591"));
        let key = about.key();
        let calling = phone.notify(&about);
        let pressing = async {
            // The call is placed and looked at once.
            while http.seen.lock().unwrap().len() < 2 {
                tokio::task::yield_now().await;
            }
            let wrong = phone.pressed(key.as_str(), "9").unwrap();
            assert_eq!(wrong.response, Response::None);
            assert!(
                wrong.twiml.contains("Press 4")
                    && wrong.twiml.contains("escalation=order%2F17%2F1%2F0"),
                "{}",
                wrong.twiml
            );
            let right = phone.pressed(key.as_str(), digits).unwrap();
            assert_eq!(right.process.as_str(), "order/17");
            assert_eq!(right.generation.number(), 1);
            assert!(right.twiml.contains("<Hangup/>"), "{}", right.twiml);
            right.response
        };
        let (outcome, pressed) = passing(&timer, async { tokio::join!(calling, pressing) }).await;
        assert_eq!((outcome, pressed), (Outcome::Delivered(response), response));
        let line = &http.lines()[0];
        assert!(
            line.contains("key%3Fv%3D1%26amp%3Bescalation%3Dorder%252F17%252F1%252F0"),
            "{line}"
        );
    }
}

/// A status callback is faster than the next look.
#[tokio::test]
async fn a_callback_ends_the_waiting() {
    let http = Scripted::answers(201, &call("queued")).then(200, &call("busy"));
    let timer = Arc::new(VirtualTimer::new(start()));
    let phone = phone(&http, &timer, saying())
        .status_callback("https://pbx.example.com/status")
        .unwrap()
        .poll_every(TimeDelta::hours(1))
        .build();
    let about = delivery(to("+38591"));
    let key = about.key();
    let calling = phone.notify(&about);
    let callback = async {
        while http.seen.lock().unwrap().is_empty() {
            tokio::task::yield_now().await;
        }
        let sid = CALL.parse().unwrap();
        phone.status("somebody/else/1/0", sid, &CallStatus::Completed);
        phone.status(key.as_str(), sid, &CallStatus::Ringing);
        phone.status(key.as_str(), sid, &CallStatus::Busy);
    };
    // Time stands still.
    let (outcome, ()) = tokio::join!(calling, callback);
    assert!(matches!(outcome, Outcome::RetryAfter { reason, .. } if reason.cause() == Cause::Busy));
    assert!(
        http.lines()[0]
            .contains("StatusCallback=https%3A%2F%2Fpbx.example.com%2Fstatus%3Fescalation%3Dorder")
    );
}

#[tokio::test]
async fn what_twilio_refuses_is_rejected_and_what_it_cannot_do_now_is_tried_again() {
    let refusal = |code: u32| format!(r#"{{"code":{code},"message":"no","status":400}}"#);
    let rejected = outcome(&Scripted::answers(400, &refusal(21211)), saying(), "+38591").await;
    assert!(
        matches!(rejected, Outcome::Rejected(reason) if reason.cause() == Cause::BadDestination)
    );
    let later = outcome(&Scripted::answers(401, &refusal(20003)), saying(), "+38591").await;
    assert!(matches!(later, Outcome::RetryAfter { .. }));
    let lost = Scripted::default().then_fails(TransportError::TimedOut);
    assert!(matches!(
        outcome(&lost, saying(), "+38591").await,
        Outcome::Unknown(_)
    ));
    // Nobody was asked at all.
    let http = Scripted::default();
    for number in ["+4412", ""] {
        assert!(
            matches!(outcome(&http, saying(), number).await, Outcome::Rejected(_)),
            "{number}"
        );
    }
    assert!(http.lines().is_empty());
}

fn page(calls: &[(&str, &str, i64)]) -> String {
    let calls: Vec<String> = calls
        .iter()
        .map(|(sid, status, after)| {
            let created = (start() + TimeDelta::seconds(*after)).to_rfc2822();
            format!(r#"{{"sid":"{sid}","status":"{status}","date_created":"{created}"}}"#)
        })
        .collect();
    format!(r#"{{"calls":[{}],"next_page_uri":null}}"#, calls.join(","))
}

#[tokio::test]
async fn a_lost_answer_is_looked_for() {
    let timer = Arc::new(VirtualTimer::new(start()));
    for (listed, expected) in [
        (
            page(&[(CALL, "completed", 3)]),
            Reconciled::delivered(Response::None),
        ),
        (page(&[]), Reconciled::NeverSent),
        // Long before this notification was due.
        (page(&[(CALL, "completed", -3600)]), Reconciled::NeverSent),
    ] {
        let http = Scripted::answers(200, &listed);
        let phone = phone(&http, &timer, saying()).build();
        assert_eq!(phone.reconcile(&delivery(to("+38591"))).await, expected);
        assert!(
            http.lines()[0].contains("To=%2B38591") && http.lines()[0].contains("From=%2B385123")
        );
    }
    for http in [
        Scripted::answers(200, &page(&[(CALL, "ringing", 3)])),
        Scripted::default()
            .then(500, "")
            .then(500, "")
            .then(500, "")
            .then(500, ""),
    ] {
        let phone = phone(&http, &timer, saying()).build();
        let found = phone.reconcile(&delivery(to("+38591"))).await;
        assert!(matches!(found, Reconciled::AskAgain(_)), "{found:?}");
    }
}

/// The attempt's future was dropped (a timeout): the call is remembered, and what was pressed.
#[tokio::test]
async fn a_call_that_nobody_waits_for_any_more_is_not_lost() {
    let http = Scripted::answers(201, &call("queued")).then(200, &call("completed"));
    let timer = Arc::new(VirtualTimer::new(start()));
    let phone = phone(&http, &timer, asking()).build();
    let about = delivery(to("+38591"));
    let given_up = tokio::time::timeout(Duration::ZERO, phone.notify(&about)).await;
    assert!(given_up.is_err());
    assert_eq!(http.lines().len(), 1, "the call is placed");
    phone.pressed(about.key().as_str(), "4").unwrap();
    assert_eq!(
        phone.reconcile(&about).await,
        Reconciled::delivered(Response::Acknowledged)
    );
    assert!(
        http.lines()[1].contains(CALL),
        "it is fetched, not looked for"
    );
}

#[tokio::test]
async fn a_phone_that_rings_is_cancelled() {
    let timer = Arc::new(VirtualTimer::new(start()));
    let about = delivery(to("+38591"));
    let attempt = || {
        InFlight::new(
            about.lease().clone(),
            1,
            Arc::new(about.notification().clone()),
        )
    };
    let too_late = r#"{"code":21220,"message":"not in-progress","status":400}"#;
    // Placed by this process.
    for (answer, expected) in [
        ((200, call("canceled")), Cancelled::Cancelled),
        ((400, too_late.to_owned()), Cancelled::TooLate),
    ] {
        let http = Scripted::answers(201, &call("queued")).then(answer.0, &answer.1);
        let phone = phone(&http, &timer, saying()).build();
        let _ = tokio::time::timeout(Duration::ZERO, phone.notify(&about)).await;
        assert_eq!(phone.cancel(&attempt()).await, expected);
        assert!(http.lines()[1].contains("Status=canceled"));
    }
    // By another.
    let http = Scripted::answers(200, &page(&[]))
        .then(200, &page(&[(CALL, "ringing", 3)]))
        .then(200, &call("canceled"));
    let phone = phone(&http, &timer, saying()).build();
    assert_eq!(phone.cancel(&attempt()).await, Cancelled::Cancelled);
}

/// Two notifications ring one number: what became of the one says nothing of the other.
#[tokio::test]
async fn the_call_of_another_notification_is_not_taken_for_ours() {
    let timer = Arc::new(VirtualTimer::new(start()));
    let other = delivery(to("+38591").with("order", 18).unwrap());
    let ours = delivery_of("order/19", to("+38591"));
    let http = Scripted::answers(201, &call("queued"))
        .then(200, &call("completed"))
        .then_fails(TransportError::TimedOut)
        .then(200, &page(&[(CALL, "completed", 3)]))
        .then(200, &page(&[(CALL, "ringing", 3)]))
        .then(200, &page(&[]));
    let phone = phone(&http, &timer, saying()).build();
    let done = passing(&timer, phone.notify(&other)).await;
    assert_eq!(done, Outcome::Delivered(Response::None));
    let lost = passing(&timer, phone.notify(&ours)).await;
    assert!(matches!(lost, Outcome::Unknown(_)), "{lost:?}");
    assert_eq!(phone.reconcile(&ours).await, Reconciled::NeverSent);
    let attempt = InFlight::new(ours.lease().clone(), 1, Arc::new(to("+38591")));
    assert_eq!(phone.cancel(&attempt).await, Cancelled::TooLate);
}

#[tokio::test]
async fn where_several_phones_ring_none_is_cancelled() {
    let timer = Arc::new(VirtualTimer::new(start()));
    let another = "CA00000000000000000000000000000002";
    let http = Scripted::answers(200, &page(&[(another, "queued", 3)]))
        .then(200, &page(&[(CALL, "ringing", 3)]));
    let phone = phone(&http, &timer, saying()).build();
    let attempt = InFlight::new(
        delivery(to("+38591")).lease().clone(),
        1,
        Arc::new(to("+38591")),
    );
    let cancelled = phone.cancel(&attempt).await;
    assert!(matches!(cancelled, Cancelled::Failed(_)), "{cancelled:?}");
    assert_eq!(http.lines().len(), 2);
}

#[tokio::test]
async fn a_callback_says_which_call_was_lost() {
    let timer = Arc::new(VirtualTimer::new(start()));
    let about = delivery(to("+38591"));
    let http = Scripted::default()
        .then_fails(TransportError::TimedOut)
        .then(200, &call("completed"));
    let phone = phone(&http, &timer, saying()).build();
    assert!(matches!(phone.notify(&about).await, Outcome::Unknown(_)));
    phone.status(
        about.key().as_str(),
        CALL.parse().unwrap(),
        &CallStatus::Completed,
    );
    assert_eq!(
        phone.reconcile(&about).await,
        Reconciled::delivered(Response::None)
    );
    assert!(http.lines()[1].contains(CALL), "fetched, not looked for");
}

/// Settling may fail after the call has ended: asked again, the answer is the same.
#[tokio::test]
async fn an_outcome_that_did_not_reach_the_store_can_be_told_again() {
    let timer = Arc::new(VirtualTimer::new(start()));
    let about = delivery(to("+38591"));
    let http = Scripted::answers(201, &call("queued"))
        .then(200, &call("completed"))
        .then(200, &call("completed"))
        .then(200, &call("completed"));
    let phone = phone(&http, &timer, saying()).build();
    passing(&timer, phone.notify(&about)).await;
    for _ in 0..2 {
        assert_eq!(
            phone.reconcile(&about).await,
            Reconciled::delivered(Response::None)
        );
    }
}

/// `Engine::run_once` has no timer that would end the attempt.
#[tokio::test]
async fn a_call_that_never_ends_is_unknown_in_the_end() {
    let timer = Arc::new(VirtualTimer::new(start()));
    let mut http = Scripted::answers(201, &call("queued"));
    for _ in 0..120 {
        http = http.then(200, &call("in-progress"));
    }
    let phone = phone(&http, &timer, saying()).build();
    let outcome = passing(&timer, phone.notify(&delivery(to("+38591")))).await;
    assert!(matches!(outcome, Outcome::Unknown(_)), "{outcome:?}");
    assert_eq!(http.lines().len(), 121);
}

#[tokio::test]
async fn words_that_grow_in_markup_still_fit_into_a_call() {
    let words = "\"".repeat(1_500) + "\u{7}";
    let about = delivery(to("+38591").with("order", words).unwrap());
    for answering in [saying(), asking()] {
        let http = Scripted::answers(400, "");
        let timer = Arc::new(VirtualTimer::new(start()));
        phone(&http, &timer, answering).build().notify(&about).await;
        let seen = http.seen.lock().unwrap();
        let twiml = url::form_urlencoded::parse(seen[0].body())
            .find(|(name, _)| name == "Twiml")
            .unwrap();
        let length = twiml.1.chars().count();
        assert!((1_500..=4_000).contains(&length), "{length}");
    }
}

#[test]
fn the_last_meaning_of_a_key_counts_and_the_number_sign_is_one() {
    let http = Scripted::default();
    let timer = Arc::new(VirtualTimer::new(start()));
    let answering = asking()
        .key('4', Response::Resolved)
        .key('#', Response::Acknowledged);
    let phone = phone(&http, &timer, answering).build();
    let pressed = |digits| phone.pressed("order/17/1/0", digits).unwrap();
    assert_eq!(pressed("4").response, Response::Resolved);
    assert_eq!(pressed("#").response, Response::Acknowledged);
    assert!(pressed("9").twiml.contains(r#"finishOnKey="""#));
}

#[test]
fn a_status_callback_that_twilio_cannot_request_is_refused() {
    let http = Scripted::default();
    let timer = Arc::new(VirtualTimer::new(start()));
    assert!(
        phone(&http, &timer, saying())
            .status_callback("/status")
            .is_err()
    );
}

#[test]
fn pages_that_twilio_cannot_request_are_refused() {
    for url in ["", "pbx", "/key", "ftp://pbx.example.com", "mailto:a@b"] {
        assert!(
            Answering::asking("x".parse().unwrap(), "y", url).is_err(),
            "{url}"
        );
    }
}

#[test]
fn strange_keys_are_refused() {
    let http = Scripted::default();
    let timer = Arc::new(VirtualTimer::new(start()));
    let phone = phone(&http, &timer, asking()).build();
    for escalation in ["", "order", "order/1", "order/one/0"] {
        assert!(phone.pressed(escalation, "4").is_err(), "{escalation}");
    }
}

/// Keys begin with the installation, which is no part of the process's name; those of another one
/// are about other processes.
#[test]
fn a_key_of_an_installation_finds_its_process() {
    let http = Scripted::default();
    let timer = Arc::new(VirtualTimer::new(start()));
    let phone = phone(&http, &timer, asking())
        .installation("hotel-7".parse().unwrap())
        .build();
    let pressed = phone.pressed("hotel-7/order/17/3/0", "4").unwrap();
    assert_eq!(
        (pressed.process.as_str(), pressed.generation.number()),
        ("order/17", 3)
    );
    for other in ["order/17/3/0", "hotel-77/order/17/3/0", "hotel-7/3/0"] {
        assert!(phone.pressed(other, "4").is_err(), "{other}");
    }
}

const MESSAGE: &str = "SM00000000000000000000000000000001";

fn message(status: &str, error: &str) -> String {
    format!(
        r#"{{"sid":"{MESSAGE}","status":"{status}","error_code":{error},"error_message":null}}"#
    )
}

fn sms(http: &Scripted, timer: &Arc<VirtualTimer>) -> Sms {
    let text = "Order {order} waits.".parse().unwrap();
    Sms::new(
        client(http),
        Sender::Numbers(ids()),
        Arc::clone(timer) as Arc<dyn Timer>,
        text,
    )
}

#[tokio::test]
async fn an_sms_counts_when_it_is_accepted_or_has_arrived() {
    let timer = Arc::new(VirtualTimer::new(start()));
    let about = delivery(to("+38591").until(start() + TimeDelta::minutes(10)));
    let http = Scripted::answers(201, &message("queued", "null"));
    let accepted = sms(&http, &timer).notify(&about).await;
    assert_eq!(accepted, Outcome::Delivered(Response::None));
    let line = &http.lines()[0];
    assert!(
        line.contains("Body=Order+17+waits.") && line.contains("ValidityPeriod=600"),
        "{line}"
    );

    for (statuses, expected) in [
        (vec![("sent", "null"), ("delivered", "null")], "Delivered"),
        (vec![("undelivered", "30003")], "RetryAfter"),
        (vec![("undelivered", "30006")], "Rejected"),
        (vec![("failed", "null")], "RetryAfter"),
    ] {
        let mut http = Scripted::answers(201, &message("queued", "null"));
        for (status, error) in &statuses {
            http = http.then(200, &message(status, error));
        }
        let sms = sms(&http, &timer).proof(Proof::Delivered);
        let outcome = passing(&timer, sms.notify(&about)).await;
        assert!(
            format!("{outcome:?}").starts_with(expected),
            "{statuses:?}: {outcome:?}"
        );
    }
}

#[tokio::test]
async fn a_lost_sms_is_looked_for_by_its_words() {
    let timer = Arc::new(VirtualTimer::new(start()));
    let listed = |body: &str| {
        let created = start().to_rfc2822();
        format!(
            r#"{{"messages":[{{"sid":"{MESSAGE}","status":"sent","body":"{body}","date_created":"{created}"}}],"next_page_uri":null}}"#
        )
    };
    let about = delivery(to("+38591"));
    let http = Scripted::answers(200, &listed("Order 17 waits."));
    assert_eq!(
        sms(&http, &timer).reconcile(&about).await,
        Reconciled::delivered(Response::None)
    );
    let http = Scripted::answers(200, &listed("Something else."));
    assert_eq!(
        sms(&http, &timer).reconcile(&about).await,
        Reconciled::NeverSent
    );
    // Among others of its bundle; and not by the end of another's words.
    for (body, found) in [
        ("Order 1 waits.\\nOrder 17 waits.\\nOrder 18 waits.", true),
        ("Order 1 waits.\\n(and 2 more)", false),
        ("Order 17 waits. No more.", false),
    ] {
        let http = Scripted::answers(200, &listed(body));
        let reconciled = sms(&http, &timer).reconcile(&about).await;
        let expected = match found {
            true => Reconciled::delivered(Response::None),
            false => Reconciled::NeverSent,
        };
        assert_eq!(reconciled, expected, "{body}");
    }
}

/// With words of its own as well: the answer to its creation is lost, and nobody gets it twice.
#[tokio::test]
async fn a_lost_sms_with_a_template_is_not_sent_again() {
    let timer = Arc::new(VirtualTimer::new(start()));
    let created = start().to_rfc2822();
    let listed = format!(
        r#"{{"messages":[{{"sid":"{MESSAGE}","status":"sent","body":"Room 7 waits","date_created":"{created}"}}],"next_page_uri":null}}"#
    );
    let http = Scripted::default()
        .then_fails(TransportError::lost("the connection broke"))
        .then(200, &listed);
    let sms = Arc::new(sms(&http, &timer));
    let engine = Engine::builder(Arc::new(MemoryStore::new()))
        .notifier("sms", sms.clone())
        .reconciler("sms", sms)
        .channel(
            "sms",
            ChannelPolicy::new().unknown(UnknownPolicy::Reconcile),
        )
        .template("sms", "room", "Room {room} waits".parse().unwrap())
        .build()
        .unwrap();
    let about = Notification::after(Channel::new("sms").unwrap(), TimeDelta::zero())
        .to_phone_number("+38591")
        .saying("room")
        .with("room", 7)
        .unwrap();
    let request = StartRequest::new(ProcessId::new("a").unwrap()).notify(about);
    engine.start(&request, start()).await.unwrap();
    let again = engine.run_once(start()).await.unwrap().unwrap();
    assert_eq!(engine.run_once(again).await.unwrap(), None);
    let methods: Vec<_> = http
        .lines()
        .iter()
        .map(|line| line[..4].to_owned())
        .collect();
    assert_eq!(methods, ["POST", "GET "], "{:?}", http.lines());
    assert_eq!(engine.counts().delivered, 1);
}
