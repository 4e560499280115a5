//! A support line: calls come in, hours are checked, premium callers wait less, reps take caller after caller, and nobody
//! waits three minutes without every phone ringing.
//!
//! ```console
//! $ cargo run --release -p phone-system                # shows itself on a lively day
//! $ cargo run --release -p phone-system -- --headless  # plays a scripted morning and prints its timeline
//! $ cargo run --release -p phone-system -- --serve     # serves a real Twilio account; see --help
//! ```
//!
//! [`PhoneSystem`] joins the crates and is all there is to embed; [`app`] puts it on the web. The pieces, in the order in
//! which a call meets them:
//!
//! | module | what happens there |
//! | --- | --- |
//! | `web` | a signed webhook is read (`twilio-webhook`), a page is answered (`twiml`) |
//! | `line`, `caller` | opening hours (`business-hours`), menu, waiting, goodbye |
//! | `system` | who waits, who is connected, who is gone: what that means for queue and escalations |
//! | `floor` | the queue decides who is next (`queue-dispatch`), phones ring (`twilio-rest`) |
//! | `overflow` | "overflow due" is held durably and fired at three minutes (`escalation-core`) |
//! | `dial_in`, `rep`, `everyone` | reps who dial in; every phone ringing |
//! | `server`, `loops` | routes; the loops that keep time, ring phones and follow the other servers |
//! | [`records`], `outbox` | what all servers know; which phones ring, and who rings them |
//! | `console` | agents and supervisors in a browser |
//! | [`morning`], [`Demo`] | the whole against a simulated Twilio (`twilio-simulator`) |
//!
//! Everything that must not be forgotten is in one [`Database`], which several servers may share: each answers any request,
//! and does what another has left undone.

mod call_back;
mod caller;
mod callers;
mod console;
mod database;
mod demo;
mod dial_in;
mod dial_plan;
pub mod directory;
mod everyone;
mod fallback;
mod floor;
mod health;
mod hours;
mod journal;
mod line;
mod load;
mod loops;
mod metrics;
pub mod morning;
mod music;
mod offer_ref;
mod on_call;
mod opening;
mod outbox;
mod overflow;
mod rating;
pub mod records;
mod rep;
mod reps;
mod server;
mod service;
mod settings;
mod shift;
mod speed;
mod stage;
mod system;
mod talk;
mod tidy;
mod town;
mod web;

pub use console::{AccountError, PasswordError, keep_account, made_up_password, remove_account};
pub use database::{Database, DatabaseError, DatabaseTime, DatabaseUrl, DatabaseUrlError};
pub use demo::{Demo, DemoError};
pub use dial_plan::{DialPlan, DialPlanError, NotDialled};
pub use floor::FloorError;
pub use hours::{HoursError, load as load_hours};
pub use journal::{Entry, Journal};
pub use load::{Fates, Load, LoadError, LoadReport};
pub use on_call::{OnCall, OnCallPerson, WORDS as ON_CALL_WORDS};
pub use opening::OverrideError;
pub use server::{app, serve};
pub use service::Service;
pub use settings::{Rep, Secret, Settings, SettingsError, Variable};
pub use speed::Speed;
pub use system::{OpenError, Outside, PhoneSystem};
pub use talk::{ActionError, OpenOffer, Presence, Target};

/// An error and its causes in one line; what a cause has said already is not said again.
#[must_use]
pub fn one_line(error: &dyn std::error::Error) -> String {
    let mut line = String::new();
    for said in std::iter::successors(Some(error), |error| error.source()).map(ToString::to_string)
    {
        if line.is_empty() {
            line = said;
        } else if !line.contains(&said) {
            line += &format!(": {said}");
        }
    }
    line.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The examples of the README at the top of the repository.
#[cfg(doctest)]
#[doc = include_str!("../../../README.md")]
struct Readme;
