//! What the page is told, and when; nothing is missed.

use phone_system::morning::{LINE, PREMIUM_LINE, REP_LINE, caller, talks};
use phone_system::records::{Customer, Role};
use reqwest::StatusCode;
use serde_json::json;
use twilio_simulator::Answers;

use crate::browser::{Browser, PASSWORD, town_with_accounts};
use crate::stream::Stream;
use crate::{FRIDAY_TEN, Outcome};

fn customer(name: &str) -> Customer {
    Customer {
        name: name.to_owned(),
        class: "regular".to_owned(),
    }
}

#[tokio::test]
async fn it_begins_with_who_one_is_and_the_whole_floor() -> Outcome {
    let town = town_with_accounts(FRIDAY_TEN).await?;
    let ann = Stream::of(&Browser::of(&town, "ann").await?, None).await?;
    assert_eq!(
        ann.hello["me"],
        json!({ "agent": 1, "name": "Ann", "role": "agent" })
    );
    assert_eq!(ann.hello["reset"], true);
    assert_eq!(ann.hello["now"], "2026-05-01T09:00:00Z");
    assert_eq!(ann.hello["speed"], 1.0);
    assert!(ann.csrf().len() >= 32);
    assert_eq!(ann.agent(1)["state"], "signed-out");
    assert_eq!(ann.agent(3)["name"], "Cat");
    let hours = &ann.floor["hours"];
    assert_eq!(hours["open"], true);
    assert_eq!(hours["zone"], "Europe/London");
    assert_eq!(hours["today"], json!([{ "from": "09:00", "to": "17:30" }]));
    assert_eq!(hours["until"], "2026-05-01T16:30:00Z");
    let classes = ann.floor["board"]["classes"].as_array().unwrap();
    assert_eq!(classes.len(), 2);
    assert_eq!(classes[0]["class"], "premium");
    let sue = Stream::of(&Browser::of(&town, "sue").await?, None).await?;
    assert_eq!(
        sue.hello["me"],
        json!({ "agent": null, "name": "sue", "role": "supervisor" })
    );
    Ok(())
}

#[tokio::test]
async fn the_floor_shows_who_waits_and_who_talks() -> Outcome {
    let mut town = town_with_accounts(FRIDAY_TEN).await?;
    let mut page = Stream::of(&Browser::of(&town, "sue").await?, None).await?;
    let regular = town
        .rings(0, talks(caller("Mrs Hall", LINE, "2"), 60))?
        .to_string();
    let premium = town
        .rings(10, talks(caller("Mr Shah", PREMIUM_LINE, "1"), 60))?
        .to_string();
    town.until("2026-05-01T09:01:00Z").await?;
    page.until(|page| page.calls("waiting").len() == 2).await?;
    assert_eq!(
        page.calls("waiting"),
        [&*premium, &*regular],
        "in the order they are served"
    );
    let waiting = &page.floor["waiting"];
    assert_eq!(waiting[0]["class"], "premium");
    assert_eq!(waiting[0]["position"], 1);
    assert_eq!(waiting[1]["position"], 2);
    assert_eq!(waiting[1]["stage"], "waiting");
    assert_eq!(waiting[1]["overdue"], false);
    assert_eq!(page.floor["board"]["classes"][0]["waiting"], 1);

    town.works(0, 0, 300)?;
    town.until("2026-05-01T09:01:30Z").await?;
    page.until(|page| page.calls("talking") == [&*premium])
        .await?;
    assert_eq!(page.floor["talking"][0]["agent"], 1);
    assert_eq!(page.agent(1)["state"], "talking");
    assert_eq!(page.agent(1)["reach"], "on-the-line");
    assert_eq!(page.agent(1)["offers"][0]["stage"], "talking");
    assert_eq!(page.floor["board"]["classes"][0]["answered"], 1);
    assert_eq!(
        page.floor["board"]["classes"][0]["service_level"], 0.0,
        "after 50 s"
    );
    Ok(())
}

#[tokio::test]
async fn at_three_minutes_every_phone_rings_and_every_console_knows() -> Outcome {
    let mut town = town_with_accounts(FRIDAY_TEN).await?;
    let mut page = Stream::of(&Browser::of(&town, "ben").await?, None).await?;
    town.phones([Answers::never(), Answers::never(), Answers::never()]);
    let call = town.rings(0, caller("Mrs Hall", LINE, "2"))?.to_string();
    town.until("2026-05-01T09:03:20Z").await?;
    page.until(|page| page.agent(2)["offers"][0]["everyone"] == true)
        .await?;
    assert_eq!(page.agent(2)["offers"][0]["call"], *call);
    assert_eq!(page.agent(2)["offers"][0]["stage"], "ringing");
    assert_eq!(page.floor["waiting"][0]["stage"], "offered");
    assert_eq!(page.floor["waiting"][0]["overdue"], true);
    let escalation = &page.floor["escalations"][0];
    assert_eq!(escalation["call"], *call);
    assert_eq!(escalation["what"], "every phone rings");
    Ok(())
}

#[tokio::test]
async fn records_are_told_as_they_are_written() -> Outcome {
    let town = town_with_accounts(FRIDAY_TEN).await?;
    let records = town.system.records();
    records.put("+447700900301", &customer("Mrs Hall")).await?;
    let mut page = Stream::of(&Browser::of(&town, "sue").await?, None).await?;
    let hall = ("customer".to_owned(), "+447700900301".to_owned());
    assert_eq!(
        page.records[&hall],
        json!({ "name": "Mrs Hall", "class": "regular" })
    );
    records
        .put("+447700900301", &customer("<script>alert(1)</script>"))
        .await?;
    page.until(|page| page.records[&hall]["name"] == "<script>alert(1)</script>")
        .await?;
    records.remove::<Customer>("+447700900301").await?;
    page.until(|page| !page.records.contains_key(&hall)).await?;
    Ok(())
}

