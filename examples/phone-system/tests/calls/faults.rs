//! Lost, late and repeated requests, restarts, an API that is down: nobody is lost, nobody is stuck.

use chrono::{DateTime, TimeDelta, Utc};
use phone_system::morning::{
    LINE, REP_LINE, REPS, StageError, Town, caller, takes_the_call, talks,
};
use twilio_simulator::{Answers, Caller, Script};

use crate::seen::{about, heard, joined_at, placed, post_signed, rung, seconds, timeline};
use crate::{FRIDAY_TEN, Outcome};

const ANN: &str = "From=%2B447700900201&To=%2B442079460200";

/// Lets the town live until so many milliseconds after Friday, ten o'clock.
async fn until_millis(town: &mut Town, millis: i64) -> Outcome {
    let at: DateTime<Utc> = FRIDAY_TEN.parse()?;
    Ok(town
        .twilio
        .run_until(at + TimeDelta::milliseconds(millis))
        .await?)
}

fn nobody_answers() -> [Answers; 3] {
    [Answers::never(), Answers::never(), Answers::never()]
}

#[tokio::test]
async fn when_every_rep_is_on_a_call_the_next_to_be_free_is_rung() -> Outcome {
    let mut town = Town::at(FRIDAY_TEN).await?;
    town.phones([takes_the_call(4), takes_the_call(4), takes_the_call(4)]);
    for name in ["Mrs Hall", "Mr Shah", "Miss Price"] {
        town.rings(0, talks(caller(name, LINE, "2"), 900))?;
    }
    let call = town.rings(
        20,
        talks(caller("Mr Okoro", LINE, "2"), 30).gives_up_after(seconds(3000)),
    )?;
    town.until("2026-05-01T10:00:00Z").await?;
    assert!(
        joined_at(&town, &call).is_some_and(|at| at < 1300),
        "{}",
        timeline(&town)
    );
    Ok(())
}

#[tokio::test]
async fn an_api_that_is_down_delays_the_ringing_and_no_more() -> Outcome {
    for status in [500, 429, 503] {
        let mut town = Town::at(FRIDAY_TEN).await?;
        town.phones([takes_the_call(4), Answers::never(), Answers::never()]);
        let call = town.rings(
            0,
            talks(caller("Mrs Hall", LINE, "2"), 30).gives_up_after(seconds(1800)),
        )?;
        town.api_answers(status);
        town.until("2026-05-01T09:05:00Z").await?;
        town.mends();
        town.until("2026-05-01T09:20:00Z").await?;
        assert!(
            joined_at(&town, &call).is_some_and(|at| at < 400),
            "{status}: {}",
            timeline(&town)
        );
    }
    Ok(())
}

/// Twilio asks the fallback URL for the phones that we ring, too.
#[tokio::test]
async fn a_page_that_fails_a_rep_who_is_rung_is_asked_for_again() -> Outcome {
    for page in ["/offer", "/offer-key"] {
        let mut town = Town::at(FRIDAY_TEN).await?;
        let patient = Script::new().hears("press any key").presses("5");
        let patient = patient.hears("press any key").presses("5");
        town.phones([
            Answers::after(seconds(4)).then(patient),
            Answers::never(),
            Answers::never(),
        ]);
        let call = town.rings(0, talks(caller("Mrs Hall", LINE, "2"), 30))?;
        // Three minutes are over, and Ann picks up at 188 s, or presses a key at 192 s.
        town.until("2026-05-01T09:03:06Z").await?;
        town.breaks(page);
        town.until("2026-05-01T09:03:14Z").await?;
        town.mends();
        town.until("2026-05-01T09:05:00Z").await?;
        assert!(
            about(&town, "Ann")
                .iter()
                .any(|line| line.starts_with("met an error")),
            "{}",
            timeline(&town)
        );
        assert!(
            joined_at(&town, &call).is_some_and(|at| at < 215),
            "{page}: {}",
            timeline(&town)
        );
        assert_eq!(rung(&town).len(), 3, "the same phone, the same round");
    }
    Ok(())
}

