//! What agents do from the console: answering, hold, handing over, hanging up, and what can go wrong with each.

use chrono::{DateTime, TimeDelta, Utc};
use phone_system::morning::{LINE, PREMIUM_LINE, REPS, Town, caller, takes_the_call, talks};
use phone_system::records::{Call, Installation};
use phone_system::{ActionError, Presence, Service, Target};
use queue_dispatch::{AgentId, CallId, Token};
use twilio_simulator::{Answers, CallSid, Event, Script};

use crate::seen::{about, heard, joined_at, placed, post_signed, rung, seconds, timeline};
use crate::{FRIDAY_TEN, Outcome};

const ANN: AgentId = AgentId::new(1);
const BEN: AgentId = AgentId::new(2);
const OUTSIDE: &str = "+442079460177";

fn id(call: &CallSid) -> CallId {
    call.as_str().parse().unwrap()
}

/// Lets the town live until so many seconds after Friday, ten o'clock.
async fn until(town: &mut Town, seconds: i64) -> Outcome {
    let at: DateTime<Utc> = FRIDAY_TEN.parse()?;
    Ok(town
        .twilio
        .run_until(at + TimeDelta::seconds(seconds))
        .await?)
}

/// A town in which Ann and Ben are ready at their consoles, and pick their phones up after two seconds.
async fn town() -> Result<Town, phone_system::morning::StageError> {
    let mut town = Town::at(FRIDAY_TEN).await?;
    let picks_up = || Answers::after(seconds(2));
    town.phones([picks_up(), picks_up(), Answers::never()]);
    for agent in [ANN, BEN] {
        town.system.presence(agent, Presence::Ready).await?;
    }
    Ok(town)
}

/// Mrs Hall, who waits from the fourth second and stays until the other side hangs up.
fn mrs_hall(town: &mut Town) -> Result<CallSid, phone_system::morning::StageError> {
    town.rings(
        0,
        caller("Mrs Hall", LINE, "2")
            .gives_up_after(seconds(1500))
            .gets_through(),
    )
}

/// Mrs Hall talks to Ann, who answered at ten seconds.
async fn talking() -> Result<(Town, CallSid), phone_system::morning::StageError> {
    let mut town = town().await?;
    let call = mrs_hall(&mut town)?;
    until(&mut town, 10).await?;
    town.system.answer(ANN, id(&call)).await?;
    until(&mut town, 20).await?;
    assert_eq!(joined_at(&town, &call), Some(13), "{}", timeline(&town));
    Ok((town, call))
}

/// With whom the caller was joined, and when in seconds after ten o'clock.
fn joins(town: &Town, call: &CallSid) -> Vec<(String, i64)> {
    let began: DateTime<Utc> = FRIDAY_TEN.parse().unwrap();
    let number = |sid: CallSid| {
        let other = town.twilio.call(&sid).unwrap();
        match REPS.contains(&other.from.as_str()) {
            true => other.from,
            false => other.to,
        }
    };
    town.twilio
        .transcript()
        .entries()
        .iter()
        .filter_map(|entry| match entry.event {
            Event::Joined { with } if entry.call == Some(*call) => {
                Some((number(with), (entry.at - began).num_seconds()))
            }
            Event::Joined { with } if with == *call => {
                Some((number(entry.call?), (entry.at - began).num_seconds()))
            }
            _ => None,
        })
        .collect()
}

fn is_over(town: &Town, call: &CallSid) -> bool {
    town.twilio.call(call).unwrap().status.is_final()
}

#[tokio::test]
async fn whoever_answers_is_rung_and_joined_without_a_key() -> Outcome {
    let mut town = town().await?;
    let call = mrs_hall(&mut town)?;
    until(&mut town, 10).await?;
    assert!(rung(&town).is_empty(), "no phone rings before Answer");
    town.system.answer(ANN, id(&call)).await?;
    town.system.answer(ANN, id(&call)).await?;
    until(&mut town, 20).await?;
    assert_eq!(joins(&town, &call), [(REPS[0].to_owned(), 13)]);
    assert_eq!(rung(&town).len(), 1, "pressed twice, rung once");
    assert!(heard(&town, &call, "Connecting you to Ann"));
    Ok(())
}

