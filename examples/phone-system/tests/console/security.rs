//! Strangers stay out, and do no harm; those who belong here are not bothered.

use phone_system::morning::Town;
use phone_system::records::{Account, Role};
use phone_system::remove_account;
use queue_dispatch::AgentId;
use reqwest::StatusCode;
use reqwest::header::{CONTENT_TYPE, ORIGIN, RETRY_AFTER, SET_COOKIE};

use crate::browser::{Browser, PASSWORD, location, town_with_accounts};
use crate::stream::Stream;
use crate::{FRIDAY_TEN, Outcome};

#[tokio::test]
async fn without_a_session_there_is_only_the_sign_in_page() -> Outcome {
    let town = town_with_accounts(FRIDAY_TEN).await?;
    let stranger = Browser::at(&town)?;
    let page = stranger.gets("/console").await?;
    assert_eq!(page.status(), StatusCode::SEE_OTHER);
    assert_eq!(location(&page), "/console/sign-in");
    assert_eq!(stranger.gets("/").await?.status(), StatusCode::SEE_OTHER);
    let page = stranger.gets("/console/sign-in").await?;
    assert_eq!(page.status(), StatusCode::OK);
    let action = stranger
        .post("/console/api/presence")
        .body("{}")
        .send()
        .await?;
    assert_eq!(action.status(), StatusCode::UNAUTHORIZED);
    assert!(action.text().await?.contains(r#""code":"signed-out""#));
    Ok(())
}

#[tokio::test]
async fn the_right_password_begins_a_session() -> Outcome {
    let town = town_with_accounts(FRIDAY_TEN).await?;
    let mut ann = Browser::at(&town)?;
    let answer = ann.signs_in(" Ann ", PASSWORD).await?;
    assert_eq!(answer.status(), StatusCode::SEE_OTHER);
    assert_eq!(location(&answer), "/console");
    let cookie = answer.headers()[SET_COOKIE].to_str()?;
    for attribute in ["HttpOnly", "SameSite=Strict", "Path=/", "Max-Age=43200"] {
        assert!(
            cookie.contains(attribute),
            "{attribute} is missing in {cookie}"
        );
    }
    assert_eq!(ann.gets("/console").await?.status(), StatusCode::OK);
    assert_eq!(location(&ann.gets("/console/sign-in").await?), "/console");
    Ok(())
}

#[tokio::test]
async fn every_answer_carries_the_headers() -> Outcome {
    let town = town_with_accounts(FRIDAY_TEN).await?;
    let ann = Browser::of(&town, "ann").await?;
    let stranger = Browser::at(&town)?;
    for answer in [
        ann.gets("/console").await?,
        ann.gets("/console/assets/app.js").await?,
        ann.gets("/console/assets/nothing.js").await?,
        ann.gets("/console/api/answer").await?,
        stranger.gets("/console").await?,
        stranger.gets("/console/sign-in").await?,
        stranger.post("/console/api/answer").send().await?,
        stranger
            .post("/console/sign-in")
            .header(ORIGIN, "https://evil.example")
            .send()
            .await?,
    ] {
        let (url, headers) = (answer.url().to_string(), answer.headers());
        let policy = headers["content-security-policy"].to_str()?;
        assert!(
            policy.starts_with("default-src 'none'; script-src 'self'; style-src 'self';"),
            "{url}"
        );
        for none in [
            "frame-ancestors 'none'",
            "base-uri 'none'",
            "form-action 'self'",
        ] {
            assert!(policy.contains(none), "{none} is missing at {url}");
        }
        assert!(
            !policy.contains("unsafe") && !policy.contains('*'),
            "{policy}"
        );
        assert_eq!(headers["x-content-type-options"], "nosniff", "{url}");
        assert_eq!(headers["x-frame-options"], "DENY", "{url}");
        assert_eq!(headers["referrer-policy"], "same-origin", "{url}");
        assert_eq!(
            headers["cross-origin-opener-policy"], "same-origin",
            "{url}"
        );
        let kept = &headers["cache-control"];
        assert!(
            kept == "no-store" || (kept == "no-cache" && url.ends_with("app.js")),
            "{url}"
        );
    }
    Ok(())
}

#[tokio::test]
async fn a_wrong_password_and_an_unknown_name_look_the_same() -> Outcome {
    let town = town_with_accounts(FRIDAY_TEN).await?;
    let mut browser = Browser::at(&town)?;
    let wrong = browser.signs_in("ann", "wrong").await?;
    let unknown = browser.signs_in("nobody", "wrong").await?;
    for answer in [&wrong, &unknown] {
        assert_eq!(answer.status(), StatusCode::FORBIDDEN);
        assert!(!answer.headers().contains_key(SET_COOKIE));
    }
    assert_eq!(wrong.text().await?, unknown.text().await?);
    Ok(())
}

#[tokio::test]
async fn guessing_is_slowed_down_and_the_owner_is_let_in_later() -> Outcome {
    let mut town = town_with_accounts(FRIDAY_TEN).await?;
    let mut guesser = Browser::at(&town)?;
    for guess in 0..5 {
        let answer = guesser.signs_in("ann", &format!("guess {guess}")).await?;
        assert_eq!(answer.status(), StatusCode::FORBIDDEN);
    }
    let answer = guesser.signs_in("ann", PASSWORD).await?;
    assert_eq!(
        answer.status(),
        StatusCode::TOO_MANY_REQUESTS,
        "even the right one"
    );
    assert_eq!(answer.headers()[RETRY_AFTER], "900");
    assert!(answer.text().await?.contains("Please try again in 15 min."));
    town.until("2026-05-01T09:15:00Z").await?;
    assert_eq!(
        guesser.signs_in("ann", PASSWORD).await?.status(),
        StatusCode::SEE_OTHER
    );
    Ok(())
}

#[tokio::test]
async fn a_name_that_is_tried_from_everywhere_is_shut_but_not_for_whom_it_belongs_to() -> Outcome {
    let town = town_with_accounts(FRIDAY_TEN).await?;
    let mut ann = Browser::of(&town, "ann").await?;
    ann.signs_out().await?;
    let mut guesser = Browser::at(&town)?;
    let mut tried = 0;
    for n in 0..150 {
        guesser.address = Some(format!("198.51.100.{n}"));
        let answer = guesser.signs_in("ann", "guess").await?;
        tried += u32::from(answer.status() != StatusCode::TOO_MANY_REQUESTS);
    }
    assert_eq!(tried, 100, "and no more in a quarter of an hour");
    // Nor with a cookie that some other account knows, or none does.
    guesser.device = Browser::of(&town, "ben").await?.device;
    let answer = guesser.signs_in("ann", PASSWORD).await?;
    assert_eq!(answer.status(), StatusCode::TOO_MANY_REQUESTS);
    guesser.device = Some("0".repeat(64));
    let answer = guesser.signs_in("ann", PASSWORD).await?;
    assert_eq!(answer.status(), StatusCode::TOO_MANY_REQUESTS);

    // Wherever Ann is now, the browser is the one in which she has signed in before.
    ann.address = Some("203.0.113.7".to_owned());
    let answer = ann.signs_in("ann", PASSWORD).await?;
    assert_eq!(answer.status(), StatusCode::SEE_OTHER);
    // A browser that was stolen is worth five guesses.
    let mut thief = ann.clone();
    for _ in 0..5 {
        let answer = thief.signs_in("ann", "guess").await?;
        assert_eq!(answer.status(), StatusCode::FORBIDDEN);
    }
    let answer = thief.signs_in("ann", PASSWORD).await?;
    assert_eq!(answer.status(), StatusCode::TOO_MANY_REQUESTS);
    Ok(())
}

#[tokio::test]
async fn a_browser_that_is_known_is_known_by_a_cookie_that_no_script_reads() -> Outcome {
    let town = town_with_accounts(FRIDAY_TEN).await?;
    let mut ann = Browser::at(&town)?;
    let answer = ann.signs_in("ann", PASSWORD).await?;
    let cookies: Vec<&str> = answer
        .headers()
        .get_all(SET_COOKIE)
        .iter()
        .filter_map(|cookie| cookie.to_str().ok())
        .collect();
    let device = cookies.iter().find(|cookie| cookie.starts_with("device="));
    let device = device.ok_or("no cookie for the browser")?;
    for attribute in ["HttpOnly", "SameSite=Strict", "Path=/", "Max-Age=31536000"] {
        assert!(
            device.contains(attribute),
            "{attribute} is missing in {device}"
        );
    }
    let kept: Account = town.system.records().get("ann").ok_or("no account")?;
    let token = ann.device.clone().ok_or("no token")?;
    assert_eq!(kept.devices.len(), 1);
    assert!(!kept.devices.contains(&token), "only its hash is kept");
    // Whoever comes again is known already; of others the newest are.
    ann.signs_in("ann", PASSWORD).await?;
    assert_eq!(ann.device, Some(token));
    for _ in 0..10 {
        Browser::of(&town, "ann").await?;
    }
    let kept: Account = town.system.records().get("ann").ok_or("no account")?;
    assert_eq!(kept.devices.len(), 8);
    Ok(())
}

#[tokio::test]
async fn an_account_that_is_removed_is_signed_out() -> Outcome {
    let town = town_with_accounts(FRIDAY_TEN).await?;
    let (mut ann, ben) = (
        Browser::of(&town, "ann").await?,
        Browser::of(&town, "ben").await?,
    );
    let mut page = Stream::of(&ann, None).await?;
    let records = town.system.records();
    assert!(remove_account(records, " Ann").await?);
    assert!(!remove_account(records, "Ann").await?, "once");
    assert_eq!(ann.gets("/console").await?.status(), StatusCode::SEE_OTHER);
    assert_eq!(ben.gets("/console").await?.status(), StatusCode::OK);
    while page.next().await?.is_some() {}
    let answer = ann.signs_in("ann", PASSWORD).await?;
    assert_eq!(answer.status(), StatusCode::FORBIDDEN);
    Ok(())
}

#[tokio::test]
async fn ten_thousand_attempts_cost_thirty_hashes() -> Outcome {
    let town = town_with_accounts(FRIDAY_TEN).await?;
    let mut browser = Browser::at(&town)?;
    let mut tried = 0;
    for n in 0..10_000 {
        let answer = browser.signs_in(&format!("name {n}"), "guess").await?;
        tried += u32::from(answer.status() != StatusCode::TOO_MANY_REQUESTS);
    }
    assert_eq!(tried, 30);
    let timeline = town.journal.entries();
    assert!(
        timeline.len() < 100,
        "the timeline is not flooded: {}",
        timeline.len()
    );
    Ok(())
}

#[tokio::test]
async fn a_session_is_never_taken_from_outside() -> Outcome {
    let town = town_with_accounts(FRIDAY_TEN).await?;
    let planted = "0".repeat(64);
    let mut victim = Browser::at(&town)?;
    victim.session = Some(planted.clone());
    victim.signs_in("ann", PASSWORD).await?;
    assert_ne!(victim.session.as_ref(), Some(&planted));
    let mut attacker = Browser::at(&town)?;
    attacker.session = Some(planted);
    assert_eq!(
        attacker.gets("/console").await?.status(),
        StatusCode::SEE_OTHER
    );
    // Who signs in again has a new session, and the old one is over.
    let old = victim.clone();
    victim.signs_in("ann", PASSWORD).await?;
    assert_eq!(victim.gets("/console").await?.status(), StatusCode::OK);
    assert_eq!(old.gets("/console").await?.status(), StatusCode::SEE_OTHER);
    Ok(())
}

#[tokio::test]
async fn a_stolen_cookie_is_worth_nothing_after_sign_out() -> Outcome {
    let town = town_with_accounts(FRIDAY_TEN).await?;
    let mut ann = Browser::of(&town, "ann").await?;
    let thief = ann.clone();
    assert_eq!(thief.gets("/console").await?.status(), StatusCode::OK);
    let answer = ann.signs_out().await?;
    assert_eq!(location(&answer), "/console/sign-in");
    assert_eq!(ann.session, None, "the browser forgets it");
    assert_eq!(
        thief.gets("/console").await?.status(),
        StatusCode::SEE_OTHER
    );
    Ok(())
}

#[tokio::test]
async fn a_session_ends_by_itself() -> Outcome {
    let mut town = town_with_accounts(FRIDAY_TEN).await?;
    let ann = Browser::of(&town, "ann").await?;
    town.until("2026-05-01T20:59:00Z").await?;
    assert_eq!(ann.gets("/console").await?.status(), StatusCode::OK);
    town.until("2026-05-01T21:00:00Z").await?;
    assert_eq!(ann.gets("/console").await?.status(), StatusCode::SEE_OTHER);
    Ok(())
}

#[tokio::test]
async fn a_new_password_signs_out_whoever_knew_the_old_one() -> Outcome {
    let town = town_with_accounts(FRIDAY_TEN).await?;
    let (ann, ben) = (
        Browser::of(&town, "ann").await?,
        Browser::of(&town, "ben").await?,
    );
    town.system
        .add_account("Ann", "another password", Role::Agent, None)
        .await?;
    assert_eq!(ann.gets("/console").await?.status(), StatusCode::SEE_OTHER);
    assert_eq!(ben.gets("/console").await?.status(), StatusCode::OK);
    Ok(())
}

#[tokio::test]
async fn other_sites_cannot_act_for_somebody_who_is_signed_in() -> Outcome {
    let town = town_with_accounts(FRIDAY_TEN).await?;
    let ann = Browser::of(&town, "ann").await?;
    let ready = |origin: &str| {
        let request = ann.post("/console/api/presence").header(ORIGIN, origin);
        request
            .header(CONTENT_TYPE, "text/plain")
            .body(r#"{"state":"ready"}"#)
    };
    let elsewhere = ready("https://evil.example").send().await?;
    assert_eq!(elsewhere.status(), StatusCode::FORBIDDEN);
    // From here, but not from our page: it does not know the token.
    for token in [None, Some(""), Some("0"), Some(&*"f".repeat(64))] {
        let request = ready(&ann.site);
        let request = match token {
            Some(token) => request.header("X-CSRF-Token", token),
            None => request,
        };
        let answer = request.send().await?;
        assert_eq!(answer.status(), StatusCode::FORBIDDEN, "{token:?}");
        assert!(answer.text().await?.contains(r#""code":"csrf""#));
    }
    let out = ann
        .post("/console/sign-out")
        .header(ORIGIN, "null")
        .send()
        .await?;
    assert_eq!(out.status(), StatusCode::FORBIDDEN);
    assert_eq!(
        ann.gets("/console").await?.status(),
        StatusCode::OK,
        "still in"
    );
    Ok(())
}

#[tokio::test]
async fn accounts_are_checked_before_they_are_kept() -> Outcome {
    let town = Town::at(FRIDAY_TEN).await?;
    let add = async |name: &str, password: &str, agent: Option<u64>| {
        let agent = agent.map(AgentId::new);
        town.system
            .add_account(name, password, Role::Agent, agent)
            .await
            .unwrap_err()
            .to_string()
    };
    assert!(add("", PASSWORD, None).await.contains("is no name"));
    assert!(add("a\nb", PASSWORD, None).await.contains("is no name"));
    assert!(
        add(&"x".repeat(65), PASSWORD, None)
            .await
            .contains("is no name")
    );
    assert!(
        add("ann", "1234567", None)
            .await
            .contains("at least 8 characters")
    );
    assert!(
        add("ann", &"x".repeat(257), None)
            .await
            .contains("at most 256 bytes")
    );
    assert!(
        add("ann", PASSWORD, Some(9))
            .await
            .contains("there is no agent 9")
    );
    Ok(())
}