#[tokio::test]
async fn a_page_that_always_fails_ends_the_leg_and_costs_the_caller_no_place() -> Outcome {
    let mut town = Town::at(FRIDAY_TEN).await?;
    town.phones([
        Answers::after(seconds(4)),
        Answers::never(),
        Answers::never(),
    ]);
    town.breaks("/offer");
    let call = town.rings(0, talks(caller("Mrs Hall", LINE, "2"), 30))?;
    town.until("2026-05-01T09:03:40Z").await?;
    let legs = placed(&town);
    let ann = legs.iter().find(|leg| leg.to == REPS[0]).unwrap();
    assert!(ann.heard_text("something is wrong on our side") && ann.status.is_final());
    town.mends();
    town.phones([takes_the_call(4), Answers::never(), Answers::never()]);
    town.until("2026-05-01T09:05:00Z").await?;
    assert!(joined_at(&town, &call).is_some(), "{}", timeline(&town));
    Ok(())
}

#[tokio::test]
async fn a_rep_on_the_line_is_known_again_after_a_restart() -> Outcome {
    let mut town = Town::at(FRIDAY_TEN).await?;
    town.phones(nobody_answers());
    town.works(0, 0, 3000)?;
    town.until("2026-05-01T09:01:00Z").await?;
    town.restart_with_nothing().await?;
    let call = town.rings(
        30,
        talks(caller("Mrs Hall", LINE, "2"), 30).gives_up_after(seconds(900)),
    )?;
    town.until("2026-05-01T09:20:00Z").await?;
    assert!(
        joined_at(&town, &call).is_some_and(|at| at < 120),
        "{}",
        timeline(&town)
    );
    Ok(())
}

#[tokio::test]
async fn a_restart_during_a_talk_ends_neither_the_talk_nor_the_reps_day() -> Outcome {
    let mut town = Town::at(FRIDAY_TEN).await?;
    town.phones([Answers::busy(), Answers::busy(), Answers::busy()]);
    town.works(0, 0, 3000)?;
    town.rings(5, talks(caller("Mrs Hall", LINE, "2"), 60))?;
    town.until("2026-05-01T09:00:30Z").await?;
    town.restart().await?;
    let other = town.rings(
        90,
        talks(caller("Mr Shah", LINE, "2"), 30).gives_up_after(seconds(1500)),
    )?;
    town.until("2026-05-01T09:40:00Z").await?;
    assert!(
        joined_at(&town, &other).is_some_and(|at| at < 200),
        "{}",
        timeline(&town)
    );
    Ok(())
}

#[tokio::test]
async fn the_late_end_of_a_reps_old_leg_does_not_end_the_new_one() -> Outcome {
    let mut town = Town::at(FRIDAY_TEN).await?;
    town.phones([Answers::busy(), Answers::never(), Answers::never()]);
    town.works(0, 0, 60)?;
    town.works(30, 0, 1200)?;
    let call = town.rings(
        90,
        talks(caller("Mrs Hall", LINE, "2"), 30).gives_up_after(seconds(900)),
    )?;
    town.until("2026-05-01T09:18:00Z").await?;
    assert!(
        joined_at(&town, &call).is_some_and(|at| at < 120),
        "{}",
        timeline(&town)
    );
    Ok(())
}

#[tokio::test]
async fn a_rep_whose_last_talk_never_ended_for_us_dials_in_and_works() -> Outcome {
    let mut town = Town::at(FRIDAY_TEN).await?;
    town.phones([Answers::busy(), Answers::never(), Answers::never()]);
    town.works(0, 0, 60)?;
    town.rings(10, talks(caller("Mrs Hall", LINE, "2"), 300))?;
    town.until("2026-05-01T09:00:50Z").await?;
    for page in ["/rep-done", "/ended", "/left"] {
        town.breaks(page);
    }
    town.until("2026-05-01T09:02:00Z").await?;
    town.mends();
    town.works(60, 0, 2400)?;
    let call = town.rings(
        90,
        talks(caller("Mr Shah", LINE, "2"), 30).gives_up_after(seconds(1200)),
    )?;
    town.until("2026-05-01T09:40:00Z").await?;
    assert!(
        joined_at(&town, &call).is_some_and(|at| at < 300),
        "{}",
        timeline(&town)
    );
    Ok(())
}

