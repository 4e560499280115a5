//! The settings as environment variables; the help and the README are made of this list.

/// An environment variable: its name, its place in the file, how it is read, what it means, and
/// what the original component, roesc, calls it.
pub(crate) struct Variable {
    pub(crate) name: &'static str,
    pub(crate) key: &'static str,
    pub(crate) kind: Kind,
    pub(crate) meaning: &'static str,
    pub(crate) roesc: &'static str,
}

/// How a value is read.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Kind {
    Text,
    Number,
    Truth,
    Json,
}

const fn variable(
    name: &'static str,
    key: &'static str,
    kind: Kind,
    meaning: &'static str,
    roesc: &'static str,
) -> Variable {
    Variable {
        name,
        key,
        kind,
        meaning,
        roesc,
    }
}

/// Every variable; the help and the README are made of this list.
pub(crate) const VARIABLES: &[Variable] = &[
    variable(
        "ESCALATION_DATABASE",
        "database",
        Kind::Text,
        "A file for SQLite, or postgresql://…; default escalations.db",
        "DB_HOST, DB_PORT, DB_NAME, DB_USER, DB_PASSWORD",
    ),
    variable(
        "ESCALATION_LISTEN",
        "listen",
        Kind::Text,
        "Address of the API and the status page; default 127.0.0.1:8080",
        "",
    ),
    variable(
        "ESCALATION_TOKEN",
        "token",
        Kind::Text,
        "Bearer token of the API; needed to listen beyond loopback",
        "",
    ),
    variable(
        "ESCALATION_INSTALLATION",
        "installation",
        Kind::Text,
        "A name for this database, in front of every idempotency key: a new one for each new database",
        "",
    ),
    variable(
        "ESCALATION_PROFILE",
        "profile",
        Kind::Text,
        "strict, or compat: accepts what roesc accepts; default strict",
        "",
    ),
    variable(
        "ESCALATION_DELIVERIES",
        "deliveries",
        Kind::Number,
        "Deliveries at a time; default 32",
        "MAX_NOTIFIER_THREADS, MAX_SMTP_THREADS, MAX_PUBNUB_THREADS",
    ),
    variable(
        "ESCALATION_MESSAGE",
        "message",
        Kind::Text,
        "What is said where a request has no `message`; {process} and details in braces; default You are wanted: {process}",
        "",
    ),
    variable(
        "ESCALATION_CONSOLE",
        "console",
        Kind::Truth,
        "true: a channel `console` that writes to standard output",
        "",
    ),
    variable(
        "ESCALATION_TWILIO_ACCOUNT",
        "twilio.account",
        Kind::Text,
        "Account SID",
        "TWILIO_ACCOUNT_SID",
    ),
    variable(
        "ESCALATION_TWILIO_TOKEN",
        "twilio.token",
        Kind::Text,
        "Auth token",
        "TWILIO_AUTH_TOKEN",
    ),
    variable(
        "ESCALATION_TWILIO_API",
        "twilio.api",
        Kind::Text,
        "Where Twilio's API is; default https://api.twilio.com",
        "TWILIO_HOST",
    ),
    variable(
        "ESCALATION_PHONE_CALLER_IDS",
        "phone.caller-ids",
        Kind::Json,
        "Caller ids by prefix of the number called, the longest wins: {\"+385\": \"+385123\", \"default\": \"+1555\"}",
        "property caller-id-registry",
    ),
    variable(
        "ESCALATION_PHONE_URL",
        "phone.url",
        Kind::Text,
        "TwiML of your own, fetched by GET, instead of the message",
        "TWILIO_URL",
    ),
    variable(
        "ESCALATION_PHONE_PUBLIC_URL",
        "phone.public-url",
        Kind::Text,
        "Where Twilio reaches this service: then key 4 acknowledges and 6 resolves",
        "",
    ),
    variable(
        "ESCALATION_PHONE_CALLS",
        "phone.calls",
        Kind::Number,
        "Calls at a time; default 3",
        "MAX_CALLING_THREADS",
    ),
    variable(
        "ESCALATION_SMS_SENDERS",
        "sms.senders",
        Kind::Json,
        "Senders by prefix, as for calls",
        "",
    ),
    variable(
        "ESCALATION_MAIL_HOST",
        "mail.host",
        Kind::Text,
        "SMTP server",
        "SMTP_HOST",
    ),
    variable(
        "ESCALATION_MAIL_PORT",
        "mail.port",
        Kind::Number,
        "Its port; default 587",
        "SMTP_PORT",
    ),
    variable(
        "ESCALATION_MAIL_TLS",
        "mail.tls",
        Kind::Text,
        "starttls, implicit or none; default starttls",
        "(none)",
    ),
    variable(
        "ESCALATION_MAIL_USER",
        "mail.user",
        Kind::Text,
        "Log-in name",
        "SMTP_USERNAME",
    ),
    variable(
        "ESCALATION_MAIL_PASSWORD",
        "mail.password",
        Kind::Text,
        "Password",
        "SMTP_PASSWORD",
    ),
    variable(
        "ESCALATION_MAIL_FROM",
        "mail.from",
        Kind::Text,
        "Sender",
        "MAIL_FROM",
    ),
    variable(
        "ESCALATION_MAIL_SUBJECT",
        "mail.subject",
        Kind::Text,
        "Subject; default {process} wants you",
        "MAIL_SUBJECT",
    ),
    variable(
        "ESCALATION_MAIL_BODY",
        "mail.body",
        Kind::Text,
        "Body, where a request has no message; default the message",
        "MAIL_BODY",
    ),
    variable(
        "ESCALATION_PUBNUB_PUBLISH_KEY",
        "pubnub.publish-key",
        Kind::Text,
        "Publish key",
        "PUBNUB_PUB_KEY",
    ),
    variable(
        "ESCALATION_PUBNUB_SUBSCRIBE_KEY",
        "pubnub.subscribe-key",
        Kind::Text,
        "Subscribe key",
        "PUBNUB_SUB_KEY",
    ),
    variable(
        "ESCALATION_PUBNUB_USER",
        "pubnub.user",
        Kind::Text,
        "User id",
        "PUBNUB_UUID",
    ),
    variable(
        "ESCALATION_PUBNUB_TOKEN",
        "pubnub.token",
        Kind::Text,
        "Token of the Access Manager, where it is on",
        "",
    ),
    variable(
        "ESCALATION_PUBNUB_SERVICE",
        "pubnub.service",
        Kind::Text,
        "Where PubNub is; default https://ps.pndsn.com",
        "PUBNUB_SERVICE_URL",
    ),
    variable(
        "ESCALATION_WEBHOOK_SECRET",
        "webhook.secret",
        Kind::Text,
        "Secret that webhooks are signed with: whsec_…",
        "",
    ),
    variable(
        "ESCALATION_WEBHOOK_URL",
        "webhook.url",
        Kind::Text,
        "Where webhooks go",
        "",
    ),
    variable(
        "ESCALATION_WEBHOOK_ALLOW",
        "webhook.allow",
        Kind::Json,
        "Where a request may send them instead, by its detail `to`: [\"https://hooks.example.com/\"]",
        "",
    ),
    variable(
        "ESCALATION_SQS_QUEUE",
        "sqs.queue",
        Kind::Text,
        "URL of a FIFO queue with requests; credentials as for AWS's tools",
        "REQUEST_QUEUE",
    ),
    variable(
        "ESCALATION_SQS_WAIT",
        "sqs.wait",
        Kind::Number,
        "Seconds of long polling, up to 20; default 3",
        "SQS_READ_WAIT_TIME_SECONDS",
    ),
];
