//! When every phone has rung in vain: people on call are told, one after the other, until somebody takes charge or nobody
//! waits any more.

use phone_system::morning::{LINE, StageError, Town, caller, takes_the_call, talks};
use phone_system::records::Escalation;
use phone_system::{OnCall, OnCallPerson, Service};
use twilio_simulator::{Answers, CallSid, Script};

use crate::seen::{about, heard, joined_at, seconds, timeline};
use crate::{FRIDAY_TEN, Outcome};

const DORA: &str = "+447700900401";
const EVE: &str = "+447700900402";

async fn town(instant: &str) -> Result<Town, StageError> {
    let person =
        |name: &str, phone: &str, email: Option<&str>| -> Result<OnCallPerson, StageError> {
            Ok(OnCallPerson {
                name: name.to_owned(),
                phone: Some(phone.parse()?),
                email: email.map(str::to_owned),
            })
        };
    let mut on_call = OnCall::default();
    on_call.people = vec![
        person("Dora", DORA, Some("dora@example.com"))?,
        person("Eve", EVE, None)?,
    ];
    on_call.rounds = 2;
    let mut service = Service::default();
    service.on_call = on_call;
    let mut town = Town::serving(instant, service).await?;
    town.phones([Answers::never(), Answers::never(), Answers::never()]);
    town.twilio.phone(DORA, Answers::never());
    town.twilio.phone(EVE, Answers::never());
    Ok(town)
}

fn mrs_hall(town: &mut Town, patience: u64) -> Result<CallSid, StageError> {
    town.rings(
        0,
        talks(caller("Mrs Hall", LINE, "2"), 30).gives_up_after(seconds(patience)),
    )
}

/// Somebody who answers and takes charge.
fn takes_charge() -> Answers {
    Answers::after(seconds(3)).then(Script::new().hears("To take charge, press 1").presses("1"))
}

/// How often a number was called.
fn called(town: &Town, number: &str) -> usize {
    town.twilio
        .calls()
        .into_iter()
        .filter(|call| call.to == number)
        .count()
}

fn texted(town: &Town, number: &str) -> usize {
    town.twilio
        .messages()
        .into_iter()
        .filter(|message| message.to == number)
        .count()
}

#[tokio::test]
async fn nobody_is_told_before_the_phones_have_rung_in_vain_and_then_one_after_the_other() -> Outcome
{
    let mut town = town(FRIDAY_TEN).await?;
    mrs_hall(&mut town, 3600)?;
    town.until("2026-05-01T09:05:00Z").await?;
    assert_eq!((called(&town, DORA), texted(&town, DORA)), (0, 0));
    town.until("2026-05-01T09:05:30Z").await?;
    assert_eq!(
        (called(&town, DORA), texted(&town, DORA)),
        (1, 1),
        "{}",
        timeline(&town)
    );
    assert_eq!(town.letters(), ["dora@example.com"]);
    assert_eq!(called(&town, EVE), 0);
    town.until("2026-05-01T09:08:30Z").await?;
    assert_eq!((called(&town, EVE), texted(&town, EVE)), (1, 1));
    // The second round, and no third.
    town.until("2026-05-01T09:40:00Z").await?;
    assert_eq!(
        (called(&town, DORA), called(&town, EVE)),
        (2, 2),
        "{}",
        timeline(&town)
    );
    let open: Escalation = town.system.records().get("on-call").unwrap();
    assert!(open.by.is_none() && open.history.len() >= 10, "{open:?}");
    Ok(())
}

#[tokio::test]
async fn a_page_that_fails_somebody_on_call_is_asked_for_again() -> Outcome {
    let mut town = town(FRIDAY_TEN).await?;
    town.twilio.phone(DORA, takes_charge());
    mrs_hall(&mut town, 3600)?;
    town.breaks("/on-call");
    town.until("2026-05-01T09:05:10Z").await?;
    town.mends();
    town.until("2026-05-01T09:06:00Z").await?;
    let open: Escalation = town.system.records().get("on-call").unwrap();
    assert_eq!(open.by.as_deref(), Some("Dora"), "{}", timeline(&town));
    assert_eq!(called(&town, DORA), 1);
    Ok(())
}

#[tokio::test]
async fn whoever_takes_charge_by_a_key_is_the_last_to_be_told() -> Outcome {
    let mut town = town(FRIDAY_TEN).await?;
    town.twilio.phone(DORA, takes_charge());
    let call = mrs_hall(&mut town, 3600)?;
    town.until("2026-05-01T09:30:00Z").await?;
    assert_eq!(
        (called(&town, DORA), called(&town, EVE)),
        (1, 0),
        "{}",
        timeline(&town)
    );
    let open: Escalation = town.system.records().get("on-call").unwrap();
    assert_eq!(open.by.as_deref(), Some("Dora"));
    // The phones ring on meanwhile. Once somebody is there, it is over, and a new one may begin.
    town.phones([takes_the_call(4), Answers::never(), Answers::never()]);
    town.until("2026-05-01T09:40:00Z").await?;
    assert!(joined_at(&town, &call).is_some(), "{}", timeline(&town));
    assert!(town.system.records().get::<Escalation>("on-call").is_none());
    town.phones([Answers::never(), Answers::never(), Answers::never()]);
    town.rings(0, caller("Mr Shah", LINE, "2").gives_up_after(seconds(900)))?;
    town.until("2026-05-01T09:46:00Z").await?;
    assert_eq!(called(&town, DORA), 2, "{}", timeline(&town));
    Ok(())
}

