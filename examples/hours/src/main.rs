//! Checks a file with opening hours and answers questions about it.

mod calendar;
mod clock;
mod desk;
mod document;
mod locate;
mod problem;
mod query;
mod reader;
mod svg;

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use chrono::{Days, NaiveDate};
use clap::{Parser, Subcommand, ValueEnum};
use hours_exchange::schema_org::{HolidaySource, PlaceHours};
use hours_exchange::{Description, IcalendarExport, closed_days};

use crate::desk::Desk;

/// Checks a file with opening hours and answers questions about it.
#[derive(Debug, Parser)]
#[command(version, after_long_help = REFERENCE)]
struct Options {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Tell all that is wrong with files, as FILE:LINE: PROBLEM
    Check {
        /// Descriptions in TOML, or JSON if the name ends in .json
        #[arg(required = true)]
        files: Vec<PathBuf>,
    },
    /// Tell whether it is open, why, and until when
    Status {
        /// A description in TOML, or JSON if the name ends in .json
        file: PathBuf,
        /// When, instead of now
        #[arg(long, value_name = "TIME")]
        at: Option<String>,
        /// As the JSON object that `query` answers with
        #[arg(long)]
        json: bool,
        /// Exit with 3 when it is closed
        #[arg(long)]
        exit_code: bool,
    },
    /// Draw the coming weeks
    #[command(after_long_help = REFERENCE)]
    Calendar {
        /// A description in TOML, or JSON if the name ends in .json
        file: PathBuf,
        /// How many weeks
        #[arg(long, value_name = "N", default_value_t = 4, value_parser = clap::value_parser!(u32).range(1..=530))]
        weeks: u32,
        /// From the week that this date is in, instead of this week
        #[arg(long, value_name = "DATE")]
        from: Option<NaiveDate>,
        /// As an SVG image
        #[arg(long)]
        svg: bool,
    },
    /// Answer questions: JSON lines in, JSON lines out
    #[command(after_long_help = REFERENCE)]
    Query {
        /// A description in TOML, or JSON if the name ends in .json
        file: PathBuf,
    },
    /// Write the hours for others to read
    Export {
        /// A description in TOML, or JSON if the name ends in .json
        file: PathBuf,
        /// In which form
        #[arg(long, value_enum)]
        to: Form,
        /// iCalendar: how many weeks
        #[arg(long, value_name = "N", default_value_t = 4, value_parser = clap::value_parser!(u32).range(1..=530))]
        weeks: u32,
        /// iCalendar: from this date, instead of today
        #[arg(long, value_name = "DATE")]
        from: Option<NaiveDate>,
        /// iCalendar: the end of the UIDs, unique in the world; the file's name unless given
        #[arg(long)]
        id: Option<String>,
    },
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Form {
    /// Plain English
    Words,
    /// The properties of a schema.org Place, as JSON
    SchemaOrg,
    /// RFC 5545: an event for each opening, and all-day events for closed days
    Icalendar,
}

/// The part of the README that scripts are written by.
const REFERENCE: &str = include_str!("reference.txt");

/// It did not work, or not all of it.
const FAILURE: u8 = 1;
/// `status --exit-code`: it is closed.
const CLOSED: u8 = 3;

fn main() -> ExitCode {
    match run(Options::parse().command) {
        Ok(code) => ExitCode::from(code),
        // Whoever reads has read enough: `hours calendar … | head`.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        Err(error) => {
            // Nobody is left to be told if this fails.
            let _ = writeln!(io::stderr(), "hours: {error}");
            ExitCode::from(FAILURE)
        }
    }
}

