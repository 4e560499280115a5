//! What the program can be told to do: one file a command.
//!
//! Each ends with 0 if all is well, 1 if something differs from what was expected, and with an
//! error (2) if it could not be tried.

pub(crate) mod explore;
mod load;
mod pace;
pub(crate) mod run;
pub(crate) mod run_cases;
pub(crate) mod serve;
mod watch;

use std::error::Error;
use std::path::Path;
use std::process::ExitCode;

use serde::de::DeserializeOwned;

/// How a command ends.
pub(crate) type Outcome = Result<ExitCode, Box<dyn Error + Send + Sync>>;

/// A file that cannot be read or understood.
#[derive(Debug, thiserror::Error)]
#[error("{path}")]
struct FileError {
    path: String,
    #[source]
    source: Box<dyn Error + Send + Sync>,
}

/// Reads a file of JSON.
fn read_json<T: DeserializeOwned>(path: &Path) -> Result<T, Box<dyn Error + Send + Sync>> {
    let wrong = |source: Box<dyn Error + Send + Sync>| FileError {
        path: path.display().to_string(),
        source,
    };
    let text = std::fs::read_to_string(path).map_err(|error| wrong(error.into()))?;
    Ok(serde_json::from_str(&text).map_err(|error| wrong(error.into()))?)
}

/// An error with its causes in one line.
pub(crate) fn chain(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        let cause_text = cause.to_string();
        if !text.ends_with(&cause_text) {
            text.push_str(": ");
            text.push_str(&cause_text);
        }
        source = cause.source();
    }
    text
}
