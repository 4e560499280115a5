//! Calls that cost: whom this program calls, how many it promises to, and for whom it takes the number that is shown.

use phone_system::morning::{LINE, PREMIUM_LINE, StageError, Town, caller, talks};
use phone_system::records::{Call, CallBack, Customer};
use phone_system::{ActionError, Presence, Service, Target};
use queue_dispatch::{AgentId, CallId};
use twilio_simulator::{Answers, CallSid, Caller, Script};

use crate::seen::{about, heard, joined_at, seconds, timeline};
use crate::{FRIDAY_TEN, Outcome};

const ANN: AgentId = AgentId::new(1);
const HALL: &str = "+447700900301";
const ABROAD: &str = "+33612345678";
const FRIDAY_EIGHT: &str = "2026-05-01T07:00:00Z";

/// Somebody who waits, and presses 1 to be called back, offered or not.
fn wants_a_call(from: &str) -> Caller {
    let waits = Caller::from(from).to(LINE).hears("press 2").presses("2");
    waits.hears("Thank you for waiting").presses("1")
}

fn is_promised(town: &Town, number: &str) -> bool {
    let promise: Option<CallBack> = town.system.records().get(number);
    promise.is_some_and(|promise| promise.state == "waiting")
}

async fn town_with(change: impl FnOnce(&mut Service)) -> Result<Town, StageError> {
    let mut service = Service::default();
    change(&mut service);
    let mut town = Town::serving(FRIDAY_TEN, service).await?;
    town.phones([Answers::never(), Answers::never(), Answers::never()]);
    Ok(town)
}

#[tokio::test]
async fn who_shows_a_number_abroad_is_promised_no_call_and_waits_on() -> Outcome {
    let mut town = town_with(|_| {}).await?;
    let call = town.rings(0, wants_a_call(ABROAD).gives_up_after(seconds(120)))?;
    town.until("2026-05-01T09:01:00Z").await?;
    assert!(!heard(&town, &call, "To be called back"));
    assert_eq!(town.system.waiting(), 1, "{}", timeline(&town));
    // Out of hours.
    let mut town = Town::at(FRIDAY_EIGHT).await?;
    let early = Caller::from(ABROAD).to(LINE).hears("press 1").presses("2");
    let call = town.rings(0, early)?;
    town.until("2026-05-01T07:30:00Z").await?;
    assert!(!heard(&town, &call, "To be called back"));
    assert!(heard(&town, &call, "we cannot call numbers like yours"));
    assert!(town.system.records().all::<CallBack>().is_empty());
    // With a line for that country, they are.
    let mut town = town_with(|service| service.dials = "+44,+33,!+339".parse().ok()).await?;
    town.rings(0, wants_a_call(ABROAD))?;
    town.until("2026-05-01T09:01:00Z").await?;
    assert!(is_promised(&town, ABROAD), "{}", timeline(&town));
    Ok(())
}

#[tokio::test]
async fn a_caller_who_shows_a_line_of_ours_is_promised_no_call() -> Outcome {
    let mut town = town_with(|_| {}).await?;
    town.rings(0, wants_a_call(PREMIUM_LINE).gives_up_after(seconds(120)))?;
    town.until("2026-05-01T09:01:00Z").await?;
    assert_eq!(town.system.waiting(), 1, "{}", timeline(&town));
    Ok(())
}

#[tokio::test]
async fn nobody_is_handed_over_to_a_number_that_is_not_called() -> Outcome {
    let mut town = town_with(|_| {}).await?;
    town.phones([
        Answers::after(seconds(2)),
        Answers::never(),
        Answers::never(),
    ]);
    town.system.presence(ANN, Presence::Ready).await?;
    let call = town.rings(0, talks(caller("Mrs Hall", LINE, "2"), 300))?;
    let id: CallId = call.as_str().parse()?;
    town.until("2026-05-01T09:00:10Z").await?;
    town.system.answer(ANN, id).await?;
    town.until("2026-05-01T09:00:20Z").await?;
    for (number, why) in [
        ("+18765550123", "Allowed: +44."),
        (LINE, "one of our own lines"),
    ] {
        let to = Target::Number(number.parse()?);
        let refused = town.system.transfer(ANN, id, to).await.unwrap_err();
        assert!(matches!(refused, ActionError::NotDialled(_)), "{refused}");
        let told = refused.to_string();
        assert!(told.contains(number) && told.contains(why), "{told}");
    }
    town.until("2026-05-01T09:01:00Z").await?;
    let dialled = town.twilio.calls();
    assert!(dialled.iter().all(|call| call.to != "+18765550123"));
    assert!(!town.twilio.call(&call).unwrap().status.is_final());
    Ok(())
}

