//! Callers who are not served at once: out of hours, called back, and what can go wrong with each. And who they are: the
//! table of customers, and a directory that is slow, wrong or dead.

use phone_system::directory::FakeDirectory;
use phone_system::morning::{LINE, StageError, Town, caller, talks};
use phone_system::records::{Call, CallBack, Customer, LookUp, Voicemail};
use phone_system::{Presence, Service};
use queue_dispatch::AgentId;
use twilio_simulator::{Answers, CallSid, Caller, Script};

use crate::seen::{about, heard, joined_at, post_signed, seconds, timeline};
use crate::{FRIDAY_TEN, Outcome};

/// Friday, 1 May 2026, 08:00 in London: an hour before opening.
const FRIDAY_EIGHT: &str = "2026-05-01T07:00:00Z";
const HALL: &str = "+447700900301";
const ANN: AgentId = AgentId::new(1);

async fn until(town: &mut Town, instant: &str) -> Outcome {
    town.until(instant).await
}

fn promise(town: &Town, number: &str) -> CallBack {
    town.system.records().get(number).unwrap()
}

/// Mrs Hall rings out of hours and presses this key.
fn rings_early(town: &mut Town, from: &str, key: &str) -> Result<CallSid, StageError> {
    town.rings(0, Caller::from(from).to(LINE).hears("press 1").presses(key))
}

/// Somebody who answers the call that was promised, and wants to be connected.
fn wants_it(after: u64) -> Answers {
    Answers::after(seconds(after)).then(
        Script::new()
            .hears("To be connected, press 1")
            .presses("1")
            .gets_through()
            .hangs_up_after(seconds(20)),
    )
}

#[tokio::test]
async fn a_message_is_recorded_once_whatever_is_lost_or_repeated() -> Outcome {
    for (lost, hangs_up) in [
        (None, false),
        (None, true),
        (Some("/recorded"), false),
        (Some("/voicemail"), false),
        (Some("/voicemail"), true),
    ] {
        let mut town = Town::at(FRIDAY_EIGHT).await?;
        let mrs_hall = Caller::from(HALL)
            .to(LINE)
            .hears("press 1")
            .presses("1")
            .hears("after the tone")
            .speaks_for(seconds(12));
        let call = town.rings(
            0,
            match hangs_up {
                true => mrs_hall.hangs_up(),
                false => mrs_hall.presses("#"),
            },
        )?;
        if let Some(page) = lost {
            town.breaks(page);
        }
        until(&mut town, "2026-05-01T07:30:00Z").await?;
        let messages = town.system.records().all::<Voicemail>();
        assert_eq!(
            messages.len(),
            1,
            "{lost:?} {hangs_up}: {}",
            timeline(&town)
        );
        let message = &messages[0].1;
        assert_eq!(
            (message.call.as_str(), message.from.as_str()),
            (call.as_str(), HALL)
        );
        assert!(
            message
                .seconds
                .is_some_and(|length| (6..=13).contains(&length)),
            "{message:?}"
        );
        if lost.is_none() && !hangs_up {
            assert!(heard(&town, &call, "We shall listen to your message"));
        }
        town.mends();
        // Said once more, it is the same message, and stays heard.
        let url = &message.url;
        let again = format!(
            "AccountSid=AC0123456789abcdef0123456789abcdef&CallSid={call}&RecordingSid={}&RecordingUrl={url}&RecordingStatus=completed&RecordingDuration=12",
            messages[0].0
        );
        let (status, _) = post_signed(&town, "voicemail", &again).await?;
        assert_eq!(status, 204);
        assert_eq!(town.system.records().all::<Voicemail>().len(), 1);
        assert_eq!(
            about(&town, "Mrs Hall")
                .iter()
                .filter(|line| line.starts_with("has left"))
                .count(),
            1
        );
    }
    Ok(())
}

