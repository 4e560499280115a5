//! An AWS Lambda function that takes in requests, delivers what is due, and ends, as roesc does.
//!
//! Build it with `cargo lambda build --release -p escalation-service --features lambda`, set the
//! environment variables, `ESCALATION_DATABASE` to a PostgreSQL among them (a function keeps no
//! files), and call it once a minute by an EventBridge schedule; with the queue as an event source
//! it is called sooner. Give it a timeout longer than a delivery takes, and a lease is what keeps
//! two runs at once from delivering twice.

use lambda_runtime::{LambdaEvent, service_fn};
use serde_json::Value;

use crate::channels::Service;
use crate::serve::run_once;
use crate::settings::Settings;

/// Answers events until the environment is shut down. What an event says does not matter: the queue
/// has the requests.
pub(crate) async fn run(
    service: &Service,
    settings: &Settings,
) -> Result<(), lambda_runtime::Error> {
    let handler = service_fn(|_: LambdaEvent<Value>| run_once(service, settings));
    lambda_runtime::run(handler).await
}
