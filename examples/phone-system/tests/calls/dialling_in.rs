//! Reps who dial in: a PIN beside the number that they show, which anybody can show.

use phone_system::Service;
use phone_system::morning::{LINE, REP_LINE, REPS, StageError, Town, caller, talks};
use phone_system::{Presence, Secret};
use queue_dispatch::{AgentId, AgentState};
use twilio_simulator::{Answers, CallSid, Caller};

use crate::seen::{about, heard, joined_at, post_signed, seconds, timeline};
use crate::{FRIDAY_TEN, Outcome};

const ANN: AgentId = AgentId::new(1);

async fn town() -> Result<Town, StageError> {
    let mut service = Service::default();
    service.rep_pin = Some(Secret::new("246802"));
    let mut town = Town::serving(FRIDAY_TEN, service).await?;
    town.phones([Answers::never(), Answers::never(), Answers::never()]);
    Ok(town)
}

/// Somebody with a rep's number rings the reps' line and keys this in, again and again.
fn rings_with(rep: usize, pins: &[&str]) -> Caller {
    let mut caller = Caller::from(REPS[rep]).to(REP_LINE);
    for pin in pins {
        caller = caller.hears("the hash key").presses(format!("{pin}#"));
    }
    caller
}

fn is_on_the_line(town: &Town) -> bool {
    town.system.agent_state(ANN) == Some(AgentState::Ready)
}

#[tokio::test]
async fn a_rep_with_the_pin_gets_caller_after_caller_and_keys_it_in_once() -> Outcome {
    let mut town = town().await?;
    town.rings(0, rings_with(0, &["246802"]).hangs_up_after(seconds(600)))?;
    let hall = town.rings(30, talks(caller("Mrs Hall", LINE, "2"), 30))?;
    let shah = town.rings(90, talks(caller("Mr Shah", LINE, "2"), 30))?;
    town.until("2026-05-01T09:04:00Z").await?;
    for call in [hall, shah] {
        assert!(joined_at(&town, &call).is_some(), "{}", timeline(&town));
    }
    Ok(())
}

#[tokio::test]
async fn the_number_alone_lets_nobody_in() -> Outcome {
    let mut town = town().await?;
    let silent = town.rings(0, rings_with(0, &[]).gives_up_after(seconds(60)))?;
    town.until("2026-05-01T09:00:30Z").await?;
    assert!(heard(&town, &silent, "Please key in your PIN"));
    assert!(!is_on_the_line(&town));
    // Nor do the pages behind, on a leg that came there by an error of ours, or by none.
    let leg = "CallSid=CA0123456789abcdef0123456789abcdef&CallStatus=in-progress\
               &From=%2B447700900201&To=%2B442079460200";
    let done = "DialCallStatus=completed&DequeueResult=bridged";
    for page in ["voice", "rep-next", "rep-done?offer=1-7"] {
        let (_, answer) = post_signed(&town, page, &format!("{leg}&{done}")).await?;
        assert!(answer.contains("PIN"), "{page}: {answer}");
    }
    let (_, answer) = post_signed(&town, "fallback", leg).await?;
    assert!(answer.contains("rep-next"), "{answer}");
    assert!(!is_on_the_line(&town), "{}", timeline(&town));
    Ok(())
}

#[tokio::test]
async fn who_guesses_is_stopped_on_whatever_call_and_the_rep_has_the_console() -> Outcome {
    let mut town = town().await?;
    let first = town.rings(0, rings_with(0, &["1", "111111", "24680", "2468020"]))?;
    town.until("2026-05-01T09:02:00Z").await?;
    assert!(heard(&town, &first, "Sorry, that is not right"));
    let second = town.rings(0, rings_with(0, &["0", "246802"]))?;
    let ben = town.rings(
        0,
        rings_with(1, &["135791", "246802"]).hangs_up_after(seconds(90)),
    )?;
    town.until("2026-05-01T09:03:00Z").await?;
    assert!(
        heard(&town, &second, "too many wrong PINs"),
        "{}",
        timeline(&town)
    );
    assert!(!is_on_the_line(&town));
    // What somebody does with Ann's number is nothing to Ben.
    assert!(heard(&town, &ben, "Please stay on the line"));
    town.system.presence(ANN, Presence::Ready).await?;
    town.system.presence(ANN, Presence::SignedOut).await?;
    // Later it is as before.
    town.rings(900, rings_with(0, &["246802"]).hangs_up_after(seconds(300)))?;
    town.until("2026-05-01T09:19:00Z").await?;
    assert!(is_on_the_line(&town), "{}", timeline(&town));
    Ok(())
}

#[tokio::test]
async fn a_forged_number_is_turned_away_before_it_is_asked_anything() -> Outcome {
    let mut town = town().await?;
    let forger = rings_with(0, &["246802"]).parameter("StirVerstat", "TN-Validation-Failed-C");
    let call: CallSid = town.rings(0, forger)?;
    town.until("2026-05-01T09:01:00Z").await?;
    assert!(!heard(&town, &call, "PIN") && heard(&town, &call, "staff"));
    let turned_away = about(&town, REPS[0]);
    assert!(
        turned_away[0].contains("the number is forged"),
        "{turned_away:?}"
    );
    Ok(())
}

#[tokio::test]
async fn after_all_is_lost_it_is_asked_for_again() -> Outcome {
    let mut town = town().await?;
    let leg = rings_with(0, &["246802", "246802"]).hangs_up_after(seconds(600));
    town.rings(0, leg)?;
    town.until("2026-05-01T09:01:00Z").await?;
    assert!(is_on_the_line(&town));
    town.restart_with_nothing().await?;
    assert!(!is_on_the_line(&town));
    town.until("2026-05-01T09:02:00Z").await?;
    assert!(is_on_the_line(&town), "{}", timeline(&town));
    Ok(())
}

#[tokio::test]
async fn every_wrong_pin_is_in_the_timeline() -> Outcome {
    let mut town = town().await?;
    town.rings(0, rings_with(0, &["1"]).gives_up_after(seconds(30)))?;
    town.until("2026-05-01T09:01:00Z").await?;
    let told = about(&town, "Ann");
    assert!(
        told.iter().any(|line| line.contains("a wrong PIN")),
        "{told:?}"
    );
    Ok(())
}