#[tokio::test]
async fn a_full_mailbox_is_said_to_be_full_and_a_call_back_is_offered_instead() -> Outcome {
    let mut service = Service::default();
    service.voicemails = 1;
    let mut town = Town::serving(FRIDAY_EIGHT, service).await?;
    let leaves = |from| {
        let message = Caller::from(from).to(LINE).hears("press 1").presses("1");
        let message = message.hears("after the tone").speaks_for(seconds(12));
        message.presses("#")
    };
    town.rings(0, leaves(HALL))?;
    until(&mut town, "2026-05-01T07:05:00Z").await?;
    let late = Caller::from("+447700900302").to(LINE);
    let late = late.hears("Our mailbox is full").presses("1");
    let late = town.rings(0, late.hears("press 2").presses("2"))?;
    let shy = town.rings(0, Caller::from("anonymous").to(LINE))?;
    until(&mut town, "2026-05-01T07:10:00Z").await?;
    assert!(!heard(&town, &late, "leave a message"));
    assert_eq!(promise(&town, "+447700900302").state, "waiting");
    assert!(heard(&town, &shy, "mailbox is full") && heard(&town, &shy, "Goodbye"));
    let messages = town.system.records().all::<Voicemail>();
    assert_eq!(messages.len(), 1, "{}", timeline(&town));
    // Once somebody has heard it, there is room.
    let (key, mut message) = messages[0].clone();
    message.heard_by = Some("Ann".to_owned());
    town.system.records().put(&key, &message).await?;
    town.rings(0, leaves("+447700900303"))?;
    until(&mut town, "2026-05-01T07:20:00Z").await?;
    assert_eq!(town.system.records().all::<Voicemail>().len(), 2);
    Ok(())
}

#[tokio::test]
async fn a_caller_who_says_nothing_or_hangs_up_leaves_no_message() -> Outcome {
    for patience in [2, 8, 13, 17, 20, 30] {
        let mut town = Town::at(FRIDAY_EIGHT).await?;
        let silent = Caller::from(HALL).to(LINE).hears("press 1").presses("1");
        town.rings(0, silent.gives_up_after(seconds(patience)))?;
        until(&mut town, "2026-05-01T07:30:00Z").await?;
        let messages = town.system.records().all::<Voicemail>();
        assert!(
            messages
                .iter()
                .all(|(_, message)| message.seconds != Some(0)),
            "{patience}: {messages:?}"
        );
    }
    Ok(())
}

#[tokio::test]
async fn who_asks_out_of_hours_is_called_when_we_open_and_served_first() -> Outcome {
    let mut town = Town::at(FRIDAY_EIGHT).await?;
    let asked = rings_early(&mut town, HALL, "2")?;
    until(&mut town, "2026-05-01T07:30:00Z").await?;
    assert!(heard(
        &town,
        &asked,
        "call you back on this number when we open"
    ));
    assert_eq!(
        promise(&town, HALL).due.to_rfc3339(),
        "2026-05-01T08:00:00+00:00"
    );
    town.twilio.phone(HALL, wants_it(4));
    town.works(1800, 0, 900)?;
    until(&mut town, "2026-05-01T08:10:00Z").await?;
    let kept = promise(&town, HALL);
    assert_eq!(
        (kept.state.as_str(), kept.attempts),
        ("done", 1),
        "{}",
        timeline(&town)
    );
    let called: CallSid = kept.call.unwrap().parse()?;
    assert!(
        heard(&town, &called, "Connecting you to Ann"),
        "{}",
        timeline(&town)
    );
    let record: Call = town.system.records().get(called.as_str()).unwrap();
    assert_eq!((record.from.as_str(), record.to.as_str()), (HALL, LINE));
    Ok(())
}

#[tokio::test]
async fn who_withholds_the_number_is_not_offered_a_call() -> Outcome {
    let mut town = Town::at(FRIDAY_EIGHT).await?;
    let call = rings_early(&mut town, "anonymous", "2")?;
    until(&mut town, "2026-05-01T07:30:00Z").await?;
    assert!(!heard(&town, &call, "To be called back"));
    assert!(heard(&town, &call, "we cannot see your number"));
    assert!(town.system.records().all::<CallBack>().is_empty());
    // Nor in line: a key there changes nothing.
    let mut town = Town::at(FRIDAY_TEN).await?;
    let shy = Caller::from("anonymous")
        .to(LINE)
        .hears("press 2")
        .presses("2");
    let call = town.rings(
        0,
        shy.hears("You are next")
            .presses("1")
            .gives_up_after(seconds(60)),
    )?;
    until(&mut town, "2026-05-01T09:00:50Z").await?;
    assert!(!heard(&town, &call, "To be called back"));
    assert_eq!(town.system.waiting(), 1, "{}", timeline(&town));
    Ok(())
}

