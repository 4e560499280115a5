//! E-mail against a real SMTP server.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use std::fs;
use std::path::PathBuf;
use std::time::Duration;

use escalation_core::{Channel, Notification, Notifier, Outcome, Response};
use escalation_notify::Email;
use lettre::transport::smtp::authentication::{Credentials, Mechanism};
use lettre::{AsyncSmtpTransport, Tokio1Executor};
use support::{delivery, now};

fn port() -> u16 {
    let port = std::env::var("TEST_SMTP_PORT")
        .expect("TEST_SMTP_PORT: scripts/test starts an SMTP server");
    port.parse().unwrap()
}

fn email(port: u16, password: &str) -> Email {
    let mailer = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous("127.0.0.1")
        .port(port)
        .credentials(Credentials::new(
            "escalation".to_owned(),
            password.to_owned(),
        ))
        .authentication(vec![Mechanism::Plain])
        .timeout(Some(Duration::from_secs(10)))
        .build();
    Email::new(mailer, "Orders <orders@example.com>")
        .unwrap()
        .subject("Order {order} waits: {note}".parse().unwrap())
        .body("Nobody has taken order {order}.".parse().unwrap())
}

fn to(address: &str) -> Notification {
    let about = Notification::after(Channel::EMAIL, now()).to_email(address);
    about
        .with("order", "17 \u{17e}")
        .unwrap()
        .with("note", "-")
        .unwrap()
}

/// The messages that have come for that address.
fn received(address: &str) -> Vec<String> {
    let folder = PathBuf::from(std::env::var_os("TEST_SMTP_FOLDER").unwrap());
    let mut found: Vec<String> = fs::read_dir(folder)
        .unwrap()
        .map(|file| fs::read_to_string(file.unwrap().path()).unwrap())
        .filter(|text| text.contains(&format!("To: {address}\r\n")))
        .collect();
    found.sort();
    found
}

#[tokio::test]
#[ignore = "needs an SMTP server: scripts/test starts it"]
async fn a_message_arrives_and_says_whose_it_is() {
    let address = format!("ada.{}@example.org", std::process::id());
    let about = to(&address)
        .with("note", "x\r\nBcc: everyone@example.org")
        .unwrap();
    let email = email(port(), "secret");
    let about = delivery(about);
    assert_eq!(
        email.notify(&about).await,
        Outcome::Delivered(Response::None)
    );
    // The second attempt of an unknown one: the same name.
    assert_eq!(
        email.notify(&about).await,
        Outcome::Delivered(Response::None)
    );
    let received = received(&address);
    assert_eq!(received.len(), 2, "{received:?}");
    for text in &received {
        assert!(
            text.contains("Message-ID: <escalation.order/17/1/0@example.com>\r\n"),
            "{text}"
        );
        assert!(!text.contains("\r\nBcc:"), "{text}");
    }
}

#[tokio::test]
#[ignore = "needs an SMTP server: scripts/test starts it"]
async fn each_answer_of_the_server_has_one_outcome() {
    let here = port();
    for (address, password, expected) in [
        ("busy@example.org", "secret", "RetryAfter"),
        ("unknown@example.org", "secret", "Rejected"),
        // Taken, and then the connection breaks: it may have arrived, and has.
        ("cut@example.org", "secret", "Unknown"),
        // Our own mistake, which somebody will mend: not this message's end.
        ("ada@example.org", "wrong", "RetryAfter"),
    ] {
        let outcome = email(here, password).notify(&delivery(to(address))).await;
        assert!(
            format!("{outcome:?}").starts_with(expected),
            "{address}: {outcome:?}"
        );
    }
    assert_eq!(received("cut@example.org").len(), 1);
}

#[tokio::test]
async fn nobody_is_there() {
    // A port that was free a moment ago, on loopback.
    let free = std::net::TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port();
    let outcome = email(free, "secret")
        .notify(&delivery(to("ada@example.org")))
        .await;
    assert!(matches!(outcome, Outcome::RetryAfter { .. }), "{outcome:?}");
}

#[tokio::test]
async fn addresses_that_are_none_are_rejected() {
    for address in [
        "",
        "nope",
        "a@b@c",
        "a b@example.org",
        "a@example.org\r\nDATA",
    ] {
        let outcome = email(1, "secret").notify(&delivery(to(address))).await;
        assert!(
            matches!(outcome, Outcome::Rejected(_)),
            "{address}: {outcome:?}"
        );
    }
    let mailer = || AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous("127.0.0.1").build();
    let error = Email::new(mailer(), "nobody").unwrap_err();
    assert!(
        error.to_string().contains("`nobody` is no sender"),
        "{error}"
    );
}