#[tokio::test]
async fn where_a_mailbox_may_pick_up_a_key_is_asked_for_after_answer() -> Outcome {
    let mut service = Service::default();
    service.confirm = true;
    let mut town = Town::serving(FRIDAY_TEN, service).await?;
    let mailbox = Script::new().says("Please leave a message after the tone.");
    let mailbox = Answers::after(seconds(2)).then(mailbox);
    town.phones([mailbox, takes_the_call(2), Answers::never()]);
    for agent in [ANN, BEN] {
        town.system.presence(agent, Presence::Ready).await?;
    }
    let call = mrs_hall(&mut town)?;
    until(&mut town, 10).await?;
    town.system.answer(ANN, id(&call)).await?;
    until(&mut town, 50).await?;
    assert!(joins(&town, &call).is_empty(), "{}", timeline(&town));
    assert!(placed(&town)[0].status.is_final() && !is_over(&town, &call));
    town.system.presence(BEN, Presence::Ready).await?;
    town.system.answer(BEN, id(&call)).await?;
    until(&mut town, 70).await?;
    assert_eq!(joins(&town, &call)[0].0, REPS[1], "{}", timeline(&town));
    Ok(())
}

#[tokio::test]
async fn of_two_who_answer_at_once_one_has_the_caller_and_the_other_is_told() -> Outcome {
    let mut town = town().await?;
    let call = mrs_hall(&mut town)?;
    until(&mut town, 10).await?;
    let (ann, ben) = tokio::join!(
        town.system.answer(ANN, id(&call)),
        town.system.answer(BEN, id(&call))
    );
    let (winner, told) = match (ann, ben) {
        (Ok(()), Err(told)) => ("Ann", told),
        (Err(told), Ok(())) => ("Ben", told),
        both => panic!("{both:?}"),
    };
    assert_eq!(told.to_string(), format!("{winner} was first."));
    assert_eq!(told.code(), "taken");
    until(&mut town, 20).await?;
    assert_eq!(joins(&town, &call).len(), 1);
    Ok(())
}

#[tokio::test]
async fn the_agent_who_is_not_offered_the_caller_may_answer_all_the_same() -> Outcome {
    let mut town = town().await?;
    let hall = mrs_hall(&mut town)?;
    let shah = town.rings(1, caller("Mr Shah", LINE, "2").gets_through())?;
    until(&mut town, 10).await?;
    // Ann, idle for longest, is offered Mrs Hall, Ben Mr Shah; each takes the other's.
    town.system.answer(ANN, id(&shah)).await?;
    town.system.answer(BEN, id(&hall)).await?;
    until(&mut town, 20).await?;
    assert_eq!(joins(&town, &shah), [(REPS[0].to_owned(), 13)]);
    assert_eq!(joins(&town, &hall), [(REPS[1].to_owned(), 13)]);
    Ok(())
}

#[tokio::test]
async fn a_phone_that_is_not_picked_up_after_answer_sends_the_caller_back_to_the_head() -> Outcome {
    let busy = Answers::busy as fn() -> Answers;
    for phone in [busy, Answers::never, Answers::fails] {
        let mut town = town().await?;
        town.phones([phone(), Answers::after(seconds(2)), Answers::never()]);
        let call = mrs_hall(&mut town)?;
        let shah = town.rings(20, caller("Mr Shah", LINE, "2").gets_through())?;
        until(&mut town, 10).await?;
        town.system.answer(ANN, id(&call)).await?;
        until(&mut town, 50).await?;
        assert!(joins(&town, &call).is_empty());
        assert!(
            about(&town, "Mrs Hall")
                .iter()
                .any(|line| line.starts_with("waits on, at the head")),
            "{}",
            timeline(&town)
        );
        town.system.presence(BEN, Presence::Ready).await?;
        town.system.answer(BEN, id(&call)).await?;
        until(&mut town, 60).await?;
        assert_eq!(joins(&town, &call), [(REPS[1].to_owned(), 53)]);
        assert!(!is_over(&town, &shah));
    }
    Ok(())
}

