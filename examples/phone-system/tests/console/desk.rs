//! What agents do at the console.

use std::time::Duration;

use phone_system::morning::{LINE, TOKEN, caller, number_of};
use phone_system::records::{Call, CallBack, Voicemail};
use reqwest::StatusCode;
use serde_json::json;
use twilio_rest::recordings::StartRecording;
use twilio_rest::{Client, Credentials};
use twilio_simulator::Caller;

use crate::browser::{Browser, town_with_accounts};
use crate::stream::Stream;
use crate::{FRIDAY_TEN, Outcome};

/// The account of the simulated Twilio.
const ACCOUNT: &str = "AC0123456789abcdef0123456789abcdef";

#[tokio::test]
async fn who_is_ready_is_asked_and_answers() -> Outcome {
    let mut town = town_with_accounts(FRIDAY_TEN).await?;
    let ann = Browser::of(&town, "ann").await?;
    let mut page = Stream::of(&ann, None).await?;
    let (status, answer) = ann
        .does(&page, "presence", json!({ "state": "ready" }))
        .await?;
    assert_eq!((status, answer), (StatusCode::OK, json!({ "ok": true })));
    page.until(|page| page.agent(1)["state"] == "ready").await?;
    let call = town.rings(0, caller("Mrs Hall", LINE, "2"))?.to_string();
    town.until("2026-05-01T09:00:20Z").await?;
    page.until(|page| page.agent(1)["offers"][0]["call"] == *call)
        .await?;
    assert_eq!(page.agent(1)["state"], "reserved");
    assert_eq!(page.agent(1)["offers"][0]["stage"], "ringing");
    let (status, _) = ann.does(&page, "answer", json!({ "call": call })).await?;
    assert_eq!(status, StatusCode::OK);
    page.until(|page| page.agent(1)["offers"][0]["stage"] == "connecting")
        .await?;
    assert_eq!(page.floor["waiting"][0]["stage"], "connecting");
    Ok(())
}

#[tokio::test]
async fn of_two_who_answer_at_once_one_has_the_call_and_the_other_is_told() -> Outcome {
    let mut town = town_with_accounts(FRIDAY_TEN).await?;
    let (ann, ben) = (
        Browser::of(&town, "ann").await?,
        Browser::of(&town, "ben").await?,
    );
    let mut pages = [Stream::of(&ann, None).await?, Stream::of(&ben, None).await?];
    let call = town.rings(0, caller("Mrs Hall", LINE, "2"))?.to_string();
    town.until("2026-05-01T09:00:20Z").await?;
    for (browser, page) in [&ann, &ben].into_iter().zip(&mut pages) {
        browser
            .does(page, "presence", json!({ "state": "break" }))
            .await?;
        page.until(|page| page.calls("waiting") == [&*call]).await?;
    }
    let (one, other) = tokio::join!(
        ann.does(&pages[0], "answer", json!({ "call": call })),
        ben.does(&pages[1], "answer", json!({ "call": call })),
    );
    let answers = [one?, other?];
    let won = answers
        .iter()
        .filter(|(status, _)| *status == StatusCode::OK)
        .count();
    assert_eq!(won, 1, "{answers:?}");
    let (status, lost) = answers
        .iter()
        .find(|(status, _)| *status != StatusCode::OK)
        .unwrap();
    assert_eq!(*status, StatusCode::CONFLICT);
    assert_eq!(lost["code"], "taken");
    let winner = if answers[0].0 == StatusCode::OK {
        "Ann"
    } else {
        "Ben"
    };
    assert_eq!(lost["error"], format!("{winner} was first."));
    Ok(())
}

#[tokio::test]
async fn not_now_gives_the_caller_to_somebody_else() -> Outcome {
    let mut town = town_with_accounts(FRIDAY_TEN).await?;
    let (ann, ben) = (
        Browser::of(&town, "ann").await?,
        Browser::of(&town, "ben").await?,
    );
    let mut pages = [Stream::of(&ann, None).await?, Stream::of(&ben, None).await?];
    for (browser, page) in [&ann, &ben].into_iter().zip(&pages) {
        browser
            .does(page, "presence", json!({ "state": "ready" }))
            .await?;
    }
    let call = town.rings(0, caller("Mrs Hall", LINE, "2"))?.to_string();
    town.until("2026-05-01T09:00:10Z").await?;
    pages[0]
        .until(|page| page.agent(1)["offers"][0]["call"] == *call)
        .await?;
    let offer = pages[0].agent(1)["offers"][0]["offer"].clone();
    let (status, _) = ben
        .does(&pages[1], "decline", json!({ "offer": offer }))
        .await?;
    assert_eq!(status, StatusCode::CONFLICT, "it is not Ben's");
    let (status, _) = ann
        .does(&pages[0], "decline", json!({ "offer": offer }))
        .await?;
    assert_eq!(status, StatusCode::OK);
    pages[1]
        .until(|page| page.agent(2)["offers"][0]["call"] == *call)
        .await?;
    let (status, answer) = ann
        .does(&pages[0], "decline", json!({ "offer": offer }))
        .await?;
    assert_eq!(
        (status, &answer["code"]),
        (StatusCode::CONFLICT, &json!("offer-over"))
    );
    Ok(())
}

