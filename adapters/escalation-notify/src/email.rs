use std::fmt;

use async_trait::async_trait;
use escalation_core::{Cause, Delivery, Notifier, Outcome, Reason, Response, Template};
use lettre::address::AddressError;
use lettre::message::{Mailbox, SinglePart};
use lettre::transport::smtp::Error as SmtpError;
use lettre::{AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor};
use sha2::{Digest, Sha256};

use crate::http_answer::told;
use crate::words::{Words, filled, on_one_line};
use crate::{header_text, standing};

/// Sends each notification as an e-mail over SMTP, to the notification's `email`.
///
/// ```
/// use escalation_notify::Email;
/// use lettre::{AsyncSmtpTransport, Tokio1Executor};
///
/// # tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
/// let mailer = AsyncSmtpTransport::<Tokio1Executor>::starttls_relay("mail.example.com")?
///     .credentials(("orders".to_owned(), "secret".to_owned()).into())
///     .build();
/// let email = Email::new(mailer, "Orders <orders@example.com>")?
///     .subject("Order {order} waits".parse()?)
///     .body("Nobody has taken it for a quarter of an hour.".parse()?);
/// # let _ = email;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// # })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Server, TLS, authentication, timeout and the connections kept are those of lettre's transport,
/// which the host makes: one by `starttls_relay` or `relay` sends neither a password nor a message to a
/// server whose certificate is not in order. Every attempt of a notification has the same `Message-ID`, by which mail
/// systems drop duplicates; so [`UnknownPolicy::Resend`](escalation_core::UnknownPolicy::Resend),
/// the default, is right for this channel.
///
/// A 4xx reply, a server that is not there, a certificate that is not in order, a refused log-in and a
/// command that the server does not know (500, 502 to 504) are tried again, any other 5xx reply is a
/// rejection; a connection that breaks or times out is unknown.
pub struct Email {
    mailer: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
    subject: Template,
    body: Template,
}

/// A sender that is no mailbox.
#[derive(Debug, thiserror::Error)]
#[error("`{from}` is no sender: write `name@example.com` or `Name <name@example.com>`")]
pub struct SenderError {
    /// The refused sender.
    pub from: String,
    #[source]
    source: AddressError,
}

/// A `Message-ID` longer than about this upsets some mail systems; 998 is what the RFC allows.
const LONGEST_KEY: usize = 200;

impl Email {
    /// Sends by this transport, from this mailbox, with the subject `{process} wants you`.
    ///
    /// # Errors
    /// [`SenderError`] if `from` is no mailbox.
    pub fn new(
        mailer: AsyncSmtpTransport<Tokio1Executor>,
        from: &str,
    ) -> Result<Self, SenderError> {
        let mailbox = from.parse().map_err(|source| SenderError {
            from: from.to_owned(),
            source,
        })?;
        Ok(Self {
            mailer,
            from: mailbox,
            subject: standing("{process} wants you"),
            body: standing("{process} wants you."),
        })
    }

    /// The subject; of a bundle, that of its first notification.
    #[must_use]
    pub fn subject(mut self, subject: Template) -> Self {
        self.subject = subject;
        self
    }

    /// The body, plain text, of notifications without a message.
    #[must_use]
    pub fn body(mut self, body: Template) -> Self {
        self.body = body;
        self
    }

    fn message(&self, delivery: &Delivery) -> Result<Message, Reason> {
        let to = delivery.notification().destination().unwrap_or_default();
        let to: Mailbox = to.parse().map_err(|error: AddressError| {
            Reason::new(Cause::BadDestination, format!("`{to}`: {error}"))
        })?;
        // A line break would begin another header.
        let subject = on_one_line(&filled(&self.subject, delivery)?);
        Message::builder()
            .from(self.from.clone())
            .to(to)
            .subject(subject)
            .message_id(Some(self.message_id(delivery)))
            // Says which characters these are: `body` would not.
            .singlepart(SinglePart::plain(Words::of(delivery, &self.body)?.lines()))
            .map_err(|error| Reason::new(Cause::Other, error.to_string()))
    }

    /// Unique by its key, and the same for every attempt (RFC 5322, section 3.6.4). A key that is
    /// too long for a line of a header (section 2.1.1) is told by its digest.
    fn message_id(&self, delivery: &Delivery) -> String {
        let key = delivery.key();
        let mut key = header_text(key.as_str());
        if key.len() > LONGEST_KEY {
            let digest = Sha256::digest(key.as_bytes());
            key = digest.iter().map(|byte| format!("{byte:02x}")).collect();
        }
        format!("<escalation.{key}@{}>", self.from.email.domain())
    }
}