#[tokio::test]
async fn whoever_takes_charge_on_the_console_stops_the_ringing() -> Outcome {
    let mut town = town(FRIDAY_TEN).await?;
    mrs_hall(&mut town, 3600)?;
    town.until("2026-05-01T09:05:10Z").await?;
    assert_eq!(called(&town, DORA), 1);
    town.system.acknowledge("on-call", "Sue").await?;
    let late = town.system.acknowledge("on-call", "Ann").await.unwrap_err();
    assert_eq!(late.code(), "offer-over");
    assert!(town.system.acknowledge("CA1", "Ann").await.is_err());
    town.until("2026-05-01T09:30:00Z").await?;
    let dora = town
        .twilio
        .calls()
        .into_iter()
        .find(|call| call.to == DORA)
        .unwrap();
    assert_eq!(dora.status.as_str(), "canceled", "{}", timeline(&town));
    assert_eq!(called(&town, EVE), 0);
    assert!(about(&town, "Sue")[0].starts_with("takes charge"));
    Ok(())
}

#[tokio::test]
async fn a_caller_who_is_served_or_gives_up_ends_it() -> Outcome {
    let mut town = town(FRIDAY_TEN).await?;
    let call = mrs_hall(&mut town, 310)?;
    town.until("2026-05-01T09:05:08Z").await?;
    assert_eq!(called(&town, DORA), 1);
    town.until("2026-05-01T09:30:00Z").await?;
    assert_eq!(
        (called(&town, DORA), called(&town, EVE)),
        (1, 0),
        "{}",
        timeline(&town)
    );
    let dora = town
        .twilio
        .calls()
        .into_iter()
        .find(|call| call.to == DORA)
        .unwrap();
    assert_eq!(dora.status.as_str(), "canceled");
    assert!(town.twilio.call(&call).unwrap().status.is_final());
    Ok(())
}

#[tokio::test]
async fn many_who_wait_are_one_escalation() -> Outcome {
    let mut town = town(FRIDAY_TEN).await?;
    for (at, name) in [
        (0, "Mrs Hall"),
        (20, "Mr Shah"),
        (40, "Miss Price"),
        (60, "Mr Okoro"),
    ] {
        town.rings(at, caller(name, LINE, "2").gives_up_after(seconds(480)))?;
    }
    town.until("2026-05-01T09:07:00Z").await?;
    assert_eq!(
        (called(&town, DORA), texted(&town, DORA)),
        (1, 1),
        "{}",
        timeline(&town)
    );
    Ok(())
}

#[tokio::test]
async fn a_machine_takes_no_charge_and_a_restart_tells_nobody_twice() -> Outcome {
    let mut town = town(FRIDAY_TEN).await?;
    let machine = Answers::after(seconds(2)).then(Script::new().says("Please leave a message."));
    town.twilio.phone(DORA, machine);
    mrs_hall(&mut town, 3600)?;
    town.until("2026-05-01T09:06:00Z").await?;
    town.restart().await?;
    town.until("2026-05-01T09:09:00Z").await?;
    assert_eq!(
        (called(&town, DORA), called(&town, EVE)),
        (1, 1),
        "{}",
        timeline(&town)
    );
    Ok(())
}

#[tokio::test]
async fn an_api_that_is_down_for_a_moment_delays_it_and_no_more() -> Outcome {
    let mut town = town(FRIDAY_TEN).await?;
    mrs_hall(&mut town, 3600)?;
    town.until("2026-05-01T09:04:50Z").await?;
    town.api_answers(503);
    town.until("2026-05-01T09:05:20Z").await?;
    town.mends();
    town.until("2026-05-01T09:07:50Z").await?;
    assert!(called(&town, DORA) >= 1, "{}", timeline(&town));
    Ok(())
}

#[tokio::test]
async fn out_of_hours_nobody_is_disturbed() -> Outcome {
    // The line closes at half past five, while Mrs Hall waits on.
    let mut town = town("2026-05-01T16:28:00Z").await?;
    let call = mrs_hall(&mut town, 1200)?;
    town.until("2026-05-01T17:30:00Z").await?;
    assert!(heard(&town, &call, "You are next"));
    assert_eq!(
        (called(&town, DORA), texted(&town, DORA)),
        (0, 0),
        "{}",
        timeline(&town)
    );
    assert!(town.letters().is_empty());
    Ok(())
}
