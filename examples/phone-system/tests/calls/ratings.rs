//! After a talk the caller is asked by SMS how it went, and answers or does not.

use phone_system::Service;
use phone_system::morning::{LINE, StageError, Town, caller, talks};
use phone_system::records::Call;
use twilio_simulator::{CallSid, MessageDirection, TextMessage};

use crate::seen::{about, seconds, timeline};
use crate::{FRIDAY_TEN, Outcome};

const HALL: &str = "+447700900301";

/// Mrs Hall has talked to Ann, at five past.
async fn has_talked(ratings: bool) -> Result<(Town, CallSid), StageError> {
    let mut service = Service::default();
    service.ratings = ratings;
    let mut town = Town::serving(FRIDAY_TEN, service).await?;
    town.works(0, 0, 3600)?;
    let call = town.rings(5, talks(caller("Mrs Hall", LINE, "2"), 30))?;
    town.until("2026-05-01T09:05:00Z").await?;
    Ok((town, call))
}

/// What we have written to Mrs Hall.
fn written(town: &Town) -> Vec<String> {
    let messages = town.twilio.messages().into_iter();
    messages
        .filter(|message| message.to == HALL && message.direction != MessageDirection::Inbound)
        .map(|message| message.body)
        .collect()
}

async fn answers(town: &mut Town, text: &str) -> Outcome {
    let now = town.twilio.now();
    town.twilio
        .message_at(now, TextMessage::from(HALL).to(LINE).body(text))?;
    let then = now + chrono::TimeDelta::minutes(1);
    Ok(town.twilio.run_until(then).await?)
}

fn rating(town: &Town, call: &CallSid) -> Option<u8> {
    town.system.records().get::<Call>(call.as_str())?.rating
}

#[tokio::test]
async fn a_caller_rates_the_talk_and_may_think_again() -> Outcome {
    let (mut town, call) = has_talked(true).await?;
    assert_eq!(written(&town).len(), 1, "{}", timeline(&town));
    answers(&mut town, "great, thanks").await?;
    assert_eq!(rating(&town, &call), None);
    assert!(written(&town)[1].contains("from 1"), "{:?}", written(&town));
    // Of two machines that answer each other, one must stop.
    answers(&mut town, "I am driving right now").await?;
    assert_eq!(written(&town).len(), 2, "{:?}", written(&town));
    answers(&mut town, "5 great, thanks").await?;
    assert_eq!(rating(&town, &call), Some(5));
    assert_eq!(written(&town)[2], "Thank you.");
    answers(&mut town, "4").await?;
    assert_eq!(rating(&town, &call), Some(4));
    assert_eq!(written(&town).len(), 3, "thanked once");
    assert!(about(&town, "Mrs Hall").contains(&"rates the call 5 of 5".to_owned()));
    Ok(())
}

#[tokio::test]
async fn nobody_is_asked_unless_the_operator_wants_it_nor_who_was_not_served() -> Outcome {
    let (town, _) = has_talked(false).await?;
    assert!(written(&town).is_empty());
    let mut service = Service::default();
    service.ratings = true;
    let mut town = Town::serving(FRIDAY_TEN, service).await?;
    town.rings(0, caller("Mrs Hall", LINE, "2").gives_up_after(seconds(60)))?;
    town.until("2026-05-01T09:10:00Z").await?;
    assert!(written(&town).is_empty());
    // A stranger's message gets no answer.
    answers(&mut town, "5").await?;
    assert!(written(&town).is_empty());
    Ok(())
}

#[tokio::test]
async fn nobody_is_asked_twice_a_day_nor_after_a_stop() -> Outcome {
    let (mut town, _) = has_talked(true).await?;
    town.rings(0, talks(caller("Mrs Hall", LINE, "2"), 30))?;
    town.until("2026-05-01T09:15:00Z").await?;
    assert_eq!(written(&town).len(), 1, "{}", timeline(&town));
    answers(&mut town, "STOP").await?;
    let before = written(&town).len();
    // Monday is a bank holiday; on Tuesday she rings again.
    town.until("2026-05-05T09:00:00Z").await?;
    town.works(0, 0, 600)?;
    town.rings(5, talks(caller("Mrs Hall", LINE, "2"), 30))?;
    town.until("2026-05-05T09:30:00Z").await?;
    assert_eq!(written(&town).len(), before, "{}", timeline(&town));
    assert!(
        about(&town, "Mrs Hall")
            .contains(&"is not asked how it went (wants no messages)".to_owned()),
        "{}",
        timeline(&town)
    );
    Ok(())
}

#[tokio::test]
async fn an_error_of_twilios_asks_nobody_twice() -> Outcome {
    let mut service = Service::default();
    service.ratings = true;
    let mut town = Town::serving(FRIDAY_TEN, service).await?;
    town.works(0, 0, 3600)?;
    town.rings(5, talks(caller("Mrs Hall", LINE, "2"), 30))?;
    town.until("2026-05-01T09:00:30Z").await?;
    town.api_answers(500);
    town.until("2026-05-01T09:02:00Z").await?;
    town.mends();
    town.until("2026-05-01T09:30:00Z").await?;
    assert!(written(&town).is_empty(), "{}", timeline(&town));
    assert!(
        about(&town, "Mrs Hall")
            .iter()
            .any(|line| line.starts_with("is not asked how it went")),
        "{}",
        timeline(&town)
    );
    Ok(())
}
