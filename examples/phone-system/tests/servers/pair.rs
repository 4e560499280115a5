//! Two servers in virtual time: requests go round, and one of them dies, or stands still, at the worst moment.

use business_hours::{Override, OverrideId, When};
use chrono::{DateTime, Utc};
use phone_system::morning::{LINE, PREMIUM_LINE, REPS, Town, caller, takes_the_call, talks};
use twilio_simulator::{Answers, Call, CallSid, Caller};
use twilio_webhook::CallStatus;

use crate::Outcome;

/// Friday, 1 May 2026, 10:00 in London.
const FRIDAY_TEN: &str = "2026-05-01T09:00:00Z";

/// A town with two servers.
async fn pair() -> Result<Town, crate::AnyError> {
    let mut town = Town::at(FRIDAY_TEN).await?;
    town.another_server().await?;
    Ok(town)
}

fn seconds(seconds: u64) -> std::time::Duration {
    std::time::Duration::from_secs(seconds)
}

/// When a caller and a rep were joined, in seconds after Friday, ten o'clock.
fn joined_at(town: &Town, call: &CallSid) -> Option<i64> {
    let began: DateTime<Utc> = FRIDAY_TEN.parse().ok()?;
    Some((town.twilio.call(call)?.joined_at? - began).num_seconds())
}

fn timeline(town: &Town) -> String {
    town.journal.timeline(chrono_tz::Tz::UTC)
}

/// The calls that were placed to reps' phones.
fn placed(town: &Town) -> Vec<Call> {
    let calls = town.twilio.calls().into_iter();
    calls
        .filter(|call| REPS.contains(&call.to.as_str()))
        .collect()
}

#[tokio::test]
async fn a_call_whose_every_request_meets_another_server_goes_as_ever() -> Outcome {
    let mut town = pair().await?;
    let regular = town.rings(0, talks(caller("Mrs Hall", LINE, "2"), 40))?;
    let premium = town.rings(20, talks(caller("Mr Shah", PREMIUM_LINE, "1"), 40))?;
    town.works(45, 0, 600)?;
    town.until("2026-05-01T09:15:00Z").await?;
    let (premium, regular) = (joined_at(&town, &premium), joined_at(&town, &regular));
    assert!(
        premium.is_some_and(|at| at < 50)
            && regular > premium
            && regular.is_some_and(|at| at < 120),
        "{premium:?}, {regular:?}: {}",
        timeline(&town)
    );
    Ok(())
}

#[tokio::test]
async fn at_three_minutes_each_phone_rings_once_and_stops_when_another_was_first() -> Outcome {
    let mut town = pair().await?;
    town.phones([takes_the_call(6), Answers::never(), Answers::never()]);
    let call = town.rings(0, talks(caller("Mrs Hall", LINE, "2"), 40))?;
    town.until("2026-05-01T09:15:00Z").await?;
    assert!(
        joined_at(&town, &call).is_some_and(|at| at < 200),
        "{}",
        timeline(&town)
    );
    let placed = placed(&town);
    assert_eq!(placed.len(), 3, "{}", timeline(&town));
    let stopped = placed
        .iter()
        .filter(|call| call.status == CallStatus::Canceled);
    assert_eq!(stopped.count(), 2, "{}", timeline(&town));
    Ok(())
}

#[tokio::test]
async fn what_a_dead_server_meant_to_ring_another_rings_within_seconds() -> Outcome {
    let mut joined = Vec::new();
    for dies in [false, true] {
        let mut town = pair().await?;
        town.phones([takes_the_call(4), Answers::never(), Answers::never()]);
        let call = town.rings(0, talks(caller("Mrs Hall", LINE, "2"), 40))?;
        if dies {
            // It is the first to look, and so decides that every phone shall ring.
            town.is_doomed(0);
        }
        town.until("2026-05-01T09:15:00Z").await?;
        joined.push(joined_at(&town, &call).ok_or_else(|| timeline(&town))?);
        assert_eq!(placed(&town).len(), 3, "{}", timeline(&town));
    }
    let later = joined[1] - joined[0];
    assert!((5..10).contains(&later), "{later} s later: {joined:?}");
    Ok(())
}