#[tokio::test]
async fn who_takes_no_calls_cannot_answer() -> Outcome {
    let town = town_with_accounts(FRIDAY_TEN).await?;
    let sue = Browser::of(&town, "sue").await?;
    let page = Stream::of(&sue, None).await?;
    let call = "CA00000000000000000000000000000001";
    let (status, answer) = sue.does(&page, "answer", json!({ "call": call })).await?;
    assert_eq!(
        (status, &answer["code"]),
        (StatusCode::FORBIDDEN, &json!("forbidden"))
    );
    let ann = Browser::of(&town, "ann").await?;
    let page = Stream::of(&ann, None).await?;
    let (status, answer) = ann.does(&page, "answer", json!({ "call": call })).await?;
    assert_eq!(
        (status, &answer["code"]),
        (StatusCode::CONFLICT, &json!("gone"))
    );
    Ok(())
}

#[tokio::test]
async fn notes_are_kept_with_the_call() -> Outcome {
    let town = town_with_accounts(FRIDAY_TEN).await?;
    let ann = Browser::of(&town, "ann").await?;
    let mut page = Stream::of(&ann, None).await?;
    let key = (
        "call".to_owned(),
        "CA00000000000000000000000000000001".to_owned(),
    );
    let note = |text: &str| json!({ "call": key.1, "text": text });
    let (status, _) = ann.does(&page, "note", note("hello")).await?;
    assert_eq!(status, StatusCode::CONFLICT, "there is no such call");
    let call = Call::new("+447700900301", LINE, FRIDAY_TEN.parse()?);
    town.system.records().put(&key.1, &call).await?;
    let (one, other) = tokio::join!(
        ann.does(&page, "note", note("</script><script>alert(1)</script>")),
        ann.does(&page, "note", note("two\nlines")),
    );
    assert_eq!((one?.0, other?.0), (StatusCode::OK, StatusCode::OK));
    page.until(|page| {
        page.records
            .get(&key)
            .is_some_and(|call| call["notes"][1]["by"] == "Ann")
    })
    .await?;
    for (text, status) in [
        ("", 400),
        (" ", 400),
        (&*"x".repeat(2_001), 400),
        (&"\u{1F600}".repeat(2_000), 200),
    ] {
        let (got, _) = ann.does(&page, "note", note(text)).await?;
        assert_eq!(got.as_u16(), status);
    }
    Ok(())
}