#[tokio::test]
async fn so_many_are_promised_a_call_and_who_asks_too_late_waits_on() -> Outcome {
    let mut town = town_with(|service| service.call_backs = 1).await?;
    // Both hear the offer, and press at the same instant.
    let hall = town.rings(0, wants_a_call(HALL))?;
    let shah = town.rings(
        0,
        wants_a_call("+447700900302").gives_up_after(seconds(300)),
    )?;
    let price = town.rings(
        60,
        wants_a_call("+447700900303").gives_up_after(seconds(200)),
    )?;
    town.until("2026-05-01T09:02:00Z").await?;
    let offered = |call: &CallSid| heard(&town, call, "To be called back and keep your place");
    assert!(offered(&hall) && offered(&shah) && !offered(&price));
    let promised: Vec<_> = [HALL, "+447700900302", "+447700900303"]
        .into_iter()
        .filter(|number| is_promised(&town, number))
        .collect();
    assert_eq!(promised.len(), 1, "{}", timeline(&town));
    let late = |call: &&CallSid| !town.twilio.call(call).unwrap().status.is_final();
    let late = [&hall, &shah].into_iter().find(late).unwrap();
    assert!(heard(&town, late, "too many have asked"));
    assert_eq!(town.system.waiting(), 2, "{}", timeline(&town));
    // Who has been promised a call may ask again.
    let again = town.rings(0, wants_a_call(promised[0]))?;
    town.until("2026-05-01T09:03:00Z").await?;
    assert!(heard(&town, &again, "You keep your place, and we call you"));
    Ok(())
}

#[tokio::test]
async fn who_shows_a_forged_number_is_nobody_we_know() -> Outcome {
    let mut town = town_with(|_| {}).await?;
    let name = "Mrs Hall".to_owned();
    let class = "premium".to_owned();
    let customer = Customer { name, class };
    town.system.records().put(HALL, &customer).await?;
    // She has asked to be called back; somebody else shows her number.
    town.rings(0, wants_a_call(HALL))?;
    town.until("2026-05-01T09:00:40Z").await?;
    let since = town.system.records().get::<CallBack>(HALL).unwrap().since;
    for (verdict, forged) in [
        ("TN-Validation-Failed-A", true),
        ("TN-Validation-Failed", true),
        ("TN-Validation-Passed-A", false),
        ("No-TN-Validation", false),
    ] {
        let call = wants_a_call(HALL).parameter("StirVerstat", verdict);
        let call = town.rings(0, call.gives_up_after(seconds(50)))?;
        let now = town.twilio.now();
        town.twilio
            .run_until(now + chrono::TimeDelta::seconds(60))
            .await?;
        let record: Call = town.system.records().get(call.as_str()).unwrap();
        assert_eq!(record.forged, forged, "{verdict}");
        assert_eq!(heard(&town, &call, "Hello Mrs Hall"), !forged, "{verdict}");
        assert_eq!(heard(&town, &call, "Welcome back"), !forged, "{verdict}");
        assert_eq!(record.class.as_deref() == Some("premium"), !forged);
        assert_eq!(record.name.is_some(), !forged);
        let offered = heard(&town, &call, "To be called back");
        assert_eq!(offered, !forged, "{verdict}");
        let promise: CallBack = town.system.records().get(HALL).unwrap();
        assert_eq!(
            (&*promise.state, promise.since),
            ("waiting", since),
            "{verdict}"
        );
    }
    Ok(())
}

/// She has her place until she talks to somebody: who rings in again and does not wait is called nevertheless.
#[tokio::test]
async fn who_rings_in_again_and_hangs_up_before_an_answer_is_called_back() -> Outcome {
    let mut town = town_with(|_| {}).await?;
    town.rings(0, wants_a_call(HALL))?;
    town.until("2026-05-01T09:00:40Z").await?;
    let since = town.system.records().get::<CallBack>(HALL).unwrap().since;
    town.rings(0, caller("Mrs Hall", LINE, "2").gives_up_after(seconds(60)))?;
    town.until("2026-05-01T09:01:20Z").await?;
    let promise: CallBack = town.system.records().get(HALL).unwrap();
    assert_eq!(promise.state, "in line", "{}", timeline(&town));
    town.until("2026-05-01T09:02:10Z").await?;
    let promise: CallBack = town.system.records().get(HALL).unwrap();
    assert_eq!(
        (&*promise.state, promise.since, promise.attempts),
        ("waiting", since, 0),
        "{}",
        timeline(&town)
    );
    // Ann comes, and she is called, and talks.
    let takes = Script::new().hears("To be connected, press 1").presses("1");
    let takes = takes.gets_through().hangs_up_after(seconds(20));
    town.twilio
        .phone(HALL, Answers::after(seconds(4)).then(takes));
    town.works(0, 0, 900)?;
    town.until("2026-05-01T09:10:00Z").await?;
    let promise: CallBack = town.system.records().get(HALL).unwrap();
    assert_eq!(
        (&*promise.state, promise.attempts),
        ("done", 1),
        "{}",
        timeline(&town)
    );
    Ok(())
}