#[tokio::test]
async fn a_caller_who_hangs_up_before_the_phone_is_picked_up_stops_its_ringing() -> Outcome {
    let mut town = town().await?;
    town.phones([
        Answers::after(seconds(15)),
        Answers::never(),
        Answers::never(),
    ]);
    let call = town.rings(0, caller("Mrs Hall", LINE, "2").gives_up_after(seconds(15)))?;
    until(&mut town, 10).await?;
    town.system.answer(ANN, id(&call)).await?;
    until(&mut town, 60).await?;
    let legs = placed(&town);
    assert_eq!(legs.len(), 1);
    assert_eq!(legs[0].duration(), seconds(0), "taken back: {legs:?}");
    let late = town.system.answer(BEN, id(&call)).await.unwrap_err();
    assert!(matches!(late, ActionError::Gone), "{late}");
    Ok(())
}

#[tokio::test]
async fn an_offer_declined_goes_to_the_next_and_twice_is_too_late() -> Outcome {
    let mut town = town().await?;
    let call = mrs_hall(&mut town)?;
    until(&mut town, 10).await?;
    let offer = town.system.offers_to(ANN).first().cloned().unwrap();
    assert_eq!(offer.call, id(&call));
    let stolen = town.system.decline(BEN, offer.token).await.unwrap_err();
    assert!(matches!(stolen, ActionError::OfferOver), "{stolen}");
    town.system.decline(ANN, offer.token).await?;
    let again = town.system.decline(ANN, offer.token).await.unwrap_err();
    assert!(matches!(again, ActionError::OfferOver), "{again}");
    assert_eq!(town.system.offers_to(BEN)[0].call, id(&call));
    let never = town.system.decline(ANN, Token::new(99)).await.unwrap_err();
    assert!(matches!(never, ActionError::OfferOver), "{never}");
    Ok(())
}

#[tokio::test]
async fn when_every_phone_rings_answer_on_the_console_needs_no_key() -> Outcome {
    let mut town = town().await?;
    for agent in [ANN, BEN] {
        town.system.presence(agent, Presence::SignedOut).await?;
    }
    town.phones([
        Answers::never(),
        Answers::after(seconds(12)),
        Answers::never(),
    ]);
    let call = mrs_hall(&mut town)?;
    until(&mut town, 188).await?;
    assert_eq!(rung(&town).len(), 3, "three minutes are over");
    town.system.answer(BEN, id(&call)).await?;
    until(&mut town, 210).await?;
    assert_eq!(joins(&town, &call), [(REPS[1].to_owned(), 197)]);
    assert_eq!(rung(&town).len(), 3, "Ben's phone rang already");
    Ok(())
}

#[tokio::test]
async fn a_caller_on_hold_hears_so_and_comes_back_to_the_same_agent() -> Outcome {
    let (mut town, call) = talking().await?;
    town.system.hold(ANN, id(&call)).await?;
    town.system.hold(ANN, id(&call)).await?;
    until(&mut town, 200).await?;
    assert!(
        heard(&town, &call, "You are on hold"),
        "{}",
        timeline(&town)
    );
    assert_eq!(joins(&town, &call).len(), 1);
    assert_eq!(rung(&town).len(), 1, "nobody is rung for one on hold");
    town.system.resume(ANN, id(&call)).await?;
    until(&mut town, 260).await?;
    let joined = joins(&town, &call);
    assert_eq!(joined[1].0, REPS[0]);
    assert!(joined[1].1 <= 202, "{joined:?}");
    assert!(heard(&town, &call, "Thank you for holding"));
    // And again, and then they part as always.
    town.system.hold(ANN, id(&call)).await?;
    until(&mut town, 270).await?;
    town.system.resume(ANN, id(&call)).await?;
    until(&mut town, 280).await?;
    assert_eq!(joins(&town, &call).len(), 3);
    town.system.hang_up(ANN, id(&call)).await?;
    until(&mut town, 400).await?;
    assert!(is_over(&town, &call) && heard(&town, &call, "Goodbye"));
    assert!(placed(&town).iter().all(|leg| leg.status.is_final()));
    Ok(())
}