impl fmt::Debug for Email {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Email")
            .field("from", &self.from)
            .finish_non_exhaustive()
    }
}

#[async_trait]
impl Notifier for Email {
    async fn notify(&self, delivery: &Delivery) -> Outcome {
        let message = match self.message(delivery) {
            Ok(message) => message,
            Err(reason) => return Outcome::Rejected(reason),
        };
        match self.mailer.send(message).await {
            Ok(_) => Outcome::Delivered(Response::None),
            Err(error) => failed(&error),
        }
    }
}

fn failed(error: &SmtpError) -> Outcome {
    let reason = |cause| Reason::new(cause, told(error));
    let code = error.status().map(|code| code.to_string());
    // It is our own name or password that is refused, or a command, as STARTTLS by somebody between
    // us: no fault of the message, and soon mended.
    let refused_us = matches!(
        code.as_deref(),
        Some("500" | "502" | "503" | "504" | "530" | "534" | "535" | "538")
    );
    if error.is_permanent() && !refused_us {
        return Outcome::Rejected(reason(Cause::BadDestination));
    }
    // A transient reply, a server that cannot be reached, a TLS that cannot be agreed on: nothing
    // was handed over. What breaks later may have been after the last line of the message.
    if refused_us
        || error.is_transient()
        || error.is_tls()
        || error.is_client()
        || not_connected(error)
    {
        return Outcome::RetryAfter {
            at_least: None,
            reason: reason(Cause::Throttled),
        };
    }
    Outcome::Unknown(reason(Cause::Timeout))
}

/// Whether no connection could be made: lettre has no method for that kind of error, but says so
/// (a name that is not found); else the cause tells.
fn not_connected(error: &SmtpError) -> bool {
    use std::error::Error as _;
    use std::io::ErrorKind;
    if error.to_string().starts_with("Connection error") {
        return true;
    }
    let mut source = error.source();
    while let Some(cause) = source {
        if let Some(io) = cause.downcast_ref::<std::io::Error>() {
            return matches!(
                io.kind(),
                ErrorKind::ConnectionRefused
                    | ErrorKind::HostUnreachable
                    | ErrorKind::NetworkUnreachable
                    | ErrorKind::AddrNotAvailable
            );
        }
        source = cause.source();
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::{DateTime, TimeDelta};
    use escalation_core::{
        Channel, Engine, MemoryStore, Notification, ProcessId, StartRequest, notifier_fn,
    };
    use std::sync::{Arc, Mutex};

    fn written(process: &str) -> String {
        let text = Arc::new(Mutex::new(String::new()));
        let keep = Arc::clone(&text);
        let notifier = notifier_fn(move |delivery: Delivery| {
            let mailer = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous("a").build();
            let email = Email::new(mailer, "orders@example.com").unwrap();
            let message = email.body("Narud\u{17e}ba {process}".parse().unwrap());
            let bytes = message.message(&delivery).unwrap().formatted();
            *keep.lock().unwrap() = String::from_utf8(bytes).unwrap();
            async { Outcome::Delivered(Response::None) }
        });
        let engine = Engine::builder(Arc::new(MemoryStore::new()))
            .notifier("email", Arc::new(notifier))
            .build()
            .unwrap();
        let about = Notification::after(Channel::EMAIL, TimeDelta::zero());
        let request = StartRequest::new(ProcessId::new(process).unwrap())
            .notify(about.to_email("ada@example.org"));
        futures::executor::block_on(async {
            engine.start(&request, DateTime::UNIX_EPOCH).await.unwrap();
            engine.run_once(DateTime::UNIX_EPOCH).await.unwrap();
        });
        text.lock().unwrap().clone()
    }

    #[tokio::test]
    async fn the_body_says_which_characters_it_is_made_of() {
        let text = written("order-17");
        assert!(
            text.contains("Content-Type: text/plain; charset=utf-8\r\n"),
            "{text}"
        );
        assert!(text.contains("MIME-Version: 1.0\r\n"), "{text}");
    }

    /// RFC 5322, section 2.1.1: no line has more than 998 characters.
    #[tokio::test]
    async fn the_longest_key_fits_into_a_header() {
        let (one, another) = (
            written(&("\u{17e}".repeat(255) + "1")),
            written(&("\u{17e}".repeat(255) + "2")),
        );
        let id = |text: &str| {
            let line = text.lines().find(|line| line.starts_with("Message-ID:"));
            line.unwrap().to_owned()
        };
        assert!(one.lines().all(|line| line.len() <= 998), "{one}");
        assert!(id(&one).len() < 120, "{one}");
        assert_ne!(id(&one), id(&another));
        assert_eq!(id(&one), id(&written(&("\u{17e}".repeat(255) + "1"))));
    }
}
