//! E-mail against a real SMTP server.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use std::fs;
use std::path::PathBuf;
use std::time::Duration;

use escalation_core::{Channel, Notification, Notifier, Outcome, Response};
use escalation_notify::Email;
use lettre::transport::smtp::authentication::{Credentials, Mechanism};
use lettre::transport::smtp::client::{Certificate, Tls, TlsParameters};
use lettre::{AsyncSmtpTransport, Tokio1Executor};
use support::{delivery, now};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

fn variable(name: &str) -> String {
    let set = std::env::var(name);
    set.unwrap_or_else(|_| panic!("{name} is not set: scripts/test starts an SMTP server"))
}

fn port() -> u16 {
    variable("TEST_SMTP_PORT").parse().unwrap()
}

fn email(port: u16, password: &str) -> Email {
    over("127.0.0.1", port, Tls::None, password)
}

fn over(host: &str, port: u16, tls: Tls, password: &str) -> Email {
    let mailer = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(host)
        .port(port)
        .tls(tls)
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

/// TLS by STARTTLS and TLS from the first byte, each with its port.
type Way = (fn(TlsParameters) -> Tls, &'static str);
const WAYS: [Way; 2] = [
    (Tls::Required, "TEST_SMTP_STARTTLS_PORT"),
    (Tls::Wrapper, "TEST_SMTP_TLS_PORT"),
];

/// Trusts, besides the well-known authorities, the one that the server's certificate is from.
fn trusting(host: &str) -> TlsParameters {
    let root = fs::read(variable("TEST_SMTP_ROOT")).unwrap();
    TlsParameters::builder(host.to_owned())
        .add_root_certificate(Certificate::from_pem(&root).unwrap())
        .build()
        .unwrap()
}

#[tokio::test]
#[ignore = "needs an SMTP server: scripts/test starts it"]
async fn a_message_and_a_log_in_go_over_tls() {
    for (number, (tls, port)) in WAYS.into_iter().enumerate() {
        let port = variable(port).parse().unwrap();
        let address = format!("tls{number}.{}@example.org", std::process::id());
        let sent = over("localhost", port, tls(trusting("localhost")), "secret")
            .notify(&delivery(to(&address)))
            .await;
        assert_eq!(sent, Outcome::Delivered(Response::None), "{address}");
        assert_eq!(received(&address).len(), 1);

        let refused = over("localhost", port, tls(trusting("localhost")), "wrong")
            .notify(&delivery(to(&address)))
            .await;
        assert!(
            matches!(&refused, Outcome::RetryAfter { reason, .. } if reason.detail().contains("535")),
            "{refused:?}"
        );
    }
}

/// A server that cannot prove who it is hears neither the message nor the password. Somebody will mend
/// that, so it is tried again.
#[tokio::test]
#[ignore = "needs an SMTP server: scripts/test starts it"]
async fn a_certificate_of_nobody_or_of_another_name_is_refused_and_tried_again() {
    let unknown = |host: &str| TlsParameters::new(host.to_owned()).unwrap();
    for (number, (tls, port)) in WAYS.into_iter().enumerate() {
        for (host, parameters, told) in [
            ("localhost", unknown("localhost"), "UnknownIssuer"),
            ("127.0.0.1", trusting("127.0.0.1"), "not valid for name"),
        ] {
            let port = variable(port).parse().unwrap();
            let address = format!("unseen{number}.{}@example.org", std::process::id());
            let refused = over(host, port, tls(parameters), "secret")
                .notify(&delivery(to(&address)))
                .await;
            assert!(
                matches!(&refused, Outcome::RetryAfter { reason, .. } if reason.detail().contains(told)),
                "{told}: {refused:?}"
            );
            assert_eq!(received(&address), [""; 0]);
        }
    }
}

/// Whoever stands between takes the offer of STARTTLS away, or refuses it: no reason to go on in
/// clear, and no reason to give the message up.
#[tokio::test]
async fn neither_password_nor_message_goes_over_an_open_line() {
    for (offered, answer) in [
        ("250 AUTH PLAIN LOGIN", "502 never heard of it"),
        ("250-STARTTLS\r\n250 AUTH PLAIN", "454 not now"),
        ("250-STARTTLS\r\n250 AUTH PLAIN", "502 no"),
        ("250-STARTTLS\r\n250 AUTH PLAIN", "220 go on, and 250 AUTH"),
    ] {
        let (port, heard) = open_line(offered, answer).await;
        let parameters = TlsParameters::new("localhost".to_owned()).unwrap();
        let outcome = over("127.0.0.1", port, Tls::Required(parameters), "secret")
            .notify(&delivery(to("ada@example.org")))
            .await;
        assert!(
            matches!(outcome, Outcome::RetryAfter { .. }),
            "{offered}, {answer}: {outcome:?}"
        );
        let heard = heard.await.unwrap();
        let heard = String::from_utf8_lossy(&heard);
        assert!(heard.starts_with("EHLO "), "{heard}");
        for secret in ["AUTH", "c2VjcmV0", "secret", "MAIL", "ada@example.org"] {
            assert!(!heard.contains(secret), "{offered}, {answer}: {heard}");
        }
    }
}

/// A server that offers this and answers STARTTLS so; it tells all that it has heard on its first
/// connection.
async fn open_line(
    offered: &'static str,
    answer: &'static str,
) -> (u16, tokio::task::JoinHandle<Vec<u8>>) {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let heard = tokio::spawn(async move {
        let (mut client, _) = listener.accept().await.unwrap();
        let (mut heard, mut buffer) = (Vec::new(), [0; 4_096]);
        client.write_all(b"220 here\r\n").await.unwrap();
        while let Ok(read @ 1..) = client.read(&mut buffer).await {
            let said = &buffer[..read];
            heard.extend_from_slice(said);
            let reply = match said {
                [b'E', b'H', ..] => format!("250-here\r\n{offered}\r\n"),
                [b'S', b'T', ..] => format!("{answer}\r\n"),
                [b'Q', ..] => "221 bye\r\n".to_owned(),
                // No greeting of TLS is answered.
                _ => break,
            };
            client.write_all(reply.as_bytes()).await.unwrap();
        }
        heard
    });
    (port, heard)
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
