//! What hostile clients send.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;

use reqwest::StatusCode;
use reqwest::header::ORIGIN;
use serde_json::{Value, json};

use crate::browser::{Browser, town_with_accounts};
use crate::stream::Stream;
use crate::{FRIDAY_TEN, Outcome};

#[tokio::test]
async fn what_cannot_be_read_is_refused_in_words() -> Outcome {
    let town = town_with_accounts(FRIDAY_TEN).await?;
    let ann = Browser::of(&town, "ann").await?;
    let page = Stream::of(&ann, None).await?;
    let send = async |action: &str, body: Vec<u8>| {
        let request = ann
            .post(&format!("/console/api/{action}"))
            .header(ORIGIN, &ann.site);
        let answer = request
            .header("X-CSRF-Token", page.csrf())
            .body(body)
            .send()
            .await?;
        let status = answer.status();
        let problem: Value = serde_json::from_str(&answer.text().await?)?;
        assert!(!problem["error"].as_str().unwrap_or_default().is_empty());
        Ok::<_, phone_system::morning::StageError>((status, problem["code"].clone()))
    };
    let megabyte = format!(r#"{{"state":"{}"}}"#, "x".repeat(1 << 20));
    let deep = "[".repeat(30_000);
    for (action, body, status, code) in [
        (
            "presence",
            Vec::new(),
            StatusCode::BAD_REQUEST,
            "bad-request",
        ),
        (
            "presence",
            b"{}".to_vec(),
            StatusCode::BAD_REQUEST,
            "bad-request",
        ),
        (
            "presence",
            br#"{"state":"asleep"}"#.to_vec(),
            StatusCode::BAD_REQUEST,
            "bad-request",
        ),
        (
            "presence",
            b"{\"state\":\"\xff\xfe\"}".to_vec(),
            StatusCode::BAD_REQUEST,
            "bad-request",
        ),
        (
            "presence",
            deep.into_bytes(),
            StatusCode::BAD_REQUEST,
            "bad-request",
        ),
        (
            "presence",
            megabyte.into_bytes(),
            StatusCode::PAYLOAD_TOO_LARGE,
            "too-long",
        ),
        (
            "answer",
            br#"{"call":"<script>"}"#.to_vec(),
            StatusCode::BAD_REQUEST,
            "bad-request",
        ),
        (
            "answer",
            br#"{"call":7}"#.to_vec(),
            StatusCode::BAD_REQUEST,
            "bad-request",
        ),
        (
            "decline",
            br#"{"offer":"-1"}"#.to_vec(),
            StatusCode::BAD_REQUEST,
            "bad-request",
        ),
        (
            "decline",
            br#"{"offer":"18446744073709551615"}"#.to_vec(),
            StatusCode::CONFLICT,
            "offer-over",
        ),
        (
            "drop-table",
            b"{}".to_vec(),
            StatusCode::NOT_FOUND,
            "unknown",
        ),
        (
            "..%2f..%2fvoice",
            b"{}".to_vec(),
            StatusCode::NOT_FOUND,
            "unknown",
        ),
    ] {
        let got = send(action, body).await?;
        assert_eq!(got, (status, json!(code)), "{action}");
    }
    Ok(())
}

/// What an HTTP client would not send.
#[tokio::test(flavor = "multi_thread")]
async fn raw_requests_do_no_harm() -> Outcome {
    let town = town_with_accounts(FRIDAY_TEN).await?;
    let address = town.url().replace("http://", "");
    let send = |request: &str| {
        let mut wire = TcpStream::connect(&address).unwrap();
        wire.write_all(request.as_bytes()).unwrap();
        let mut answer = String::new();
        wire.take(4_096)
            .read_to_string(&mut answer)
            .unwrap_or_default();
        answer
    };
    let get = |path: &str, headers: &str| {
        send(&format!(
            "GET {path} HTTP/1.1\r\nHost: {address}\r\n{headers}Connection: close\r\n\r\n"
        ))
    };
    for path in [
        "/console/assets/../../Cargo.toml",
        "/console/assets/..%2f..%2fCargo.toml",
        "/console/assets/%00",
        "/console/assets/app.js%0d%0aSet-Cookie:%20session=x",
        "/console/voicemail/..%2f..%2fetc%2fpasswd",
    ] {
        let answer = get(path, "");
        let status = answer.get(9..12).unwrap_or_default();
        assert!(["400", "401", "404"].contains(&status), "{path}: {answer}");
        assert!(
            !answer.contains("Set-Cookie") && !answer.contains("[package]"),
            "{path}: {answer}"
        );
    }
    let long = "x".repeat(100_000);
    for headers in [
        format!("Cookie: session={long}\r\n"),
        format!("Cookie: {}\r\n", "session=0; ".repeat(5_000)),
        "Cookie: session=\u{ff}\r\n".to_owned(),
        format!("Last-Event-ID: {long}\r\n"),
    ] {
        let answer = get("/console", &headers);
        let status = answer.get(9..12).unwrap_or_default();
        assert!(["303", "400", "431"].contains(&status), "{answer}");
    }
    // A name is not put into headers, whatever is in it.
    let form = "name=a%0d%0aSet-Cookie:+session=x&password=x";
    let answer = send(&format!(
        "POST /console/sign-in HTTP/1.1\r\nHost: {address}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{form}",
        form.len(),
    ));
    assert!(
        answer.starts_with("HTTP/1.1 403") && !answer.contains("session=x"),
        "{answer}"
    );
    Ok(())
}

#[tokio::test]
async fn two_hundred_consoles_are_told_at_once() -> Outcome {
    let town = town_with_accounts(FRIDAY_TEN).await?;
    let mut browsers = Vec::new();
    for _ in 0..14 {
        browsers.push(Browser::of(&town, "ann").await?);
    }
    let mut pages = Vec::new();
    for page in 0..200 {
        pages.push(Stream::of(&browsers[page % 14], None).await?);
    }
    let (status, _) = browsers[0]
        .does(&pages[0], "presence", json!({ "state": "ready" }))
        .await?;
    assert_eq!(status, StatusCode::OK);
    for page in &mut pages {
        page.until(|page| page.agent(1)["state"] == "ready").await?;
    }
    // One session cannot take all the places.
    let mut more = Vec::new();
    loop {
        let answer = browsers[0].follows(None).await?;
        if answer.status() == StatusCode::TOO_MANY_REQUESTS {
            break;
        }
        more.push(answer);
        assert!(more.len() < 16, "there is an end to it");
    }
    Ok(())
}
