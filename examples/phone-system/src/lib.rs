//! A support line: calls come in, hours are checked, premium callers wait less, reps take caller after caller, and nobody
//! waits three minutes without every phone ringing.
//!
//! ```console
//! $ cargo run --release -p phone-system             # plays a scripted morning and prints its timeline
//! $ cargo run --release -p phone-system -- --serve  # serves a real Twilio account; see --help
//! ```
//!
//! [`PhoneSystem`] joins the crates and is all there is to embed; [`app`] puts it on the web. The pieces, in the order in
//! which a call meets them:
//!
//! | module | what happens there |
//! | --- | --- |
//! | `web` | a signed webhook is read (`twilio-webhook`), a page is answered (`twiml`) |
//! | `caller` | opening hours (`business-hours`), menu, waiting, goodbye |
//! | `floor` | the queue decides who is next (`queue-dispatch`), phones ring (`twilio-rest`) |
//! | `overflow` | "overflow due" is held durably and fired at three minutes (`escalation-core`) |
//! | `rep`, `everyone` | reps who dial in; every phone ringing |
//! | `server` | routes, and the loop that keeps time |
//! | [`morning`] | the whole against a simulated Twilio (`twilio-simulator`) |
//!
//! It does not record calls, and holds the queue in memory: after a restart it learns who waits, and since when, from
//! Twilio's next request for each caller. Escalations are in a file.

mod caller;
mod everyone;
mod floor;
mod hours;
mod journal;
pub mod morning;
mod outbox;
mod overflow;
mod rep;
mod server;
mod settings;
mod system;
mod web;

pub use floor::FloorError;
pub use hours::{HoursError, load as load_hours};
pub use journal::{Entry, Journal};
pub use server::{app, serve};
pub use settings::{Rep, Secret, Settings, SettingsError, Variable};
pub use system::{OpenError, PhoneSystem};

/// The examples of the README at the top of the repository.
#[cfg(doctest)]
#[doc = include_str!("../../../README.md")]
struct Readme;
