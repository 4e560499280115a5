//! `twilio-sim run SCENARIO --app URL`

use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use chrono::TimeDelta;
use twilio_sim::cases;
use twilio_sim::rest::RestClient;
use twilio_sim::scenario::{Scenario, Stage};
use twilio_simulator::{Event, HttpTransport, Simulator, Transcript};
use url::Url;

use super::pace::{Time, pace};
use super::watch::Watch;
use super::{Outcome, load, read_json};

/// How fast calls are watched unless a speed is given.
const WATCHED_SPEED: f64 = 10.0;

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// A scenario file (JSON): who rings whom, and what they do then.
    scenario: PathBuf,
    /// Where your web application answers calls, as http://127.0.0.1:8080/voice
    #[arg(long, value_name = "URL")]
    app: Url,
    /// Show the calls live; ten times as fast as they are, unless a speed is given.
    #[arg(long, conflicts_with = "load")]
    watch: bool,
    /// Print the requests as signed curl commands instead of the story.
    #[arg(long)]
    curl: bool,
    /// Say only whether all is well.
    #[arg(long, short)]
    quiet: bool,
    /// Compare the story with this file, line for line; writes the file if there is none.
    #[arg(long, value_name = "FILE")]
    golden: Option<PathBuf>,
    #[command(flatten)]
    load: load::Load,
    #[command(flatten)]
    time: Time,
}

pub(crate) async fn run(arguments: &Arguments) -> Outcome {
    let scenario: Scenario = read_json(&arguments.scenario)?;
    let stage = Stage::new(scenario, arguments.app.clone());
    if let Some(calls) = arguments.load.load {
        return load::run(&stage, &arguments.load, calls).await;
    }
    let mut builder = stage.builder(Arc::new(HttpTransport::new()))?;
    let speed = arguments.time.speed;
    if let Some(speed) = speed.or(arguments.watch.then_some(WATCHED_SPEED)) {
        let time = arguments.time.scaled(speed, stage.scenario().starts_at)?;
        builder = builder.pace(pace(time));
    }
    let mut sim = builder.build().await?;
    stage.furnish(&mut sim)?;
    let start = sim.now();
    let cast = stage.schedule(&mut sim)?;
    let lasts = stage.scenario().lasts;
    if arguments.watch {
        let watch = Watch::new(sim.spectator(), sim.clock());
        watch.during(play(&mut sim, lasts)).await?;
    } else {
        play(&mut sim, lasts).await?;
    }
    let transcript = sim.transcript();
    if arguments.curl {
        print!("{}", transcript.to_curl());
    } else if !arguments.watch && !arguments.quiet {
        print!("{transcript}");
    }
    let mut differences = match &stage.scenario().expect {
        Some(expect) => {
            let client = RestClient::new(sim.rest_url(), stage.account_sid(), stage.auth_token());
            cases::compare(expect, sim, start, cast, &client).await?
        }
        None => complaints(&transcript),
    };
    if let Some(path) = &arguments.golden {
        if path.exists() {
            let kept = std::fs::read_to_string(path)?;
            differences.extend(
                transcript
                    .compare(&kept)
                    .err()
                    .map(|other| other.to_string()),
            );
        } else {
            std::fs::write(path, transcript.to_string())?;
        }
    }
    for difference in &differences {
        eprintln!("{difference}");
    }
    let (calls, requests) = count(&transcript);
    eprintln!(
        "{calls} calls, {requests} requests, {} complaints",
        differences.len()
    );
    Ok(if differences.is_empty() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

async fn play(sim: &mut Simulator, lasts: Option<f64>) -> Result<(), twilio_simulator::Error> {
    if let Some(seconds) = lasts {
        let lasts = TimeDelta::milliseconds((seconds * 1_000.0) as i64);
        sim.run_until(sim.now() + lasts).await?;
    }
    sim.run_until_idle().await
}

/// Without expectations, whatever would be in Twilio's error log is a complaint.
fn complaints(transcript: &Transcript) -> Vec<String> {
    let complaint = |event: &Event| match event {
        Event::Logged { code: 0, message } => Some(message.clone()),
        Event::Logged { code, message } => Some(format!("error {code}: {message}")),
        _ => None,
    };
    let entries = transcript.entries().iter();
    entries
        .filter_map(|entry| complaint(&entry.event))
        .collect()
}

fn count(transcript: &Transcript) -> (usize, usize) {
    let begins = |event: &Event| matches!(event, Event::Rings { .. } | Event::Dials { .. });
    let entries = transcript.entries().iter();
    let calls = entries.filter(|entry| begins(&entry.event)).count();
    (calls, transcript.requests().count())
}