#[tokio::test]
async fn who_is_called_back_and_hangs_up_in_line_is_called_again_and_not_for_ever() -> Outcome {
    let mut town = town_with(|_| {}).await?;
    town.rings(0, wants_a_call(HALL))?;
    town.until("2026-05-01T09:00:40Z").await?;
    let impatient = Script::new().hears("To be connected, press 1").presses("1");
    let impatient = impatient.hangs_up_after(seconds(15));
    town.twilio
        .phone(HALL, Answers::after(seconds(4)).then(impatient));
    // Ann is ready, and never answers.
    town.system.presence(ANN, Presence::Ready).await?;
    town.until("2026-05-01T09:02:00Z").await?;
    let promise: CallBack = town.system.records().get(HALL).unwrap();
    assert_eq!(
        (&*promise.state, promise.attempts),
        ("waiting", 1),
        "{}",
        timeline(&town)
    );
    for minute in 3..40 {
        town.system.presence(ANN, Presence::Ready).await?;
        town.until(&format!("2026-05-01T09:{minute:02}:00Z"))
            .await?;
    }
    let promise: CallBack = town.system.records().get(HALL).unwrap();
    assert_eq!(
        (&*promise.state, promise.attempts),
        ("failed", 3),
        "{}",
        timeline(&town)
    );
    Ok(())
}

#[tokio::test]
async fn who_asks_to_be_called_back_has_not_given_up() -> Outcome {
    let mut town = town_with(|_| {}).await?;
    let call = town.rings(0, wants_a_call(HALL))?;
    town.until("2026-05-01T09:01:00Z").await?;
    let answer = read(&town, "metrics").await?;
    let abandoned = "phone_abandoned_total{class=\"regular\"} 0";
    let left = "phone_left_total{class=\"regular\"} 1";
    assert!(
        answer.contains(abandoned) && answer.contains(left),
        "{answer}"
    );
    assert!(joined_at(&town, &call).is_none());
    assert!(
        about(&town, "Mrs Hall")
            .iter()
            .any(|line| line.starts_with("is to be called back"))
    );
    Ok(())
}

async fn read(town: &Town, page: &str) -> Result<String, StageError> {
    use twilio_rest::HttpTransport as _;
    let request = axum::http::Request::get(format!("{}/{page}", town.url()));
    let answer = twilio_rest::ReqwestTransport::plain()?
        .send(request.body(Vec::new().into())?, 1 << 20)
        .await?;
    Ok(String::from_utf8(answer.into_body().into())?)
}

/// A promise that is due now.
fn due(number: &str) -> Result<CallBack, serde_json::Error> {
    serde_json::from_value(serde_json::json!({
        "number": number, "line": LINE, "class": "regular", "since": FRIDAY_TEN, "due": FRIDAY_TEN,
        "state": "waiting", "attempts": 0,
    }))
}

#[tokio::test]
async fn nobody_is_called_back_at_a_number_that_is_not_permitted_any_more() -> Outcome {
    let mut town = town_with(|_| {}).await?;
    town.system.presence(ANN, Presence::Ready).await?;
    let promise = due(ABROAD)?;
    town.system.records().put(ABROAD, &promise).await?;
    town.until("2026-05-01T09:02:00Z").await?;
    let promise: CallBack = town.system.records().get(ABROAD).unwrap();
    assert_eq!(promise.state, "failed", "{}", timeline(&town));
    assert!(promise.why.unwrap().contains("Allowed: +44."));
    assert!(town.twilio.calls().iter().all(|call| call.to != ABROAD));
    Ok(())
}

#[tokio::test]
async fn a_call_that_twilio_refuses_is_tried_three_times_and_no_more() -> Outcome {
    let mut town = town_with(|_| {}).await?;
    town.system.presence(ANN, Presence::Ready).await?;
    // From a line that is not this account's any more.
    let mut promise = due(HALL)?;
    promise.line = "+442079460999".to_owned();
    town.system.records().put(HALL, &promise).await?;
    town.until("2026-05-01T09:04:00Z").await?;
    let once: CallBack = town.system.records().get(HALL).unwrap();
    assert_eq!((&*once.state, once.attempts), ("waiting", 1));
    town.until("2026-05-01T09:40:00Z").await?;
    let promise: CallBack = town.system.records().get(HALL).unwrap();
    assert_eq!((&*promise.state, promise.attempts), ("failed", 3));
    assert!(promise.why.unwrap().contains("21"), "the code of Twilio's");
    let told = about(&town, HALL);
    assert_eq!(told.len(), 6, "{told:?}");
    Ok(())
}
