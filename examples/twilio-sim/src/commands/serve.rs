//! `twilio-sim serve`: the REST interface for an app that makes calls itself.

use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use twilio_sim::scenario::{NumberForm, Scenario, Stage};
use twilio_simulator::HttpTransport;
use url::Url;

use super::pace::{Time, pace};
use super::watch::Watch;
use super::{Outcome, read_json};

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// A scenario file (JSON) with numbers, phones and queues; its calls are played, too.
    scenario: Option<PathBuf>,
    /// Where your web application answers calls to the account's numbers.
    #[arg(
        long,
        value_name = "URL",
        default_value = "http://127.0.0.1:8080/voice"
    )]
    app: Url,
    /// A number of the account, beside those of the scenario.
    #[arg(long, value_name = "NUMBER")]
    number: Vec<String>,
    /// The port of the REST interface on 127.0.0.1; any that is free without it.
    #[arg(long, default_value_t = 0)]
    port: u16,
    #[command(flatten)]
    time: Time,
}

pub(crate) async fn run(arguments: &Arguments) -> Outcome {
    let mut scenario: Scenario = match &arguments.scenario {
        Some(path) => read_json(path)?,
        None => Scenario::default(),
    };
    for number in &arguments.number {
        let own = NumberForm::default();
        scenario.numbers.entry(number.clone()).or_insert(own);
    }
    let stage = Stage::new(scenario, arguments.app.clone());
    let time = arguments.time.scaled(1.0, stage.scenario().starts_at)?;
    let mut sim = stage
        .builder(Arc::new(HttpTransport::new()))?
        .rest_port(arguments.port)
        .pace(pace(time))
        .build()
        .await?;
    stage.furnish(&mut sim)?;
    stage.schedule(&mut sim)?;
    println!("REST interface  {}", sim.rest_url());
    println!("account SID     {}", stage.account_sid());
    println!("auth token      {}", stage.auth_token());
    println!("time            {}", time);
    let watch = Watch::new(sim.spectator(), sim.clock());
    let forever = sim.run_until(DateTime::<Utc>::MAX_UTC);
    tokio::select! {
        result = watch.during(forever) => result?,
        interrupted = tokio::signal::ctrl_c() => interrupted?,
    }
    Ok(ExitCode::SUCCESS)
}