#[tokio::test]
async fn a_caller_whose_end_was_lost_is_let_go() -> Outcome {
    let mut town = Town::at(FRIDAY_TEN).await?;
    town.phones(nobody_answers());
    town.rings(0, caller("Mrs Hall", LINE, "2").gives_up_after(seconds(60)))?;
    town.until("2026-05-01T09:00:50Z").await?;
    town.breaks("/left");
    town.breaks("/ended");
    town.until("2026-05-01T09:01:10Z").await?;
    town.mends();
    let other = town.rings(
        180,
        caller("Mr Shah", LINE, "2").gives_up_after(seconds(60)),
    )?;
    town.until("2026-05-01T09:40:00Z").await?;
    assert!(heard(&town, &other, "You are next"), "{}", timeline(&town));
    assert!(rung(&town).is_empty(), "{}", timeline(&town));
    Ok(())
}

#[tokio::test]
async fn a_lost_waiting_page_puts_the_caller_back_in_line() -> Outcome {
    let mut town = Town::at(FRIDAY_TEN).await?;
    town.phones([takes_the_call(4), Answers::never(), Answers::never()]);
    let call = town.rings(
        0,
        talks(caller("Mrs Hall", LINE, "2"), 30).gives_up_after(seconds(900)),
    )?;
    town.until("2026-05-01T09:00:20Z").await?;
    town.breaks("/wait");
    town.until("2026-05-01T09:00:27.100Z").await?;
    town.mends();
    town.until("2026-05-01T09:10:00Z").await?;
    assert!(
        joined_at(&town, &call).is_some_and(|at| at < 220),
        "{}",
        timeline(&town)
    );
    Ok(())
}

#[tokio::test]
async fn a_caller_who_cannot_be_kept_in_line_hears_an_apology_in_the_end() -> Outcome {
    let mut town = Town::at(FRIDAY_TEN).await?;
    town.breaks("/wait");
    let call = town.rings(
        0,
        caller("Mrs Hall", LINE, "2").gives_up_after(seconds(900)),
    )?;
    town.until("2026-05-01T09:10:00Z").await?;
    assert!(heard(&town, &call, "We are sorry"), "{}", timeline(&town));
    Ok(())
}

#[tokio::test]
async fn a_restart_after_twenty_minutes_of_waiting_still_rings_every_phone() -> Outcome {
    let directory = tempfile::tempdir()?;
    let file = directory.path().join("phone.sqlite3");
    let mut town = Town::in_file(file, FRIDAY_TEN).await?;
    town.phones(nobody_answers());
    let call = town.rings(
        0,
        talks(caller("Mrs Hall", LINE, "2"), 30).gives_up_after(seconds(3000)),
    )?;
    town.until("2026-05-01T09:20:00Z").await?;
    town.restart().await?;
    town.phones([takes_the_call(4), Answers::never(), Answers::never()]);
    town.until("2026-05-01T09:50:00Z").await?;
    assert!(
        joined_at(&town, &call).is_some_and(|at| at < 1300),
        "{}",
        timeline(&town)
    );
    Ok(())
}

#[tokio::test]
async fn what_was_rung_before_a_restart_does_not_answer_for_what_is_rung_after_it() -> Outcome {
    let mut town = Town::at(FRIDAY_TEN).await?;
    town.phones(nobody_answers());
    let call = town.rings(
        0,
        talks(caller("Mrs Hall", LINE, "2"), 30).gives_up_after(seconds(900)),
    )?;
    town.until("2026-05-01T09:03:06Z").await?;
    town.restart_with_nothing().await?;
    town.phones([takes_the_call(22), takes_the_call(22), takes_the_call(22)]);
    town.until("2026-05-01T09:20:00Z").await?;
    assert!(
        joined_at(&town, &call).is_some_and(|at| at < 260),
        "{}",
        timeline(&town)
    );
    Ok(())
}

