//! A world in which nothing happens unless somebody asks for it over HTTP: for tests that look at the console with a
//! browser.

use std::collections::HashMap;

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::post;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use tokio::sync::{mpsc, oneshot};
use twilio_simulator::{CallSid, Caller, Script, Simulator};

use super::DemoError;
use crate::records::Customer;
use crate::system::PhoneSystem;
use crate::town::{LINE, PREMIUM_LINE};

/// Somebody rings, and stays on the line.
#[derive(Debug, Deserialize)]
struct Call {
    from: String,
    name: String,
    class: String,
}

/// Somebody hangs up.
#[derive(Debug, Deserialize)]
struct HangUp {
    from: String,
}

#[derive(Debug)]
enum Wish {
    Call(Call),
    HangUp(HangUp),
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
            .route("/control/call", post(call))
            .route("/control/hang-up", post(hang_up))
            .with_state(ask);
        let on_the_line = HashMap::new();
        (Self { asked, on_the_line }, router)
    }

    pub(super) async fn carry_out(&mut self, simulator: &mut Simulator, system: &PhoneSystem) {
        while let Ok((wish, done)) = self.asked.try_recv() {
            let outcome = match wish {
                Wish::Call(call) => self.rings(call, simulator, system).await,
                Wish::HangUp(HangUp { from }) => match self.on_the_line.remove(&from) {
                    Some(leg) => {
                        simulator.goes_on(&leg, Script::new().hangs_up());
                        Ok(())
                    }
                    None => Err(format!("{from} is not on the line").into()),
                },
            };
            // Whoever asked may have gone.
            let _ = done.send(outcome.map_err(|error| error.to_string()));
        }
    }

    async fn rings(
        &mut self,
        call: Call,
        simulator: &mut Simulator,
        system: &PhoneSystem,
    ) -> Result<(), DemoError> {
        let Call { from, name, class } = call;
        let line = if class == "premium" {
            PREMIUM_LINE
        } else {
            LINE
        };
        let caller = Caller::from(from.clone()).to(line).named(name.clone());
        let customer = Customer { name, class };
        system.records().put(&from, &customer).await?;
        let caller = caller.hears("press 2").presses("2");
        let leg = simulator.call_at(simulator.now(), caller)?;
        self.on_the_line.insert(from, leg);
        Ok(())
    }
}

async fn call(ask: State<mpsc::Sender<Asked>>, body: Bytes) -> (StatusCode, String) {
    pass_on(ask, &body, Wish::Call).await
}

async fn hang_up(ask: State<mpsc::Sender<Asked>>, body: Bytes) -> (StatusCode, String) {
    pass_on(ask, &body, Wish::HangUp).await
}

async fn pass_on<T: DeserializeOwned>(
    State(ask): State<mpsc::Sender<Asked>>,
    body: &[u8],
    wish: impl FnOnce(T) -> Wish,
) -> (StatusCode, String) {
    let wanted = match serde_json::from_slice(body) {
        Ok(wanted) => wish(wanted),
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