fn run(command: Command) -> io::Result<u8> {
    let mut out = io::stdout().lock();
    match command {
        Command::Check { files } => {
            let mut code = 0;
            for file in &files {
                match desk::load(file) {
                    Ok(desk) => writeln!(out, "{}: good: {}", file.display(), words(&desk))?,
                    Err(problems) => {
                        code = FAILURE;
                        for problem in problems {
                            writeln!(out, "{}", problem.in_file(file))?;
                        }
                    }
                }
            }
            Ok(code)
        }
        Command::Status {
            file,
            at,
            json,
            exit_code,
        } => {
            let desk = load(&file)?;
            let at = match at {
                Some(at) => clock::instant(&desk.schedule, &at).map_err(io::Error::other)?,
                None => clock::now(),
            };
            let status = desk.schedule.status(at).map_err(io::Error::other)?;
            if json {
                let object = query::status(&desk.schedule, at).map_err(io::Error::other)?;
                serde_json::to_writer(&mut out, &object).map_err(io::Error::from)?;
                writeln!(out)?;
            } else {
                writeln!(out, "{status}")?;
            }
            Ok(if exit_code && !status.is_open() {
                CLOSED
            } else {
                0
            })
        }
        Command::Calendar {
            file,
            weeks,
            from,
            svg,
        } => {
            let desk = load(&file)?;
            let from = from.unwrap_or_else(|| today(&desk));
            let days = calendar::weeks(&desk.schedule, from, weeks).map_err(io::Error::other)?;
            let drawn = match svg {
                true => svg::draw(&desk.schedule, &days),
                false => calendar::text(&desk.schedule, &days),
            };
            out.write_all(drawn.as_bytes())?;
            Ok(0)
        }
        Command::Query { file } => {
            let desk = load(&file)?;
            let all_answered = query::answer_all(&desk.schedule, io::stdin().lock(), out)?;
            Ok(if all_answered { 0 } else { FAILURE })
        }
        Command::Export {
            file,
            to,
            weeks,
            from,
            id,
        } => {
            let desk = load(&file)?;
            match to {
                Form::Words => writeln!(out, "{}", words(&desk))?,
                Form::SchemaOrg => {
                    let source = match desk.holidays {
                        Some(_) => HolidaySource::PublicHolidays,
                        None => HolidaySource::ListedDates,
                    };
                    let place = PlaceHours::from_spec(&desk.spec, source).map_err(|refusals| {
                        let lines: Vec<_> = refusals.iter().map(ToString::to_string).collect();
                        io::Error::other(format!("schema.org cannot say:\n{}", lines.join("\n")))
                    })?;
                    serde_json::to_writer_pretty(&mut out, &place).map_err(io::Error::from)?;
                    writeln!(out)?;
                }
                Form::Icalendar => {
                    let from = from.unwrap_or_else(|| today(&desk));
                    let file = icalendar(&desk, &file, from, weeks, id)?;
                    out.write_all(file.as_bytes())?;
                }
            }
            Ok(0)
        }
    }
}

/// A desk for a command that needs a good one.
fn load(file: &Path) -> io::Result<Desk> {
    desk::load(file).map_err(|problems| {
        let lines: Vec<_> = problems
            .iter()
            .map(|problem| problem.in_file(file))
            .collect();
        io::Error::other(lines.join("\n"))
    })
}

fn words(desk: &Desk) -> String {
    let mut description = Description::of(&desk.spec);
    if let Some(holidays) = &desk.holidays {
        description = description.with_holidays(holidays);
    }
    format!("{description:#}")
}

fn today(desk: &Desk) -> NaiveDate {
    clock::local(&desk.schedule, clock::now()).date_naive()
}

fn icalendar(
    desk: &Desk,
    file: &Path,
    from: NaiveDate,
    weeks: u32,
    id: Option<String>,
) -> io::Result<String> {
    let too_far = || io::Error::other(format!("{weeks} weeks from {from} are too far away"));
    let end = from
        .checked_add_days(Days::new(u64::from(weeks) * 7))
        .ok_or_else(too_far)?;
    let last = end.pred_opt().ok_or_else(too_far)?;
    let start_of = |date| clock::start_of(&desk.schedule, date).ok_or_else(too_far);
    let intervals = desk
        .schedule
        .intervals(start_of(from)?, start_of(end)?)
        .map_err(io::Error::other)?;
    let closed = closed_days(&desk.schedule, from, last).map_err(io::Error::other)?;
    let name = file.file_stem().unwrap_or_default().to_string_lossy();
    let id = id.unwrap_or_else(|| name.clone().into_owned());
    let export = IcalendarExport::new(id, clock::now())
        .name(name)
        .open(intervals)
        .closed(closed);
    Ok(export.to_string())
}