#[tokio::test]
async fn a_restart_at_any_moment_of_the_ringing_delays_it_by_a_minute_at_most() -> Outcome {
    for tenth in (1800..2300).step_by(35) {
        let mut town = Town::at(FRIDAY_TEN).await?;
        town.phones([takes_the_call(5), takes_the_call(9), Answers::never()]);
        let call = town.rings(
            0,
            talks(caller("Mrs Hall", LINE, "2"), 10).gives_up_after(seconds(900)),
        )?;
        until_millis(&mut town, tenth * 100).await?;
        town.restart().await?;
        town.until("2026-05-01T09:20:00Z").await?;
        assert!(
            joined_at(&town, &call).is_some_and(|at| at < 250),
            "restart at {tenth}: {}",
            timeline(&town)
        );
    }
    Ok(())
}

#[tokio::test]
async fn a_caller_who_hangs_up_at_any_moment_leaves_no_trace() -> Outcome {
    for at in [
        1, 3, 4, 5, 30, 180, 183, 184, 186, 188, 190, 192, 194, 195, 196, 198, 210,
    ] {
        let mut town = Town::at(FRIDAY_TEN).await?;
        town.phones([takes_the_call(5), takes_the_call(9), Answers::never()]);
        let who = caller("Mrs Hall", LINE, "2")
            .gets_through()
            .hangs_up_after(seconds(60));
        town.rings(0, who.gives_up_after(seconds(at)))?;
        town.until("2026-05-01T09:10:00Z").await?;
        let other = town.rings(0, talks(caller("Mr Shah", LINE, "2"), 10))?;
        town.works(10, 0, 60)?;
        town.until("2026-05-01T09:20:00Z").await?;
        let began: DateTime<Utc> = "2026-05-01T09:05:00Z".parse()?;
        assert!(
            placed(&town).iter().all(|call| call.started_at < began),
            "{at}: {}",
            timeline(&town)
        );
        assert!(
            joined_at(&town, &other).is_some_and(|at| at <= 625),
            "{at}: {}",
            timeline(&town)
        );
    }
    Ok(())
}

/// The rep's leg ends so many tenths of a second after it began to matter: the caller is served by another all the same.
async fn rep_hangs_up(tenth: u64, town: &mut Town) -> Outcome {
    let call = town.rings(
        0,
        talks(caller("Mrs Hall", LINE, "2"), 10).gives_up_after(seconds(900)),
    )?;
    town.until("2026-05-01T09:15:30Z").await?;
    // Joined at least once, or back in line and joined to another; never thrown out.
    assert!(
        joined_at(town, &call).is_some(),
        "{tenth}: {}",
        timeline(town)
    );
    assert!(
        !heard(town, &call, "We are sorry"),
        "{tenth}: {}",
        timeline(town)
    );
    Ok(())
}

#[tokio::test]
async fn a_rep_on_the_line_who_hangs_up_at_any_moment_loses_no_caller() -> Outcome {
    for tenth in (0..120).step_by(6) {
        let mut town = Town::at(FRIDAY_TEN).await?;
        town.phones([Answers::never(), takes_the_call(3), Answers::never()]);
        let ann = Caller::from(REPS[0]).to(REP_LINE).named("Ann");
        town.rings(
            2,
            ann.gives_up_after(std::time::Duration::from_millis(tenth * 100)),
        )?;
        rep_hangs_up(tenth, &mut town).await?;
    }
    Ok(())
}

#[tokio::test]
async fn a_rep_rung_at_three_minutes_who_hangs_up_at_any_moment_loses_no_caller() -> Outcome {
    for tenth in (0..240).step_by(12) {
        let mut town = Town::at(FRIDAY_TEN).await?;
        let script = Script::new().hears("press any key").presses("5");
        let script = script.gives_up_after(std::time::Duration::from_millis(tenth * 100));
        town.phones([
            Answers::after(seconds(3)).then(script),
            Answers::never(),
            Answers::never(),
        ]);
        let ben = Caller::from(REPS[1]).to(REP_LINE).named("Ben");
        town.rings(400, ben.gives_up_after(seconds(450)))?;
        rep_hangs_up(tenth, &mut town).await?;
    }
    Ok(())
}