#[tokio::test]
async fn an_agent_who_hangs_up_during_hold_leaves_the_caller_in_line() -> Outcome {
    for at in [31, 36, 43] {
        let mut town = town().await?;
        let ann =
            Answers::after(seconds(2)).then(Script::new().waits_until(seconds(at - 10)).hangs_up());
        town.phones([ann, Answers::after(seconds(2)), Answers::never()]);
        let call = mrs_hall(&mut town)?;
        until(&mut town, 10).await?;
        town.system.answer(ANN, id(&call)).await?;
        until(&mut town, 30).await?;
        town.system.hold(ANN, id(&call)).await?;
        until(&mut town, 60).await?;
        assert!(!is_over(&town, &call), "{at}: {}", timeline(&town));
        town.system.presence(BEN, Presence::Ready).await?;
        town.system.answer(BEN, id(&call)).await?;
        until(&mut town, 70).await?;
        assert_eq!(joins(&town, &call)[1].0, REPS[1], "{at}");
    }
    Ok(())
}

#[tokio::test]
async fn a_caller_who_hangs_up_during_hold_frees_the_agent() -> Outcome {
    let mut town = town().await?;
    let call = town.rings(
        0,
        caller("Mrs Hall", LINE, "2")
            .gets_through()
            .hangs_up_after(seconds(30)),
    )?;
    until(&mut town, 10).await?;
    town.system.answer(ANN, id(&call)).await?;
    until(&mut town, 20).await?;
    town.system.hold(ANN, id(&call)).await?;
    until(&mut town, 60).await?;
    assert!(is_over(&town, &call));
    assert!(placed(&town).iter().all(|leg| leg.status.is_final()));
    let gone = town.system.resume(ANN, id(&call)).await.unwrap_err();
    assert_eq!(gone.code(), "gone");
    Ok(())
}

#[tokio::test]
async fn handed_over_to_a_class_the_caller_waits_with_the_time_kept() -> Outcome {
    for on_hold in [false, true] {
        let (mut town, call) = talking().await?;
        // Waits longer than Mrs Hall's eight seconds, in the regular line.
        town.system.presence(BEN, Presence::Break).await?;
        if on_hold {
            town.system.hold(ANN, id(&call)).await?;
            until(&mut town, 30).await?;
        }
        town.system
            .transfer(ANN, id(&call), Target::Premium)
            .await?;
        until(&mut town, 40).await?;
        assert!(!is_over(&town, &call), "{}", timeline(&town));
        assert!(placed(&town).iter().all(|leg| leg.status.is_final()));
        town.system.answer(BEN, id(&call)).await?;
        until(&mut town, 50).await?;
        assert_eq!(joins(&town, &call)[1].0, REPS[1]);
        let taken = about(&town, "Ben").pop().unwrap();
        assert!(taken.contains("premium"), "{taken}");
    }
    Ok(())
}

#[tokio::test]
async fn handed_over_to_a_colleague_who_presses_a_key() -> Outcome {
    let (mut town, call) = talking().await?;
    town.phones([Answers::never(), takes_the_call(2), Answers::never()]);
    town.system
        .transfer(ANN, id(&call), Target::Agent(BEN))
        .await?;
    until(&mut town, 60).await?;
    assert_eq!(joins(&town, &call)[1].0, REPS[1], "{}", timeline(&town));
    Ok(())
}

#[tokio::test]
async fn a_colleague_who_does_not_answer_sends_the_caller_back_with_the_time_kept() -> Outcome {
    let machine = || {
        Answers::after(seconds(2))
            .then(Script::new().says("Please leave a message after the tone."))
    };
    for phone in [Answers::never as fn() -> Answers, Answers::busy, machine] {
        let (mut town, call) = talking().await?;
        town.phones([Answers::after(seconds(2)), phone(), Answers::never()]);
        town.system
            .transfer(ANN, id(&call), Target::Agent(BEN))
            .await?;
        until(&mut town, 90).await?;
        assert_eq!(joins(&town, &call).len(), 1);
        assert!(!is_over(&town, &call), "{}", timeline(&town));
        let waits = town.system.waiting_since(id(&call)).unwrap();
        let waited = town.twilio.now() - waits;
        // Eight seconds before the talk, and since it ended at twenty.
        assert!((76..=80).contains(&waited.num_seconds()), "{waited}");
    }
    Ok(())
}