#[tokio::test]
async fn an_exception_to_the_hours_counts_from_the_next_call_on() -> Outcome {
    let mut town = town_with_accounts(FRIDAY_TEN).await?;
    let (ann, sue) = (
        Browser::of(&town, "ann").await?,
        Browser::of(&town, "sue").await?,
    );
    let mut page = Stream::of(&sue, None).await?;
    let close =
        json!({ "hours": "closed", "until": "2026-05-01T11:00:00Z", "reason": "fire drill" });
    let ann_page = Stream::of(&ann, None).await?;
    let (status, _) = ann.does(&ann_page, "override", close.clone()).await?;
    assert_eq!(status, StatusCode::FORBIDDEN, "agents do not decide that");
    let (status, _) = sue.does(&page, "override", close).await?;
    assert_eq!(status, StatusCode::OK);
    page.until(|page| page.floor["hours"]["open"] == false)
        .await?;
    let hours = &page.floor["hours"];
    assert_eq!(hours["until"], "2026-05-01T11:00:00Z");
    assert_eq!(hours["overrides"][0]["reason"], "fire drill");
    assert_eq!(hours["overrides"][0]["by"], "sue");
    assert_eq!(hours["overrides"][0]["hours"], "closed");
    assert!(
        hours["why"]
            .as_str()
            .unwrap_or_default()
            .contains("fire drill")
    );
    let cut = json!([{ "from": "09:00", "to": "10:00" }, { "from": "12:00", "to": "17:30" }]);
    assert_eq!(hours["today"], cut);

    let call = town.rings(
        0,
        Caller::from(number_of("Mrs Hall"))
            .to(LINE)
            .named("Mrs Hall"),
    )?;
    town.until("2026-05-01T09:01:00Z").await?;
    assert!(
        town.twilio.transcript().to_string().contains("fire drill"),
        "{call} hears why"
    );

    let id = page.floor["hours"]["overrides"][0]["id"].clone();
    let (status, _) = sue
        .does(&page, "override-remove", json!({ "id": id }))
        .await?;
    assert_eq!(status, StatusCode::OK);
    page.until(|page| page.floor["hours"]["open"] == true)
        .await?;
    assert_eq!(page.floor["hours"]["overrides"], json!([]));
    for bad in [
        json!({ "hours": "closed", "until": "2026-05-01T09:00:00Z", "reason": "over" }),
        json!({ "hours": "closed", "until": "2036-05-01T09:00:00Z", "reason": "too long" }),
        json!({ "hours": "closed", "until": "tomorrow", "reason": "x" }),
        json!({ "hours": "ajar", "until": "2026-05-01T11:00:00Z", "reason": "x" }),
        json!({ "hours": "closed", "until": "2026-05-01T11:00:00Z", "reason": "a\nb" }),
    ] {
        let (status, _) = sue.does(&page, "override", bad.clone()).await?;
        assert_eq!(status, StatusCode::BAD_REQUEST, "{bad}");
    }
    Ok(())
}

#[tokio::test]
async fn supervisors_keep_the_table_of_customers() -> Outcome {
    let town = town_with_accounts(FRIDAY_TEN).await?;
    let (ann, sue) = (
        Browser::of(&town, "ann").await?,
        Browser::of(&town, "sue").await?,
    );
    let mut page = Stream::of(&sue, None).await?;
    let hall =
        json!({ "number": "+44 7700 900-301", "name": " <b>Mrs Hall</b> ", "class": "premium" });
    let ann_page = Stream::of(&ann, None).await?;
    assert_eq!(
        ann.does(&ann_page, "customer", hall.clone()).await?.0,
        StatusCode::FORBIDDEN
    );
    assert_eq!(sue.does(&page, "customer", hall).await?.0, StatusCode::OK);
    let key = ("customer".to_owned(), "+447700900301".to_owned());
    page.until(|page| page.records.contains_key(&key)).await?;
    assert_eq!(
        page.records[&key],
        json!({ "name": "<b>Mrs Hall</b>", "class": "premium" })
    );
    for bad in [
        json!({ "number": "07700 900301", "name": "x", "class": "premium" }),
        json!({ "number": "+447700900301", "name": "", "class": "premium" }),
        json!({ "number": "+447700900301", "name": "x", "class": "gold" }),
    ] {
        assert_eq!(
            sue.does(&page, "customer", bad.clone()).await?.0,
            StatusCode::BAD_REQUEST,
            "{bad}"
        );
    }
    assert_eq!(
        sue.does(&page, "customer-remove", json!({ "number": key.1 }))
            .await?
            .0,
        StatusCode::OK
    );
    page.until(|page| !page.records.contains_key(&key)).await?;
    Ok(())
}

#[tokio::test]
async fn one_agent_sees_to_a_call_back() -> Outcome {
    let town = town_with_accounts(FRIDAY_TEN).await?;
    let (ann, ben) = (
        Browser::of(&town, "ann").await?,
        Browser::of(&town, "ben").await?,
    );
    let pages = [Stream::of(&ann, None).await?, Stream::of(&ben, None).await?];
    let callback = json!({
        "number": "+447700900301", "line": LINE, "class": "regular", "state": "waiting",
        "since": FRIDAY_TEN, "due": FRIDAY_TEN,
    });
    town.system
        .records()
        .put("one", &serde_json::from_value::<CallBack>(callback)?)
        .await?;
    let id = json!({ "id": "one" });
    assert_eq!(
        ann.does(&pages[0], "callback-take", id.clone()).await?.0,
        StatusCode::OK
    );
    let (status, answer) = ben.does(&pages[1], "callback-take", id.clone()).await?;
    assert_eq!(
        (status, &answer["error"]),
        (StatusCode::CONFLICT, &json!("Ann was first."))
    );
    // Not Ben's to give back; Ann's, and then anybody may take it.
    let (status, answer) = ben
        .does(&pages[1], "callback-give-back", id.clone())
        .await?;
    assert_eq!(
        (status, &answer["error"]),
        (StatusCode::CONFLICT, &json!("Ann sees to it."))
    );
    let sue = Browser::of(&town, "sue").await?;
    let sue_page = Stream::of(&sue, None).await?;
    for (browser, page) in [(&ann, &pages[0]), (&sue, &sue_page)] {
        let (status, _) = browser.does(page, "callback-give-back", id.clone()).await?;
        assert_eq!(status, StatusCode::OK, "a supervisor may, too");
        let (status, _) = ann.does(&pages[0], "callback-take", id.clone()).await?;
        assert_eq!(status, StatusCode::OK);
    }
    assert_eq!(
        ann.does(&pages[0], "callback-done", id).await?.0,
        StatusCode::OK
    );
    let kept = town
        .system
        .records()
        .get::<CallBack>("one")
        .ok_or("it is kept")?;
    assert_eq!((kept.by.as_deref(), &*kept.state), (Some("Ann"), "done"));
    assert_eq!(
        ann.does(&pages[0], "callback-take", json!({ "id": "two" }))
            .await?
            .0,
        StatusCode::CONFLICT
    );
    Ok(())
}