#[tokio::test]
async fn a_connection_that_fails_at_three_minutes_is_made_up_for_at_once() -> Outcome {
    let mut town = Town::at(FRIDAY_TEN).await?;
    town.phones([Answers::busy(), takes_the_call(4), Answers::never()]);
    let call = town.rings(
        0,
        talks(caller("Mrs Hall", LINE, "2"), 10).gives_up_after(seconds(1200)),
    )?;
    town.until("2026-05-01T09:02:58Z").await?;
    // Ann dials in and gets the caller, and nobody reads the answer that says so.
    let leg = "CallSid=CA0123456789abcdef0123456789abcdef&CallStatus=in-progress";
    let (_, answer) = post_signed(&town, "voice", &format!("{leg}&{ANN}")).await?;
    assert!(answer.contains("<Dial"), "{answer}");
    town.until("2026-05-01T09:15:00Z").await?;
    assert!(
        joined_at(&town, &call).is_some_and(|at| at < 240),
        "{}",
        timeline(&town)
    );
    Ok(())
}

#[tokio::test]
async fn a_repeated_end_of_a_talk_takes_no_caller() -> Outcome {
    let mut town = Town::at(FRIDAY_TEN).await?;
    town.phones(nobody_answers());
    let rep = town.works(0, 0, 600)?;
    town.rings(5, talks(caller("Mrs Hall", LINE, "2"), 30))?;
    town.until("2026-05-01T09:00:59Z").await?;
    let transcript = town.twilio.transcript();
    let done = transcript
        .requests_to("/rep-done")
        .next()
        .unwrap()
        .url
        .clone();
    let page = done.rsplit_once('/').map_or("", |(_, page)| page);
    let shah = town.rings(0, talks(caller("Mr Shah", LINE, "2"), 30))?;
    while !about(&town, "Mr Shah")
        .iter()
        .any(|line| line.starts_with("waits"))
    {
        let next = town.twilio.now() + TimeDelta::milliseconds(100);
        town.twilio.run_until(next).await?;
    }
    let form = format!(
        "CallSid={rep}&CallStatus=in-progress&{ANN}&DialCallStatus=completed&DequeueResult=bridged"
    );
    let (_, answer) = post_signed(&town, page, &form).await?;
    assert!(!answer.contains("<Dial"), "{answer}");
    town.until("2026-05-01T09:08:00Z").await?;
    assert!(
        joined_at(&town, &shah).is_some_and(|at| at < 75),
        "{}",
        timeline(&town)
    );
    Ok(())
}

#[tokio::test]
async fn a_broken_escalation_store_stops_nothing_else() -> Result<(), StageError> {
    let directory = tempfile::tempdir()?;
    let file = directory.path().join("phone.sqlite3");
    let mut town = Town::in_file(file.clone(), FRIDAY_TEN).await?;
    town.phones(nobody_answers());
    town.works(0, 0, 600)?;
    town.until("2026-05-01T09:00:05Z").await?;
    let tables = "SELECT 'DROP TABLE ' || name FROM sqlite_master WHERE type = 'table' AND name LIKE 'escalation%'";
    let database = rusqlite::Connection::open(&file)?;
    let drops: Vec<String> = database
        .prepare(tables)?
        .query_map([], |row| row.get(0))?
        .collect::<Result<_, _>>()?;
    database.pragma_update(None, "foreign_keys", false)?;
    for drop in drops {
        database.execute(&drop, [])?;
    }
    let call = town.rings(5, talks(caller("Mrs Hall", LINE, "2"), 30))?;
    // The simulator stops at each error of the program; in service the loop goes on, and so does this one.
    for second in 0..120 {
        let _ = until_millis(&mut town, 5_000 + second * 1_000).await;
    }
    assert!(joined_at(&town, &call).is_some(), "{}", timeline(&town));
    assert!(!heard(&town, &call, "We are sorry"), "{}", timeline(&town));
    Ok(())
}
