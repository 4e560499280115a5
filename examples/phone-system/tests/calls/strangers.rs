//! Requests that are not Twilio's, or make no sense.

use phone_system::morning::{LINE, TOKEN, Town, caller};
use twilio_simulator::Caller;
use twilio_webhook::{Params, sign};

use crate::seen::{about, heard, post, post_signed, rung, seconds, timeline};
use crate::{FRIDAY_TEN, Outcome};

const MRS_HALL: &str = "From=%2B447700900301&To=%2B442079460100";
const ANN: &str = "From=%2B447700900201&To=%2B442079460200";
const QUEUE: &str = "QueueSid=QU0123456789abcdef0123456789abcdef&QueueTime=0&AvgQueueTime=0&CurrentQueueSize=1\
                     &QueuePosition=1&MaxQueueSize=100";
const CALL: &str = "CallSid=CA0123456789abcdef0123456789abcdef&CallStatus=in-progress";

#[tokio::test]
async fn a_forged_request_gets_403_and_nothing_else() -> Outcome {
    let mut town = Town::at(FRIDAY_TEN).await?;
    town.rings(0, Caller::from("+447700900307").to(LINE).forged())?;
    town.twilio.run_until_idle().await?;
    let transcript = town.twilio.transcript();
    let request = transcript.requests().next().unwrap();
    assert_eq!(transcript.status_of(request), Some(403));

    // Nor does a request without any signature get further, and neither is told why.
    for page in ["voice", "offer?offer=x", "wait"] {
        assert_eq!(
            post(&town, page, "CallSid=CA1", None).await?,
            (403, String::new()),
            "{page}"
        );
    }
    let refused = about(&town, "webhook");
    assert!(
        refused
            .iter()
            .all(|line| line.starts_with("refused with 403") && !line.contains(TOKEN)),
        "{refused:?}"
    );
    Ok(())
}

#[tokio::test]
async fn a_missing_parameter_gets_400_a_spoken_apology_and_its_name_in_the_timeline() -> Outcome {
    let town = Town::at(FRIDAY_TEN).await?;
    let (status, page) =
        post_signed(&town, "voice", &format!("CallStatus=ringing&{MRS_HALL}")).await?;
    assert_eq!(status, 400);
    assert!(page.contains("<Say>We are sorry"), "{page}");
    assert!(about(&town, "webhook")[0].contains("CallSid"));
    Ok(())
}

#[tokio::test]
async fn a_url_of_ours_that_makes_no_sense_gets_an_apology_or_too_late() -> Outcome {
    let town = Town::at(FRIDAY_TEN).await?;
    let more = "DequeingCallSid=CA0123456789abcdef0123456789abcdef&DialCallStatus=completed&DequeueResult=bridged";
    for (page, wanted) in [
        ("offer", "sorry"),
        ("offer?offer=", "sorry"),
        ("offer?offer=x", "sorry"),
        ("offer?offer=1-99999999999999999999999", "sorry"),
        ("offer?offer=1-7", "Somebody else"),
        ("offer-key?offer=1-7", "Somebody else"),
        ("offer-key", "sorry"),
        ("wait", "sorry"),
        ("wait?class=gold&topic=support&since=0&put_back=0", "sorry"),
        (
            "wait?class=regular&topic=support&since=9223372036854775807&put_back=0",
            "sorry",
        ),
        ("whisper", "sorry"),
        ("rep-done?offer=", "sorry"),
    ] {
        let (status, answer) =
            post_signed(&town, page, &format!("{CALL}&{ANN}&{QUEUE}&{more}")).await?;
        assert!(answer.contains(wanted), "{page}: {status} {answer}");
        assert_eq!(status, if wanted == "sorry" { 400 } else { 200 }, "{page}");
    }
    Ok(())
}

#[tokio::test]
async fn an_instant_at_the_end_of_time_is_no_panic() -> Outcome {
    let town = Town::at(FRIDAY_TEN).await?;
    for since in ["8210266876799", "-8334601228800", "0"] {
        let page = format!("wait?class=regular&topic=support&since={since}&put_back=0");
        let form = format!("{CALL}&{MRS_HALL}&{QUEUE}");
        let (status, answer) = post_signed(&town, &page, &form).await?;
        assert!(status == 200 || status == 400, "{since}: {status} {answer}");
        assert!(answer.contains("<Say>"), "{answer}");
    }
    Ok(())
}

#[tokio::test]
async fn a_wait_that_comes_after_the_call_has_ended_brings_nobody_back() -> Outcome {
    let mut town = Town::at(FRIDAY_TEN).await?;
    let call = town.rings(0, caller("Mrs Hall", LINE, "2").gives_up_after(seconds(20)))?;
    town.until("2026-05-01T09:01:00Z").await?;
    let form = format!("CallSid={call}&CallStatus=in-progress&{MRS_HALL}&{QUEUE}");
    post_signed(
        &town,
        "wait?class=regular&topic=support&since=1777626000&put_back=0",
        &form,
    )
    .await?;
    let other = town.rings(60, caller("Mr Shah", LINE, "2").gives_up_after(seconds(60)))?;
    town.until("2026-05-01T09:20:00Z").await?;
    assert!(heard(&town, &other, "You are next"), "{}", timeline(&town));
    assert!(rung(&town).is_empty(), "{}", timeline(&town));
    Ok(())
}

#[tokio::test]
async fn what_a_caller_calls_themselves_stays_in_its_line() -> Outcome {
    let town = Town::at(FRIDAY_TEN).await?;
    let call = "CallSid=CA0123456789abcdef0123456789abcdef&CallStatus=ringing&To=%2B442079460100";
    let forger = "client:a%0A%20%2009:00:00%20%20Ann%20%20%20opens%20the%20safe%1B%5B31m";
    post_signed(&town, "voice", &format!("{call}&From={forger}")).await?;
    post_signed(
        &town,
        "voice",
        &format!("{call}&From={}", "x".repeat(50_000)),
    )
    .await?;
    let timeline = timeline(&town);
    assert_eq!(timeline.lines().count(), 3, "{timeline}");
    assert!(
        !timeline.contains('\u{1b}') && timeline.len() < 2_000,
        "{timeline}"
    );
    // The parameters were signed; the text of a page is not made of them.
    assert!(sign(TOKEN, "http://127.0.0.1/voice", &Params::new()).len() > 20);
    Ok(())
}
