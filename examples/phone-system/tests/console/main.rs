//! The console as browsers meet it: over HTTP, with the phone system and a simulated Twilio behind it.

/// Somebody with a browser.
mod browser;
/// What agents do.
mod desk;
/// What the page is told, and when; nothing is missed.
mod events;
/// What whoever runs a server asks it.
mod health;
/// What hostile clients send.
mod hostile;
/// Sign-in, sessions, and all that keeps strangers out.
mod security;
/// The event stream as a page reads it.
mod stream;

/// The outcome of a test that plays on the stage.
type Outcome = Result<(), phone_system::morning::StageError>;
/// Friday, 1 May 2026, 10:00 in London.
const FRIDAY_TEN: &str = "2026-05-01T09:00:00Z";
