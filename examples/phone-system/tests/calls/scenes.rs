//! A test per scene, with everything in order.

use phone_system::morning::{
    LINE, PREMIUM_LINE, REP_LINE, REPS, Town, caller, play, takes_the_call, talks,
};
use twilio_simulator::{Answers, Caller, NumberConfig, Script};
use twilio_webhook::CallStatus;

use crate::seen::{about, heard, joined_at, rung, seconds};
use crate::{FRIDAY_TEN, Outcome};

#[tokio::test]
async fn premium_overtakes_regular() -> Outcome {
    let mut town = Town::at(FRIDAY_TEN).await?;
    let regular = town.rings(0, talks(caller("Mrs Hall", LINE, "2"), 60))?;
    let premium = town.rings(30, talks(caller("Mr Shah", PREMIUM_LINE, "1"), 45))?;
    town.works(75, 0, 600)?;
    town.twilio.run_until_idle().await?;

    let (first, second) = (
        joined_at(&town, &premium).unwrap(),
        joined_at(&town, &regular).unwrap(),
    );
    assert!(
        first < second,
        "premium at {first} s, regular at {second} s"
    );
    let ann = about(&town, "Ann");
    assert!(
        ann.contains(&"takes Mr Shah (premium before regular: head start 120 s)".to_owned()),
        "{ann:?}"
    );
    assert!(
        heard(&town, &regular, "You are next") && heard(&town, &premium, "Connecting you to Ann")
    );
    assert!(rung(&town).is_empty(), "nobody needed to be rung");
    Ok(())
}

#[tokio::test]
async fn a_head_start_is_no_more_than_that() -> Outcome {
    let mut town = Town::at(FRIDAY_TEN).await?;
    let regular = town.rings(0, talks(caller("Mrs Hall", LINE, "2"), 10))?;
    let premium = town.rings(125, talks(caller("Mr Shah", PREMIUM_LINE, "1"), 10))?;
    town.works(140, 0, 60)?;
    town.twilio.run_until_idle().await?;
    assert!(
        joined_at(&town, &regular) < joined_at(&town, &premium),
        "over 120 s earlier goes first"
    );
    Ok(())
}

#[tokio::test]
async fn a_premium_customer_is_premium_on_any_line() -> Outcome {
    let mut town = Town::at(FRIDAY_TEN).await?;
    town.rings(0, talks(caller("Mrs Hall", LINE, "2"), 10))?;
    town.rings(10, talks(caller("Mrs Lindt", LINE, "2"), 10))?;
    town.works(40, 0, 120)?;
    town.twilio.run_until_idle().await?;
    let taken = about(&town, "Ann")
        .into_iter()
        .find(|line| line.starts_with("takes "))
        .unwrap();
    assert!(taken.starts_with("takes Mrs Lindt"), "{taken}");
    Ok(())
}

#[tokio::test]
async fn a_call_is_answered_at_once_when_a_rep_is_on_the_line() -> Outcome {
    let mut town = Town::at(FRIDAY_TEN).await?;
    town.works(0, 0, 120)?;
    let call = town.rings(20, talks(caller("Miss Price", LINE, "2"), 30))?;
    town.twilio.run_until_idle().await?;
    let transcript = town.twilio.transcript();
    let left = transcript.requests_to("/left").next().unwrap();
    assert_eq!(left.parameter("QueueResult"), Some("bridged"));
    assert!(
        left.parameter("QueueTime").unwrap().parse::<u32>()? <= 3,
        "a rep on the line asks every 3 s"
    );
    assert_eq!(
        town.twilio.call(&call).unwrap().status,
        CallStatus::Completed
    );
    assert!(heard(&town, &call, "Connecting you to Ann"));
    Ok(())
}