/// Mrs Hall waits, and asks to be called back after ten seconds or so.
async fn asked_to_be_called() -> Result<(Town, CallSid), StageError> {
    let mut town = Town::at(FRIDAY_TEN).await?;
    town.phones([Answers::never(), Answers::never(), Answers::never()]);
    let call = town.rings(
        0,
        caller("Mrs Hall", LINE, "2")
            .hears("keep your place, press 1")
            .presses("1"),
    )?;
    town.until("2026-05-01T09:00:40Z").await?;
    Ok((town, call))
}

#[tokio::test]
async fn who_waits_may_be_called_back_and_keeps_the_place() -> Outcome {
    let (mut town, call) = asked_to_be_called().await?;
    assert!(
        heard(&town, &call, "You keep your place"),
        "{}",
        timeline(&town)
    );
    assert_eq!(town.system.waiting(), 0);
    let record: Call = town.system.records().get(call.as_str()).unwrap();
    assert_eq!(record.outcome.as_deref(), Some("call back"));
    // Two ring later and wait; Ann comes, and Mrs Hall is called before she has served both.
    town.twilio.phone(HALL, wants_it(4));
    let shah = town.rings(20, talks(caller("Mr Shah", LINE, "2"), 60))?;
    let price = town.rings(25, talks(caller("Miss Price", LINE, "2"), 60))?;
    town.works(60, 0, 900)?;
    until(&mut town, "2026-05-01T09:10:00Z").await?;
    let kept = promise(&town, HALL);
    assert_eq!(kept.state, "done", "{}", timeline(&town));
    let called: CallSid = kept.call.unwrap().parse()?;
    let (hall, price) = (
        joined_at(&town, &called).unwrap(),
        joined_at(&town, &price).unwrap(),
    );
    assert!(
        joined_at(&town, &shah).is_some() && hall < price,
        "{hall} {price}: {}",
        timeline(&town)
    );
    Ok(())
}

#[tokio::test]
async fn who_does_not_answer_is_called_three_times() -> Outcome {
    let machine = || Answers::after(seconds(2)).then(Script::new().says("Please leave a message."));
    for phone in [
        Answers::never as fn() -> Answers,
        Answers::busy,
        Answers::fails,
        machine,
    ] {
        let (mut town, _) = asked_to_be_called().await?;
        town.twilio.phone(HALL, phone());
        town.works(10, 0, 7200)?;
        until(&mut town, "2026-05-01T10:00:00Z").await?;
        let kept = promise(&town, HALL);
        assert_eq!(
            (kept.state.as_str(), kept.attempts),
            ("failed", 3),
            "{}",
            timeline(&town)
        );
        assert!(kept.why.is_some());
        let calls = town
            .twilio
            .calls()
            .into_iter()
            .filter(|call| call.to == HALL)
            .count();
        assert_eq!(calls, 3);
    }
    Ok(())
}

#[tokio::test]
async fn who_rings_in_again_has_the_place_and_is_not_called() -> Outcome {
    let (mut town, _) = asked_to_be_called().await?;
    let shah = town.rings(10, talks(caller("Mr Shah", LINE, "2"), 30))?;
    let again = town.rings(60, talks(caller("Mrs Hall", LINE, "2"), 30))?;
    town.works(90, 0, 900)?;
    until(&mut town, "2026-05-01T09:20:00Z").await?;
    assert!(heard(&town, &again, "We have kept your place"));
    assert!(
        joined_at(&town, &again) < joined_at(&town, &shah),
        "{}",
        timeline(&town)
    );
    assert_eq!(promise(&town, HALL).state, "done");
    assert!(town.twilio.calls().into_iter().all(|call| call.to != HALL));
    Ok(())
}

/// The server dies over the answer that puts her in line: Twilio asks the fallback URL, and she presses once more.
#[tokio::test]
async fn a_place_that_was_kept_outlives_a_lost_answer() -> Outcome {
    let (town, _) = asked_to_be_called().await?;
    let since = format!("since={}", promise(&town, HALL).since.timestamp());
    let leg = |sid: u8| {
        format!(
            "CallSid=CA{sid:032x}&CallStatus=in-progress&From=%2B447700900301&To=%2B442079460100"
        )
    };
    let menu = async |sid| post_signed(&town, "menu", &format!("{}&Digits=2", leg(sid))).await;
    for _ in 0..2 {
        let (_, answer) = menu(7).await?;
        assert!(answer.contains(&since), "{answer}");
    }
    let lost = format!("{}&ErrorCode=11200&ErrorUrl=http://a/back-key?id=1", leg(7));
    let (_, answer) = post_signed(&town, "fallback", &lost).await?;
    assert!(answer.contains(&since), "{answer}");
    // The place is taken: another call of hers waits from now on.
    let (_, answer) = menu(8).await?;
    assert!(!answer.contains(&since), "{answer}");
    Ok(())
}

