//! A world in which nothing happens unless somebody asks for it over HTTP: for tests that look at the console with a
//! browser.

use std::collections::HashMap;
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::routing::post;
use chrono::{DateTime, Utc};
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::sync::{mpsc, oneshot};
use twilio_simulator::{Answers, CallSid, Caller, Script, Simulator, TextMessage};

use super::DemoError;
use super::cast::{COLLEAGUES, ON_CALL};
use super::clock::DemoClock;
use crate::records::Customer;
use crate::system::PhoneSystem;
use crate::town::{LINE, PREMIUM_LINE};

/// What is asked for, at `/control/` and its name, with the rest as JSON.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Wish {
    /// Somebody rings.
    Call {
        from: String,
        name: String,
        class: String,
        #[serde(default)]
        does: Does,
    },
    /// Somebody hangs up.
    HangUp { from: String },
    /// From now on this phone is picked up when it rings, and whoever does so presses these keys when they are asked to.
    Phone {
        number: String,
        #[serde(default)]
        presses: Option<String>,
    },
    /// Somebody writes to the line.
    Text { from: String, body: String },
    /// It is this time at once.
    SkipTo { instant: DateTime<Utc> },
}

/// What a caller does. They stay on the line for as long as they are let.
#[derive(Debug, Clone, Copy, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Does {
    /// Waits in line.
    #[default]
    Waits,
    /// Waits in line, and asks to be called back.
    AsksForCall,
    /// Leaves a message, because the line is closed.
    LeavesMessage,
}

impl Does {
    fn script(self) -> Script {
        let waits = Script::new().hears("press 2").presses("2");
        match self {
            Self::Waits => waits,
            Self::AsksForCall => waits.hears("keep your place, press 1").presses("1"),
            Self::LeavesMessage => Script::new()
                .hears("To leave a message, press 1")
                .presses("1")
                .hears("after the tone")
                .speaks_for(Duration::from_secs(9))
                .presses("#"),
        }
    }
}

/// What is asked for, and where to say that it is done, or why not.
type Asked = (Wish, oneshot::Sender<Result<(), String>>);

/// Carries out what is asked for.
#[derive(Debug)]
pub(super) struct Control {
    asked: mpsc::Receiver<Asked>,
    on_the_line: HashMap<String, CallSid>,
}

impl Control {
    /// The control, and the web application that it is asked by.
    pub(super) fn new() -> (Self, Router) {
        let (ask, asked) = mpsc::channel(16);
        let router = Router::new()
            .route("/control/{wish}", post(pass_on))
            .with_state(ask);
        let on_the_line = HashMap::new();
        (Self { asked, on_the_line }, router)
    }

    /// Those who may sign in have phones, which are picked up, and that is all that is done with them. No other phone is.
    pub(super) fn have_phones(simulator: &mut Simulator) {
        for colleague in &COLLEAGUES[..2] {
            let picked_up = Answers::after(Duration::from_secs(2));
            simulator.phone(colleague.phone, picked_up);
        }
        let others = COLLEAGUES[2..].iter().chain(&ON_CALL);
        for other in others {
            simulator.phone(other.phone, Answers::never());
        }
    }

    pub(super) async fn carry_out(
        &mut self,
        simulator: &mut Simulator,
        system: &PhoneSystem,
        clock: &DemoClock,
    ) {
        while let Ok((wish, done)) = self.asked.try_recv() {
            let outcome = self.fulfil(wish, simulator, system, clock).await;
            // Whoever asked may have gone.
            let _ = done.send(outcome.map_err(|error| error.to_string()));
        }
    }

    async fn fulfil(
        &mut self,
        wish: Wish,
        simulator: &mut Simulator,
        system: &PhoneSystem,
        clock: &DemoClock,
    ) -> Result<(), DemoError> {
        match wish {
            Wish::Call {
                from,
                name,
                class,
                does,
            } => {
                let line = match class.as_str() {
                    "premium" => PREMIUM_LINE,
                    _ => LINE,
                };
                let caller = Caller::from(from.clone()).to(line).named(name.clone());
                let customer = Customer { name, class };
                system.records().put(&from, &customer).await?;
                let leg = simulator.call_at(simulator.now(), caller.does(does.script()))?;
                self.on_the_line.insert(from, leg);
            }
            Wish::HangUp { from } => {
                let leg = self.on_the_line.remove(&from);
                let leg = leg.ok_or_else(|| format!("{from} is not on the line"))?;
                simulator.goes_on(&leg, Script::new().hangs_up());
            }
            Wish::Phone { number, presses } => {
                let picked_up = Script::new();
                let script = match presses {
                    Some(keys) => picked_up.is_asked().presses(keys),
                    None => picked_up,
                };
                simulator.phone(number, Answers::after(Duration::from_secs(2)).then(script));
            }
            Wish::Text { from, body } => {
                let message = TextMessage::from(from).to(LINE).body(body);
                simulator.message_at(simulator.now(), message)?;
            }
            Wish::SkipTo { instant } => {
                clock.skip_to(instant);
                // Its loops sleep by the time that it was.
                system.wake();
            }
        }
        Ok(())
    }
}

async fn pass_on(
    State(ask): State<mpsc::Sender<Asked>>,
    Path(name): Path<String>,
    body: Bytes,
) -> (StatusCode, String) {
    let wanted = serde_json::from_slice::<Value>(&body)
        .and_then(|more| serde_json::from_value(json!({ name: more })));
    let wanted = match wanted {
        Ok(wanted) => wanted,
        Err(error) => return (StatusCode::BAD_REQUEST, error.to_string()),
    };
    let (done, outcome) = oneshot::channel();
    if ask.send((wanted, done)).await.is_err() {
        return (StatusCode::GONE, "the world has ended".to_owned());
    }
    match outcome.await {
        Ok(Ok(())) => (StatusCode::OK, String::new()),
        Ok(Err(problem)) => (StatusCode::CONFLICT, problem),
        Err(_) => (StatusCode::GONE, "the world has ended".to_owned()),
    }
}