#[tokio::test]
async fn a_rep_gets_caller_after_caller() -> Outcome {
    let mut town = Town::at(FRIDAY_TEN).await?;
    let calls = [
        town.rings(0, talks(caller("Mrs Hall", LINE, "2"), 20))?,
        town.rings(5, talks(caller("Mr Shah", LINE, "2"), 20))?,
        town.rings(10, talks(caller("Miss Price", LINE, "2"), 20))?,
    ];
    town.works(15, 0, 150)?;
    town.twilio.run_until_idle().await?;
    let joined: Vec<_> = calls
        .iter()
        .map(|call| joined_at(&town, call).unwrap())
        .collect();
    assert!(joined.is_sorted(), "first come, first served: {joined:?}");
    assert_eq!(
        about(&town, "Ann").last().unwrap(),
        "hangs up and takes no more calls"
    );
    Ok(())
}

#[tokio::test]
async fn hanging_up_while_waiting_leaves_no_trace_in_queue_or_escalation() -> Outcome {
    let mut town = Town::at(FRIDAY_TEN).await?;
    let call = town.rings(0, caller("Mr Okoro", LINE, "2").gives_up_after(seconds(70)))?;
    town.twilio.run_until_idle().await?;
    let transcript = town.twilio.transcript();
    let left = transcript.requests_to("/left").next().unwrap();
    assert_eq!(left.parameter("QueueResult"), Some("hangup"));
    assert!(heard(&town, &call, "You are next"));
    // Ten minutes later a rep dials in: nobody is offered, and no phone has rung.
    town.works(600, 0, 30)?;
    town.twilio.run_until_idle().await?;
    assert!(
        !about(&town, "Ann")
            .iter()
            .any(|line| line.starts_with("takes"))
    );
    assert!(rung(&town).is_empty());
    Ok(())
}

#[tokio::test]
async fn after_three_minutes_every_phone_rings_and_the_first_to_accept_wins() -> Outcome {
    let mut town = Town::at(FRIDAY_TEN).await?;
    let machine = Answers::after(seconds(2)).then(Script::new().says("Please leave a message."));
    town.phones([machine, takes_the_call(6), Answers::never()]);
    let call = town.rings(0, talks(caller("Mrs Lindt", LINE, "2"), 90))?;
    town.twilio.run_until_idle().await?;

    let transcript = town.twilio.transcript();
    let waited = transcript
        .requests_to("/left")
        .next()
        .unwrap()
        .parameter("QueueTime")
        .unwrap()
        .parse::<u32>()?;
    assert!((180..200).contains(&waited), "{waited} s");
    // All three were rung at three minutes sharp; Cat's phone was cancelled by REST, the machine ended by itself.
    let placed: Vec<_> = town
        .twilio
        .calls()
        .into_iter()
        .filter(|call| REPS.contains(&call.to.as_str()))
        .collect();
    assert_eq!(placed.len(), 3);
    assert!(
        placed
            .iter()
            .all(|call| call.started_at == placed[0].started_at)
    );
    let [ann, ben, cat] = [&placed[0], &placed[1], &placed[2]].map(|call| call.status.clone());
    assert_eq!(
        (ann, ben, cat),
        (
            CallStatus::Completed,
            CallStatus::Completed,
            CallStatus::Canceled
        )
    );
    assert_eq!(joined_at(&town, &call), joined_at(&town, &placed[1].sid));
    assert!(
        joined_at(&town, &placed[0].sid).is_none(),
        "an answering machine takes no call"
    );
    assert!(
        about(&town, "Cat").contains(&"is no longer offered Mrs Lindt (Ben was first)".to_owned())
    );
    Ok(())
}

#[tokio::test]
async fn who_presses_second_is_told_that_another_was_first() -> Outcome {
    let mut town = Town::at(FRIDAY_TEN).await?;
    town.phones([takes_the_call(5), takes_the_call(5), takes_the_call(5)]);
    let call = town.rings(0, talks(caller("Mrs Hall", LINE, "2"), 30))?;
    town.twilio.run_until_idle().await?;
    let legs: Vec<_> = town
        .twilio
        .calls()
        .into_iter()
        .filter(|call| REPS.contains(&call.to.as_str()))
        .collect();
    let joined = legs
        .iter()
        .filter(|leg| joined_at(&town, &leg.sid).is_some())
        .count();
    assert_eq!(joined, 1, "one caller, one rep");
    assert_eq!(
        legs.iter()
            .filter(|leg| leg.heard_text("Somebody else has taken this call"))
            .count(),
        2
    );
    assert!(joined_at(&town, &call).is_some());
    Ok(())
}