#[tokio::test]
async fn a_colleague_on_a_call_cannot_be_handed_another_and_the_two_talk_on() -> Outcome {
    let (mut town, call) = talking().await?;
    let shah = town.rings(0, caller("Mr Shah", LINE, "2").gets_through())?;
    until(&mut town, 30).await?;
    town.system.answer(BEN, id(&shah)).await?;
    until(&mut town, 40).await?;
    let busy = town
        .system
        .transfer(ANN, id(&call), Target::Agent(BEN))
        .await
        .unwrap_err();
    assert_eq!(busy.to_string(), "Ben cannot take a call now: on a call.");
    let nobody = Target::Agent(AgentId::new(99));
    let nobody = town.system.transfer(ANN, id(&call), nobody).await;
    assert!(matches!(nobody, Err(ActionError::NoTarget)));
    // Nor can Ben move Ann's caller.
    let stolen = town.system.hold(BEN, id(&call)).await.unwrap_err();
    assert_eq!(stolen.code(), "not-yours");
    until(&mut town, 60).await?;
    assert!(!is_over(&town, &call) && !placed(&town)[0].status.is_final());
    Ok(())
}

#[tokio::test]
async fn handed_over_to_a_number_outside() -> Outcome {
    for on_hold in [false, true] {
        let (mut town, call) = talking().await?;
        town.twilio.phone(
            OUTSIDE,
            Answers::after(seconds(3)).then(Script::new().hangs_up_after(seconds(60))),
        );
        if on_hold {
            town.system.hold(ANN, id(&call)).await?;
            until(&mut town, 30).await?;
        }
        let to = Target::Number(OUTSIDE.parse()?);
        town.system.transfer(ANN, id(&call), to).await?;
        until(&mut town, 200).await?;
        assert_eq!(joins(&town, &call)[1].0, OUTSIDE, "{}", timeline(&town));
        assert!(is_over(&town, &call) && heard(&town, &call, "Goodbye"));
        assert_eq!(rung(&town).len(), 1, "nobody is rung for one who is gone");
    }
    Ok(())
}

#[tokio::test]
async fn a_number_outside_that_does_not_answer_sends_the_caller_back_with_the_time_kept() -> Outcome
{
    for phone in [
        Answers::never as fn() -> Answers,
        Answers::busy,
        Answers::fails,
    ] {
        let (mut town, call) = talking().await?;
        town.twilio.phone(OUTSIDE, phone());
        let to = Target::Number(OUTSIDE.parse()?);
        town.system.transfer(ANN, id(&call), to).await?;
        until(&mut town, 80).await?;
        assert!(heard(&town, &call, "You are in line again"));
        let waits = town.system.waiting_since(id(&call)).unwrap();
        let waited = (town.twilio.now() - waits).num_seconds();
        assert!((66..=70).contains(&waited), "{waited}");
        town.system.answer(BEN, id(&call)).await?;
        until(&mut town, 90).await?;
        assert_eq!(joins(&town, &call)[1].0, REPS[1]);
    }
    Ok(())
}

/// The agent's phone hangs up before the caller's leg has come to the number: nothing is asked about the caller for as long
/// as they talk there, and that is no silence.
#[tokio::test]
async fn an_agent_who_hangs_up_while_the_caller_goes_outside_leaves_them_there() -> Outcome {
    let (mut town, call) = talking().await?;
    let long = Script::new().hangs_up_after(seconds(400));
    town.twilio
        .phone(OUTSIDE, Answers::after(seconds(3)).then(long));
    let offer = town.system.offers_to(ANN)[0].token;
    let installed: Installation = town.system.records().get("queue").unwrap();
    let run = installed.founded_at.timestamp_micros();
    let leg = placed(&town)[0].sid;
    let to = Target::Number(OUTSIDE.parse()?);
    town.system.transfer(ANN, id(&call), to).await?;
    let ended = format!(
        "CallSid={leg}&CallStatus=completed&From=%2B442079460100&To=%2B447700900201&CallDuration=8"
    );
    let page = format!("offer-ended?offer={run}-{offer}");
    let (status, answer) = post_signed(&town, &page, &ended).await?;
    assert_eq!(status, 204, "{answer}");
    until(&mut town, 300).await?;
    assert_eq!(joins(&town, &call)[1].0, OUTSIDE, "{}", timeline(&town));
    let talks: Call = town.system.records().get(call.as_str()).unwrap();
    assert!(talks.ended_at.is_none(), "{}", timeline(&town));
    until(&mut town, 500).await?;
    let over: Call = town.system.records().get(call.as_str()).unwrap();
    assert!(over.ended_at.is_some() && heard(&town, &call, "Goodbye"));
    assert_eq!(over.outcome.as_deref(), Some("answered"));
    Ok(())
}

