//! Simulates a call centre in virtual time and compares queueing policies.

mod callers;
mod centre;
mod outcome;
mod plot;
mod rule;
mod run;
mod table;
mod theory;

use std::fs;
use std::io::{self, Write};
use std::num::NonZeroU32;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::thread;

use clap::Parser;
use indicatif::{ProgressBar, ProgressStyle};

use crate::centre::Centre;
use crate::outcome::Outcome;
use crate::theory::Theory;

/// Simulates a call centre in virtual time and compares queueing policies.
///
/// Every policy of the file serves the same callers: who calls when, for how long and with how much
/// patience is drawn once.
#[derive(Debug, Parser)]
#[command(version)]
struct Options {
    /// The centre, in TOML; see the README
    file: PathBuf,
    /// Write the waits as a picture, too
    #[arg(long, value_name = "FILE.svg")]
    svg: Option<PathBuf>,
    /// In the place of the file's hours
    #[arg(long)]
    hours: Option<NonZeroU32>,
    /// In the place of the file's seed
    #[arg(long)]
    seed: Option<u64>,
}

fn main() -> ExitCode {
    match run(&Options::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        // Whoever reads has read enough: `queue-lab … | head`.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        Err(error) => {
            // Nobody is left to be told if this fails.
            let _ = writeln!(io::stderr(), "queue-lab: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(options: &Options) -> io::Result<()> {
    let centre = load(options)?;
    let outcomes = compare(&centre)?;
    let theory = Theory::of(&centre);
    let title = title(&centre);
    if let Some(file) = &options.svg {
        let picture = plot::draw(&title, &outcomes, theory.as_ref().ok());
        fs::write(file, picture).map_err(|error| about(file, &error))?;
    }
    let table = table::draw(&centre, &outcomes, &theory);
    write!(io::stdout().lock(), "{title}\n\n{table}")
}

fn load(options: &Options) -> io::Result<Centre> {
    let file = &options.file;
    let text = fs::read_to_string(file).map_err(|error| about(file, &error))?;
    let mut centre = Centre::parse(&text).map_err(|error| about(file, &error))?;
    if let Some(hours) = options.hours {
        centre.hours = hours;
    }
    if let Some(seed) = options.seed {
        centre.seed = seed;
    }
    centre.check().map_err(|error| about(file, &error))?;
    Ok(centre)
}

fn about(file: &Path, error: &dyn std::fmt::Display) -> io::Error {
    io::Error::other(format!("{}: {error}", file.display()))
}

/// Plays every policy, each on a thread of its own.
fn compare(centre: &Centre) -> io::Result<Vec<Outcome>> {
    let visitors = callers::draw(centre);
    let runs: Vec<_> = centre
        .rules
        .iter()
        .map(|rule| Ok((rule.to_string(), rule.config(centre)?)))
        .collect::<Result<_, centre::CentreError>>()
        .map_err(io::Error::other)?;
    let bar = progress_bar((visitors.len() * runs.len()) as u64);
    let played = thread::scope(|scope| {
        let threads: Vec<_> = runs
            .into_iter()
            .map(|(rule, config)| {
                let (bar, visitors) = (bar.clone(), &visitors);
                scope.spawn(move || {
                    let mut told = 0;
                    let played = run::play(centre, config, visitors, |arrived| {
                        bar.inc((arrived - told) as u64);
                        told = arrived;
                    });
                    Outcome::new(centre, rule, visitors, &played)
                })
            })
            .collect();
        threads
            .into_iter()
            .map(thread::ScopedJoinHandle::join)
            .collect::<Result<Vec<_>, _>>()
    });
    bar.finish_and_clear();
    // A thread ends early only by a panic, whose message is on the terminal already.
    played.map_err(|_| io::Error::other("a simulation broke off"))
}

/// Seen on a terminal alone; a short run is over before it is drawn.
fn progress_bar(callers: u64) -> ProgressBar {
    let bar = ProgressBar::new(callers);
    if let Ok(style) =
        ProgressStyle::with_template("{bar:40} {percent:>3} % of {len} callers, {eta} to go")
    {
        bar.set_style(style);
    }
    bar
}

fn title(centre: &Centre) -> String {
    let agents = centre.agents.steady().map_or_else(
        || {
            let numbers = centre.agents.numbers();
            let (least, most) = (numbers.iter().min(), numbers.iter().max());
            format!("{} to {}", least.unwrap_or(&0), most.unwrap_or(&0))
        },
        |agents| agents.to_string(),
    );
    format!(
        "{agents} agents, {:.1} erlangs, {} hours, seed {}",
        centre.load(),
        centre.hours,
        centre.seed
    )
}