#[tokio::test]
async fn a_line_that_closes_meanwhile_calls_when_it_opens_again() -> Outcome {
    let mut town = Town::at("2026-05-01T16:25:00Z").await?;
    town.phones([Answers::never(), Answers::never(), Answers::never()]);
    town.rings(
        0,
        caller("Mrs Hall", LINE, "2")
            .hears("keep your place, press 1")
            .presses("1"),
    )?;
    until(&mut town, "2026-05-01T16:40:00Z").await?;
    town.twilio.phone(HALL, wants_it(4));
    town.works(0, 0, 900)?;
    until(&mut town, "2026-05-01T17:00:00Z").await?;
    let kept = promise(&town, HALL);
    assert_eq!(kept.state, "waiting", "{}", timeline(&town));
    // Monday is a bank holiday.
    assert_eq!(kept.due.to_rfc3339(), "2026-05-05T08:00:00+00:00");
    assert_eq!(kept.why.as_deref(), Some("the line has closed"));
    Ok(())
}

#[tokio::test]
async fn an_error_of_twilios_delays_the_call_and_costs_no_attempt() -> Outcome {
    let (mut town, _) = asked_to_be_called().await?;
    town.twilio.phone(HALL, wants_it(4));
    town.api_answers(429);
    town.works(0, 0, 1800)?;
    until(&mut town, "2026-05-01T09:05:00Z").await?;
    assert_eq!(promise(&town, HALL).attempts, 0, "{}", timeline(&town));
    town.mends();
    until(&mut town, "2026-05-01T09:10:00Z").await?;
    let kept = promise(&town, HALL);
    assert_eq!(
        (kept.state.as_str(), kept.attempts),
        ("done", 1),
        "{}",
        timeline(&town)
    );
    Ok(())
}

#[tokio::test]
async fn a_promise_outlives_a_restart_and_is_kept_once() -> Outcome {
    let (mut town, _) = asked_to_be_called().await?;
    town.twilio.phone(HALL, wants_it(15));
    town.restart().await?;
    town.works(30, 0, 1800)?;
    // In the middle of the ringing.
    until(&mut town, "2026-05-01T09:01:20Z").await?;
    town.restart().await?;
    until(&mut town, "2026-05-01T09:10:00Z").await?;
    assert_eq!(promise(&town, HALL).state, "done", "{}", timeline(&town));
    let calls = town
        .twilio
        .calls()
        .into_iter()
        .filter(|call| call.to == HALL)
        .count();
    assert_eq!(calls, 1);
    Ok(())
}

#[tokio::test]
async fn nobody_is_called_while_nobody_serves() -> Outcome {
    let (mut town, _) = asked_to_be_called().await?;
    until(&mut town, "2026-05-01T09:30:00Z").await?;
    assert_eq!(promise(&town, HALL).attempts, 0);
    town.twilio.phone(HALL, wants_it(4));
    town.system.presence(ANN, Presence::Ready).await?;
    until(&mut town, "2026-05-01T09:31:00Z").await?;
    assert_eq!(promise(&town, HALL).attempts, 1, "{}", timeline(&town));
    Ok(())
}

#[tokio::test]
async fn a_caller_hears_an_estimate_that_does_not_grow() -> Outcome {
    let mut town = Town::at(FRIDAY_TEN).await?;
    town.works(0, 0, 1800)?;
    town.rings(5, talks(caller("Mrs Hall", LINE, "2"), 300))?;
    let shah = town.rings(
        30,
        talks(caller("Mr Shah", LINE, "2"), 30).gives_up_after(seconds(900)),
    )?;
    until(&mut town, "2026-05-01T09:04:00Z").await?;
    assert!(heard(&town, &shah, "You are next"));
    assert!(
        heard(&town, &shah, "minute"),
        "{:?}",
        town.twilio.call(&shah)
    );
    Ok(())
}