#[tokio::test]
async fn when_the_caller_hangs_up_all_phones_stop_ringing() -> Outcome {
    let mut town = Town::at(FRIDAY_TEN).await?;
    town.phones([Answers::never(), Answers::never(), Answers::never()]);
    town.rings(
        0,
        caller("Mrs Hall", LINE, "2").gives_up_after(seconds(195)),
    )?;
    town.twilio.run_until_idle().await?;
    let rung = rung(&town);
    assert_eq!(rung.len(), 3);
    assert!(
        rung.iter()
            .all(|(_, status)| *status == CallStatus::Canceled),
        "{rung:?}"
    );
    Ok(())
}

#[tokio::test]
async fn a_restart_loses_neither_the_place_nor_the_three_minutes() -> Outcome {
    let directory = tempfile::tempdir()?;
    let file = directory.path().join("phone.sqlite3");
    let mut town = Town::in_file(file, FRIDAY_TEN).await?;
    town.phones([takes_the_call(4), Answers::never(), Answers::never()]);
    let call = town.rings(0, talks(caller("Mrs Hall", LINE, "2"), 30))?;
    town.until("2026-05-01T09:02:30Z").await?;
    town.restart().await?;
    town.twilio.run_until_idle().await?;
    let joined = joined_at(&town, &call).unwrap();
    assert!(
        (184..215).contains(&joined),
        "overdue at 184 s, Twilio asks every 20 s: {joined} s"
    );
    Ok(())
}

#[tokio::test]
async fn a_restart_just_before_three_minutes_delays_the_ringing_by_one_announcement_at_most()
-> Outcome {
    let mut town = Town::at(FRIDAY_TEN).await?;
    town.phones([takes_the_call(4), Answers::never(), Answers::never()]);
    let call = town.rings(0, talks(caller("Mrs Hall", LINE, "2"), 30))?;
    town.until("2026-05-01T09:03:03Z").await?;
    town.restart().await?;
    town.twilio.run_until_idle().await?;
    let joined = joined_at(&town, &call).unwrap();
    assert!((190..225).contains(&joined), "{joined} s");
    Ok(())
}

#[tokio::test]
async fn out_of_hours_the_caller_hears_when_we_open_next() -> Outcome {
    let mut town = Town::at("2026-05-01T07:40:00Z").await?;
    let call = town.rings(0, Caller::from("+447700900306").to(LINE))?;
    town.twilio.run_until_idle().await?;
    assert!(
        heard(&town, &call, "We open again today at 9 AM"),
        "{:?}",
        town.twilio.call(&call)
    );
    assert_eq!(town.twilio.transcript().requests_to("/menu").count(), 0);
    Ok(())
}

#[tokio::test]
async fn on_a_bank_holiday_the_caller_hears_which_one_until_an_override_opens_the_line() -> Outcome
{
    use business_hours::{Override, OverrideId, When};
    let mut town = Town::at("2026-05-04T09:00:00Z").await?;
    let closed = town.rings(0, Caller::from("+447700900308").to(LINE))?;
    town.twilio.run_until_idle().await?;
    assert!(
        heard(&town, &closed, "closed for Early May bank holiday"),
        "{:?}",
        town.twilio.call(&closed)
    );

    let today = When::between(
        "2026-05-04T09:00:00Z".parse()?,
        "2026-05-04T12:00:00Z".parse()?,
    )?;
    let cover = Override::open(OverrideId::new("cover")?, today).because("bank holiday cover");
    town.system.override_hours(cover).await?;
    town.works(60, 0, 120)?;
    let open = town.rings(70, talks(caller("Mr Later", LINE, "1"), 30))?;
    town.twilio.run_until_idle().await?;
    assert!(heard(&town, &open, "press 1") && heard(&town, &open, "Connecting you to Ann"));
    assert!(about(&town, "Mr Later")[0].contains("bank holiday cover"));
    Ok(())
}