#[tokio::test]
async fn whoever_leaves_the_last_console_is_asked_for_no_calls() -> Outcome {
    let town = town_with_accounts(FRIDAY_TEN).await?;
    let mut page = Stream::of(&Browser::of(&town, "sue").await?, None).await?;
    let (mut desk, mut phone) = (
        Browser::of(&town, "ann").await?,
        Browser::of(&town, "ann").await?,
    );
    let ann = Stream::of(&desk, None).await?;
    desk.does(&ann, "presence", json!({ "state": "ready" }))
        .await?;
    page.until(|page| page.agent(1)["state"] == "ready").await?;
    phone.signs_out().await?;
    desk.does(&ann, "presence", json!({ "state": "break" }))
        .await?;
    page.until(|page| page.agent(1)["state"] == "break").await?;
    desk.signs_out().await?;
    page.until(|page| page.agent(1)["state"] == "signed-out")
        .await?;
    Ok(())
}

#[tokio::test]
async fn messages_are_played_to_those_who_are_signed_in() -> Outcome {
    let mut town = town_with_accounts(FRIDAY_TEN).await?;
    let ann = Browser::of(&town, "ann").await?;
    let call = town.rings(
        0,
        caller("Mrs Hall", LINE, "2").gives_up_after(Duration::from_secs(40)),
    )?;
    town.until("2026-05-01T09:00:20Z").await?;
    let twilio = Client::builder(ACCOUNT.parse()?, Credentials::auth_token(TOKEN));
    let twilio = twilio.base_url(town.twilio.rest_url()).build()?;
    let recording = twilio
        .calls()
        .record(&call, StartRecording::default())
        .await?
        .sid;
    town.until("2026-05-01T09:02:00Z").await?;
    let message = |sid: &str| {
        json!({
            "call": call.to_string(), "from": "+447700900301", "at": FRIDAY_TEN,
            "url": format!("https://api.twilio.example/{sid}"),
        })
    };
    let unknown = "RE00000000000000000000000000000009";
    for sid in [recording.as_str(), unknown] {
        let message: Voicemail = serde_json::from_value(message(sid))?;
        town.system.records().put(sid, &message).await?;
    }
    let path = format!("/console/voicemail/{recording}");
    assert_eq!(
        Browser::at(&town)?.gets(&path).await?.status(),
        StatusCode::UNAUTHORIZED
    );
    let sound = ann.gets(&path).await?;
    assert_eq!(sound.status(), StatusCode::OK);
    assert_eq!(sound.headers()["content-type"], "audio/wav");
    assert_eq!(sound.headers()["cache-control"], "no-store");
    let sound = sound.bytes().await?;
    assert!(sound.starts_with(b"RIFF") && sound.len() > 1_000);
    for gone in [
        unknown,
        "RE00000000000000000000000000000001",
        "CA1",
        "..%2fCalls",
    ] {
        let answer = ann.gets(&format!("/console/voicemail/{gone}")).await?;
        assert_eq!(answer.status(), StatusCode::NOT_FOUND, "{gone}");
    }
    let page = Stream::of(&ann, None).await?;
    ann.does(&page, "voicemail-heard", json!({ "id": recording }))
        .await?;
    let heard = town
        .system
        .records()
        .get::<Voicemail>(recording.as_str())
        .ok_or("it is kept")?;
    assert_eq!(heard.heard_by.as_deref(), Some("Ann"));
    Ok(())
}
