//! `--load`: the load test.

use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use phone_system::{Database, DatabaseTime, Load, Speed, one_line};

use super::{AnyError, Options, say, wall};

/// How fast the program's clock runs unless the options say otherwise.
const SPEED: f64 = 16.0;

pub(super) async fn test(options: &Options, calls: usize) -> Result<ExitCode, AnyError> {
    let load = Load {
        calls,
        agents: options.agents.into(),
        lasts: Duration::from_secs(options.seconds),
        speed: options.speed.or(Speed::times(SPEED)).unwrap_or(Speed::REAL),
        seed: options.seed,
    };
    let folder = Scratch::new()?;
    let place = match &options.database {
        Some(place) => place.clone(),
        None => folder
            .0
            .join("load.sqlite3")
            .display()
            .to_string()
            .parse()?,
    };
    let database = Database::open(&place, DatabaseTime::Programs)
        .await
        .map_err(|error| format!("the database {place}: {}", one_line(&error)))?;
    let report = load.play(database, Arc::new(wall::clock)).await?;
    say(&format!("{report}\n"))?;
    let complaints = report.complaints();
    for complaint in &complaints {
        eprintln!("phone-system: {complaint}");
    }
    Ok(if complaints.is_empty() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

/// A folder that is gone at the end.
struct Scratch(std::path::PathBuf);

impl Scratch {
    fn new() -> std::io::Result<Self> {
        let name = format!("phone-system-load-{}", std::process::id());
        let folder = std::env::temp_dir().join(name);
        std::fs::create_dir(&folder)?;
        Ok(Self(folder))
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        // What cannot be removed now, the system removes in time.
        let _ = std::fs::remove_dir_all(&self.0);
    }
}
