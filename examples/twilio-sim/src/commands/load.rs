//! `twilio-sim run … --load 1000`: many calls at once, and how the app bears them.

use std::process::ExitCode;
use std::sync::{Arc, PoisonError};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};
use twilio_sim::scenario::Stage;
use twilio_sim::timed::Timed;
use twilio_simulator::{Evidence, HttpTransport, Spectator};

use super::Outcome;

#[derive(clap::Args)]
pub(crate) struct Load {
    /// Run so many calls at once, as the scenario's callers in turn, and report how the app bears it.
    #[arg(long, value_name = "CALLS", value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) load: Option<u32>,
    /// Let the calls come over so many virtual seconds, rather than all at one instant.
    #[arg(long, value_name = "SECONDS", default_value_t = 0.0, requires = "load")]
    over: f64,
    /// How many requests may be under way at the same time.
    #[arg(long, value_name = "REQUESTS", default_value_t = 64, requires = "load")]
    at_once: usize,
}

pub(super) async fn run(stage: &Stage, load: &Load, calls: u32) -> Outcome {
    if stage.scenario().calls.is_empty() {
        return Err("the scenario has no calls that could be multiplied".into());
    }
    let timed = Timed::new(Arc::new(HttpTransport::new()));
    let latencies = timed.latencies();
    let mut sim = stage
        .builder(Arc::new(timed))?
        .evidence(Evidence::None)
        .requests_at_once(load.at_once)
        .build()
        .await?;
    stage.furnish(&mut sim)?;
    stage.schedule_load(&mut sim, calls, load.over)?;
    let progress = progress(sim.spectator(), calls);
    #[expect(clippy::disallowed_methods, reason = "throughput is per real second")]
    let start = Instant::now();
    let result = sim.run_until_idle().await;
    let seconds = start.elapsed().as_secs_f64();
    progress.abort();
    result?;
    let tally = sim.spectator().tally();
    let latencies = latencies
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .clone();
    let requests = latencies.answered() as u64 + latencies.unanswered;
    println!(
        "{calls} calls ({} legs), {requests} requests in {seconds:.2} s: {:.0} calls/s, {:.0} requests/s",
        tally.legs,
        f64::from(calls) / seconds,
        requests as f64 / seconds,
    );
    println!("{latencies}");
    Ok(if latencies.all_well() && tally.ended == tally.legs {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

/// A bar that grows with the calls that are over.
fn progress(spectator: Spectator, calls: u32) -> tokio::task::JoinHandle<()> {
    let bar = ProgressBar::new(calls.into());
    let template = "{bar:40.green} {pos}/{len} calls over, {msg} requests, {elapsed}";
    if let Ok(style) = ProgressStyle::with_template(template) {
        bar.set_style(style);
    }
    tokio::spawn(async move {
        let mut refresh = tokio::time::interval(Duration::from_millis(100));
        loop {
            refresh.tick().await;
            let tally = spectator.tally();
            bar.set_length(tally.legs.max(calls.into()));
            bar.set_message(tally.requests.to_string());
            bar.set_position(tally.ended);
        }
    })
}