#[tokio::test]
async fn whoever_was_cut_off_misses_nothing() -> Outcome {
    let town = town_with_accounts(FRIDAY_TEN).await?;
    let sue = Browser::of(&town, "sue").await?;
    let records = town.system.records();
    for n in 0..20 {
        records.put(&format!("before {n}"), &customer("x")).await?;
    }
    let page = Stream::of(&sue, None).await?;
    let place = page.place.clone().ok_or("a place")?;
    let last = *page.changes.last().ok_or("changes")?;
    drop(page);
    for n in 0..20 {
        records
            .put(&format!("meanwhile {n}"), &customer("x"))
            .await?;
    }
    records.remove::<Customer>("before 3").await?;
    let mut resumed = Stream::of(&sue, Some(&place)).await?;
    assert_eq!(resumed.hello["reset"], false);
    resumed.until(|page| page.changes.len() >= 21).await?;
    assert!(
        resumed.changes.iter().all(|change| *change > last),
        "nothing twice"
    );
    assert!(resumed.changes.is_sorted());
    let told = resumed
        .records
        .keys()
        .filter(|(_, key)| key.starts_with("meanwhile"));
    assert_eq!(told.count(), 20);
    assert!(
        resumed.raw.contains(r#""key":"before 3""#),
        "what is gone is told too"
    );
    // The page may say it in the URL as well, where the browser has forgotten.
    let answer = sue.gets(&format!("/console/events?after={place}")).await?;
    assert_eq!(answer.status(), StatusCode::OK);
    Ok(())
}

#[tokio::test]
async fn a_place_that_means_nothing_begins_anew() -> Outcome {
    let town = town_with_accounts(FRIDAY_TEN).await?;
    let sue = Browser::of(&town, "sue").await?;
    town.system
        .records()
        .put("+447700900301", &customer("Mrs Hall"))
        .await?;
    let page = Stream::of(&sue, None).await?;
    let place = page.place.clone().ok_or("a place")?;
    let (store, change) = place.split_once('-').ok_or("two parts")?;
    let change: u64 = change.parse()?;
    for place in [
        "17".to_owned(),
        format!("another-{change}"),
        format!("{store}-{}", change + 1_000),
        format!("{store}-x"),
        "-".to_owned(),
        "\u{f6}".to_owned(),
    ] {
        let page = Stream::of(&sue, Some(&place)).await?;
        assert_eq!(page.hello["reset"], true, "{place}");
        assert_eq!(page.records.len(), 1, "{place}");
    }
    Ok(())
}

#[tokio::test]
async fn signing_out_ends_the_stream_everywhere() -> Outcome {
    let town = town_with_accounts(FRIDAY_TEN).await?;
    let mut ann = Browser::of(&town, "ann").await?;
    let thief = ann.clone();
    let mut page = Stream::of(&thief, None).await?;
    ann.signs_out().await?;
    while page.next().await?.is_some() {}
    assert_eq!(
        thief.follows(None).await?.status(),
        StatusCode::UNAUTHORIZED
    );
    Ok(())
}

#[tokio::test]
async fn secrets_never_leave() -> Outcome {
    let mut town = town_with_accounts(FRIDAY_TEN).await?;
    let (ann, ben) = (
        Browser::of(&town, "ann").await?,
        Browser::of(&town, "ben").await?,
    );
    let records = town.system.records();
    let voicemail = json!({
        "call": "CA1", "from": "+447700900301", "at": "2026-05-01T08:00:00Z",
        "url": "https://api.twilio.example/secret-recording", "seconds": 7,
    });
    records
        .put(
            "RE1",
            &serde_json::from_value::<phone_system::records::Voicemail>(voicemail)?,
        )
        .await?;
    let mut page = Stream::of(&ben, None).await?;
    town.works(0, 0, 60)?;
    town.rings(5, talks(caller("Mrs Hall", LINE, "2"), 10))?;
    town.until("2026-05-01T09:02:00Z").await?;
    town.system
        .add_account("eve", PASSWORD, Role::Agent, None)
        .await?;
    page.until(|page| {
        page.agent(1)["state"] == "signed-out"
            && page.floor["at"].as_str() > Some("2026-05-01T09:01")
    })
    .await?;
    let voicemail = &page.records[&("voicemail".to_owned(), "RE1".to_owned())];
    assert_eq!(voicemail["seconds"], 7);
    let ann_page = Stream::of(&ann, None).await?;
    for secret in [
        "argon2",
        "password",
        "secret-recording",
        "session",
        REP_LINE,
        phone_system::morning::TOKEN,
        ann_page.csrf(),
        ann.session.as_deref().unwrap_or("?"),
        ben.session.as_deref().unwrap_or("?"),
    ] {
        assert!(!page.raw.contains(secret), "{secret} was sent");
    }
    let kinds: Vec<_> = page.records.keys().map(|(kind, _)| &**kind).collect();
    assert!(
        kinds
            .iter()
            .all(|kind| ["call", "voicemail", "callback", "customer", "entry"].contains(kind))
    );
    Ok(())
}