#[tokio::test]
async fn a_customer_is_greeted_by_name_and_premium_by_the_table() -> Outcome {
    let mut town = Town::at(FRIDAY_TEN).await?;
    let name = "Mrs <Hall> & Daughters\u{7}".to_owned();
    let customer = Customer {
        name,
        class: "premium".to_owned(),
    };
    town.system.records().put(HALL, &customer).await?;
    let call = town.rings(0, caller("Mrs Hall", LINE, "2").gives_up_after(seconds(60)))?;
    let other = town.rings(0, caller("Mr Shah", LINE, "2").gives_up_after(seconds(60)))?;
    until(&mut town, "2026-05-01T09:02:00Z").await?;
    assert!(
        heard(&town, &call, "Hello Mrs <Hall> & Daughters. Thank you"),
        "{:?}",
        town.twilio.call(&call)
    );
    assert!(heard(&town, &other, "Thank you for calling") && !heard(&town, &other, "Hello"));
    let waits = about(&town, "Mrs Hall");
    assert!(
        waits
            .iter()
            .any(|line| line.contains("premium customer's number")),
        "{waits:?}"
    );
    Ok(())
}

/// What the look-up of a call came to.
async fn looked_up(town: &Town, call: &CallSid) -> LookUp {
    let mut changes = town.system.records().subscribe();
    loop {
        let record: Option<Call> = town.system.records().get(call.as_str());
        match record.map(|record| record.look_up) {
            None | Some(LookUp::None | LookUp::UnderWay { .. }) => {}
            Some(state) => return state,
        }
        if changes.changed().await.is_err() {
            return LookUp::None;
        }
    }
}

#[tokio::test]
async fn a_caller_is_looked_up_beside_the_call_also_once_more() -> Outcome {
    let mut town = Town::at(FRIDAY_TEN).await?;
    town.looks_up_in(FakeDirectory::new().knows(
        HALL,
        br#"{"name":"Mrs Hall","company":"Hall & Sons","open_tickets":2}"#,
    ));
    let call = town.rings(
        0,
        caller("Mrs Hall", LINE, "2").gives_up_after(seconds(600)),
    )?;
    until(&mut town, "2026-05-01T09:00:30Z").await?;
    let found = looked_up(&town, &call).await;
    assert!(
        matches!(&found, LookUp::Found { profile } if profile.facts.len() == 1),
        "{found:?}"
    );
    // The directory forgets her, and an agent asks again.
    town.looks_up_in(FakeDirectory::new());
    town.system.look_up(call.as_str().parse()?).await?;
    for _ in 0..1000 {
        if matches!(looked_up(&town, &call).await, LookUp::Unknown) {
            return Ok(());
        }
        tokio::task::yield_now().await;
    }
    panic!("still {:?}", looked_up(&town, &call).await);
}

#[tokio::test]
async fn a_directory_that_never_answers_delays_no_page() -> Outcome {
    let mut town = Town::at(FRIDAY_TEN).await?;
    town.looks_up_in(FakeDirectory::new().takes(seconds(3600)));
    town.works(0, 0, 600)?;
    let call = town.rings(10, talks(caller("Mrs Hall", LINE, "2"), 30))?;
    until(&mut town, "2026-05-01T09:05:00Z").await?;
    assert!(joined_at(&town, &call).is_some(), "{}", timeline(&town));
    let record: Call = town.system.records().get(call.as_str()).unwrap();
    assert!(
        matches!(record.look_up, LookUp::UnderWay { attempt: 1, .. }),
        "{record:?}"
    );
    Ok(())
}

#[tokio::test]
async fn the_music_is_ours_and_everybody_may_fetch_it() -> Outcome {
    use twilio_rest::HttpTransport as _;
    let town = Town::at(FRIDAY_TEN).await?;
    let request =
        axum::http::Request::get(format!("{}/music.wav", town.url())).body(Vec::new().into())?;
    let answer = twilio_rest::ReqwestTransport::plain()?
        .send(request, 1 << 20)
        .await?;
    assert_eq!(answer.status(), 200);
    assert_eq!(answer.headers()["content-type"], "audio/wav");
    assert!(answer.body().starts_with(b"RIFF"));
    Ok(())
}