#[tokio::test]
async fn a_server_that_dies_at_any_moment_loses_neither_caller_nor_place() -> Outcome {
    let mut undisturbed = None;
    let moments = (0..2_200).step_by(110).chain((1_830..1_960).step_by(3));
    // The first time nobody dies before it is over.
    for tenth in std::iter::once(9_000).chain(moments) {
        let mut town = pair().await?;
        town.phones([takes_the_call(5), takes_the_call(9), Answers::never()]);
        let first = town.rings(0, talks(caller("Mrs Hall", LINE, "2"), 20))?;
        let second = town.rings(7, talks(caller("Mr Shah", LINE, "2"), 20))?;
        let at: DateTime<Utc> = FRIDAY_TEN.parse()?;
        town.twilio
            .run_until(at + chrono::TimeDelta::milliseconds(tenth * 100))
            .await?;
        town.dies(usize::from(tenth % 2 == 0));
        town.until("2026-05-01T09:20:00Z").await?;
        let (first, second) = (joined_at(&town, &first), joined_at(&town, &second));
        let expected = *undisturbed.get_or_insert(first.unwrap_or_default());
        // As the page on hosting has it.
        assert!(
            first.is_some_and(|at| at <= expected + 30) && second.is_some_and(|at| at < 330),
            "death at {tenth}: {first:?}, {second:?}: {}",
            timeline(&town)
        );
    }
    Ok(())
}

#[tokio::test]
async fn a_server_that_has_slept_for_minutes_does_no_harm_when_it_wakes() -> Outcome {
    let mut town = pair().await?;
    town.phones([takes_the_call(9), takes_the_call(12), Answers::never()]);
    let call = town.rings(
        0,
        caller("Mrs Hall", LINE, "2")
            .gets_through()
            .hangs_up_after(seconds(60)),
    )?;
    town.until("2026-05-01T09:00:20Z").await?;
    town.sleeps(0);
    // It wakes while phones ring, and believes that it has not heard of the caller for minutes.
    town.until("2026-05-01T09:03:10Z").await?;
    town.wakes(0);
    town.until("2026-05-01T09:10:00Z").await?;
    assert!(
        joined_at(&town, &call).is_some_and(|at| at < 205),
        "{}",
        timeline(&town)
    );
    assert!(!timeline(&town).contains("is gone"), "{}", timeline(&town));
    assert_eq!(placed(&town).len(), 3, "{}", timeline(&town));
    Ok(())
}

#[tokio::test]
async fn a_caller_whose_end_no_server_heard_of_is_let_go_once() -> Outcome {
    let mut town = pair().await?;
    town.rings(0, caller("Mrs Hall", LINE, "2").gives_up_after(seconds(60)))?;
    town.until("2026-05-01T09:00:50Z").await?;
    town.breaks("/left");
    town.breaks("/ended");
    town.until("2026-05-01T09:01:10Z").await?;
    town.mends();
    town.until("2026-05-01T09:10:00Z").await?;
    assert_eq!(
        timeline(&town).matches("is gone").count(),
        1,
        "{}",
        timeline(&town)
    );
    assert!(placed(&town).is_empty(), "{}", timeline(&town));
    Ok(())
}

#[tokio::test]
async fn an_exception_made_on_one_server_counts_for_the_next_call_on_the_other() -> Outcome {
    let mut town = Town::at(FRIDAY_TEN).await?;
    let other = town.another_server().await?;
    let drill = When::between(FRIDAY_TEN.parse()?, "2026-05-01T10:00:00Z".parse()?)?;
    let closed = Override::closed(OverrideId::new("drill")?, drill).because("fire drill");
    other.override_hours(closed).await?;
    for second in [1, 2] {
        let call = town.rings(second, Caller::from("+447700900301").to(LINE))?;
        town.twilio.run_until_idle().await?;
        let call = town.twilio.call(&call).ok_or("it has rung")?;
        assert!(call.heard_text("fire drill"), "{:?}", call.heard);
    }
    Ok(())
}

#[tokio::test]
async fn two_servers_share_a_file() -> Outcome {
    let folder = tempfile::tempdir()?;
    let mut town = Town::in_file(folder.path().join("phone.sqlite3"), FRIDAY_TEN).await?;
    town.another_server().await?;
    town.phones([takes_the_call(6), Answers::never(), Answers::never()]);
    let call = town.rings(0, talks(caller("Mrs Hall", LINE, "2"), 40))?;
    town.until("2026-05-01T09:02:00Z").await?;
    town.dies(0);
    town.until("2026-05-01T09:15:00Z").await?;
    assert!(
        joined_at(&town, &call).is_some_and(|at| at < 200),
        "{}",
        timeline(&town)
    );
    Ok(())
}