#[tokio::test]
async fn hanging_up_says_good_bye_also_on_hold_and_also_while_the_phone_rings() -> Outcome {
    for on_hold in [false, true] {
        let (mut town, call) = talking().await?;
        if on_hold {
            town.system.hold(ANN, id(&call)).await?;
            until(&mut town, 30).await?;
        }
        town.system.hang_up(ANN, id(&call)).await?;
        until(&mut town, 60).await?;
        assert!(is_over(&town, &call) && heard(&town, &call, "Goodbye"));
        assert!(placed(&town).iter().all(|leg| leg.status.is_final()));
        let twice = town.system.hang_up(ANN, id(&call)).await.unwrap_err();
        assert_eq!(twice.code(), "gone");
    }
    let mut town = town().await?;
    town.phones([
        Answers::after(seconds(15)),
        Answers::never(),
        Answers::never(),
    ]);
    let call = mrs_hall(&mut town)?;
    until(&mut town, 10).await?;
    town.system.answer(ANN, id(&call)).await?;
    until(&mut town, 15).await?;
    town.system.hang_up(ANN, id(&call)).await?;
    until(&mut town, 30).await?;
    assert!(joins(&town, &call).is_empty() && !is_over(&town, &call));
    assert!(placed(&town).iter().all(|leg| leg.status.is_final()));
    Ok(())
}

#[tokio::test]
async fn an_api_that_is_down_leaves_the_talk_as_it_is() -> Outcome {
    let (mut town, call) = talking().await?;
    town.api_answers(503);
    for error in [
        town.system.hold(ANN, id(&call)).await.unwrap_err(),
        town.system.hang_up(ANN, id(&call)).await.unwrap_err(),
        town.system
            .transfer(ANN, id(&call), Target::Regular)
            .await
            .unwrap_err(),
    ] {
        assert_eq!(error.code(), "telephone", "{error}");
    }
    until(&mut town, 40).await?;
    town.mends();
    assert!(!is_over(&town, &call));
    town.system.hang_up(ANN, id(&call)).await?;
    until(&mut town, 60).await?;
    assert!(is_over(&town, &call));
    Ok(())
}

#[tokio::test]
async fn whoever_has_dialled_in_does_all_of_it_and_stays_on_the_line() -> Outcome {
    let mut town = Town::at(FRIDAY_TEN).await?;
    town.phones([Answers::busy(), Answers::never(), Answers::never()]);
    let ann = town.works(0, 0, 600)?;
    let call = mrs_hall(&mut town)?;
    until(&mut town, 20).await?;
    assert_eq!(joins(&town, &call).len(), 1);
    town.system.hold(ANN, id(&call)).await?;
    until(&mut town, 60).await?;
    assert!(heard(&town, &call, "You are on hold"));
    town.system.resume(ANN, id(&call)).await?;
    until(&mut town, 70).await?;
    assert_eq!(joins(&town, &call).len(), 2, "{}", timeline(&town));
    town.system.hang_up(ANN, id(&call)).await?;
    let shah = town.rings(0, talks(caller("Mr Shah", PREMIUM_LINE, "1"), 30))?;
    until(&mut town, 90).await?;
    assert!(is_over(&town, &call) && !is_over(&town, &ann));
    assert_eq!(joins(&town, &shah).len(), 1, "{}", timeline(&town));
    Ok(())
}

#[tokio::test]
async fn who_is_signed_out_unknown_or_busy_is_told_so() -> Outcome {
    let (mut town, call) = talking().await?;
    let shah = town.rings(0, caller("Mr Shah", LINE, "2").gets_through())?;
    until(&mut town, 30).await?;
    let cat = AgentId::new(3);
    let codes = [
        town.system.answer(cat, id(&shah)).await,
        town.system.answer(AgentId::new(99), id(&shah)).await,
        town.system.answer(ANN, id(&shah)).await,
        town.system.answer(BEN, id(&call)).await,
        town.system
            .presence(AgentId::new(99), Presence::Ready)
            .await,
    ]
    .map(|result| result.unwrap_err().code());
    assert_eq!(
        codes,
        ["signed-out", "signed-out", "busy", "taken", "signed-out"]
    );
    Ok(())
}
