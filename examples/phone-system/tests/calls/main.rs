//! Scripted callers and reps drive the example's server over real HTTP through a simulated Twilio on a virtual clock, and
//! the transcript and the timeline show what came of it.

/// Calls that cost, and numbers that are forged.
mod costs;
/// Reps who dial in, and who is not let in.
mod dialling_in;
/// Lost, late and repeated requests, restarts, an API that is down: nobody is lost, nobody is stuck.
mod faults;
/// People on call.
mod on_call;
/// How it went, by SMS.
mod ratings;
/// A test per scene, with everything in order.
mod scenes;
/// What was seen on the stage.
mod seen;
/// Out of hours, called back, looked up.
#[expect(
    clippy::unwrap_used,
    reason = "a test that cannot read its own town has failed"
)]
mod served_later;
/// Requests that are not Twilio's, or make no sense.
mod strangers;
/// What agents do from the console.
#[expect(
    clippy::unwrap_used,
    reason = "a test that cannot read its own town has failed"
)]
mod talks;

/// The outcome of a test that plays on the stage.
type Outcome = Result<(), phone_system::morning::StageError>;
/// Friday, 1 May 2026, 10:00 in London.
const FRIDAY_TEN: &str = "2026-05-01T09:00:00Z";