#[tokio::test]
async fn when_twilio_cannot_reach_us_the_fallback_speaks_an_apology() -> Outcome {
    let mut town = Town::at(FRIDAY_TEN).await?;
    let broken = NumberConfig::new(format!("{}/no-such-page", town.url()))
        .fallback_url(format!("{}/fallback", town.url()));
    town.twilio.number("+442079460111", broken)?;
    let call = town.rings(0, Caller::from("+447700900301").to("+442079460111"))?;
    town.twilio.run_until_idle().await?;
    assert!(heard(&town, &call, "We are sorry"));
    assert!(
        about(&town, "Mrs Hall")[0].contains("11200"),
        "{:?}",
        about(&town, "Mrs Hall")
    );
    Ok(())
}

#[tokio::test]
async fn a_phone_that_is_no_reps_is_turned_away_from_the_reps_line() -> Outcome {
    let mut town = Town::at(FRIDAY_TEN).await?;
    let call = town.rings(0, Caller::from("+447700900301").to(REP_LINE))?;
    town.twilio.run_until_idle().await?;
    assert!(heard(&town, &call, "not registered"));
    Ok(())
}

#[tokio::test]
async fn two_reps_at_once_get_two_callers_and_never_the_same() -> Outcome {
    let mut town = Town::at(FRIDAY_TEN).await?;
    let calls = [
        town.rings(0, talks(caller("Mrs Hall", LINE, "2"), 40))?,
        town.rings(0, talks(caller("Miss Price", LINE, "2"), 40))?,
    ];
    town.works(30, 0, 60)?;
    town.works(30, 1, 60)?;
    town.twilio.run_until_idle().await?;
    assert!(
        calls
            .iter()
            .all(|call| joined_at(&town, call).is_some_and(|at| at <= 31)),
        "both at once"
    );
    let takes = |rep| {
        about(&town, rep)
            .into_iter()
            .filter(|line| line.starts_with("takes"))
            .collect::<Vec<_>>()
    };
    assert_eq!((takes("Ann").len(), takes("Ben").len()), (1, 1));
    assert_ne!(takes("Ann"), takes("Ben"));
    Ok(())
}

#[tokio::test]
async fn the_whole_morning_is_the_same_each_time() -> Outcome {
    let (first, second) = (play().await?, play().await?);
    let zone = chrono_tz::Tz::Europe__London;
    assert_eq!(first.journal.timeline(zone), second.journal.timeline(zone));
    assert_eq!(
        first.journal.timeline(zone),
        include_str!("../data/morning.txt"),
        "if the change is meant: cargo run -p phone-system > examples/phone-system/tests/data/morning.txt"
    );
    Ok(())
}

#[tokio::test]
async fn when_nobody_answers_every_phone_rings_again_until_somebody_does() -> Outcome {
    let mut town = Town::at(FRIDAY_TEN).await?;
    town.phones([Answers::never(), Answers::busy(), Answers::fails()]);
    let call = town.rings(
        0,
        talks(caller("Mrs Hall", LINE, "2"), 30).gives_up_after(seconds(1800)),
    )?;
    town.until("2026-05-01T09:20:00Z").await?;
    let rounds = rung(&town)
        .into_iter()
        .filter(|(phone, _)| phone == REPS[0])
        .count();
    assert!(rounds >= 12, "17 minutes, a round every 75 s: {rounds}");
    assert_eq!(rung(&town)[1].1, CallStatus::Busy);
    town.phones([takes_the_call(5), Answers::busy(), Answers::fails()]);
    town.until("2026-05-01T09:30:00Z").await?;
    assert!(
        joined_at(&town, &call).is_some_and(|at| at < 1300),
        "{:?}",
        joined_at(&town, &call)
    );
    Ok(())
}
