//! The file with the opening hours.

use std::fs::File;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use business_hours::{BuildError, Schedule, ScheduleSpec};

/// The hours used when no file is named.
const BUILT_IN: &str = include_str!("../hours.toml");

/// The longest file that is read, in bytes: some thousand overrides.
const LONGEST: u64 = 256 * 1024;

/// Why a file with opening hours cannot be used: one line that names the file, its line and the value.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum HoursError {
    /// The file cannot be read.
    #[error("{}: {source}", .path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// What the operating system says.
        source: std::io::Error,
    },
    /// The file is not TOML, or a value in it cannot be read.
    #[error("{}:{line}: {value:?}: {problem}", .path.display())]
    Form {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        line: usize,
        /// What stands there.
        value: String,
        /// What is wrong with it.
        problem: String,
    },
    /// The file reads well, but its rules do not fit together. All that is wrong, at once.
    #[error("{}", .problems.join("; "))]
    Rules {
        /// A line for each problem, as `hours.toml:3: zone: unknown time zone …`.
        problems: Vec<String>,
    },
}

/// Reads opening hours from a file, or the built-in ones.
///
/// # Errors
/// [`HoursError`] says what is wrong in which line.
pub fn load(path: Option<&Path>) -> Result<Schedule, HoursError> {
    match path {
        None => parse(Path::new("built-in hours"), BUILT_IN),
        Some(path) => {
            let read = |source| HoursError::Read {
                path: path.to_owned(),
                source,
            };
            let mut text = String::new();
            // One byte more tells a file that is too long, or endless as a device, from one that just fits.
            let mut file = File::open(path).map_err(read)?.take(LONGEST + 1);
            file.read_to_string(&mut text).map_err(read)?;
            if text.len() as u64 > LONGEST {
                return Err(read(io::Error::new(
                    io::ErrorKind::FileTooLarge,
                    "longer than 256 kB",
                )));
            }
            parse(path, &text)
        }
    }
}

/// Hours that never close.
pub(crate) fn round_the_clock() -> Result<Schedule, HoursError> {
    let always = "zone = \"UTC\"\n[week]\nmon-sun = \"00:00-24:00\"\n";
    parse(Path::new("hours that never close"), always)
}

fn parse(path: &Path, text: &str) -> Result<Schedule, HoursError> {
    let spec: ScheduleSpec = toml::from_str(text).map_err(|error| {
        let span = error.span().unwrap_or_default();
        HoursError::Form {
            path: path.to_owned(),
            line: 1 + text.get(..span.start).unwrap_or(text).matches('\n').count(),
            value: first_line(text.get(span).unwrap_or_default())
                .trim()
                .to_owned(),
            problem: error
                .message()
                .split_whitespace()
                .collect::<Vec<_>>()
                .join(" "),
        }
    })?;
    Schedule::from_spec(&spec).map_err(|errors| HoursError::Rules {
        problems: errors
            .iter()
            .map(|error| located(path, text, error))
            .collect(),
    })
}

/// The problem behind the file's name, and the line where the offending value stands, if it stands anywhere.
fn located(path: &Path, text: &str, error: &BuildError) -> String {
    let value = error.value();
    let line = text.lines().position(|line| {
        !value.is_empty() && !line.trim_start().starts_with('#') && line.contains(&value)
    });
    match line {
        Some(line) => format!("{}:{}: {error}", path.display(), line + 1),
        None => format!("{}: {error}", path.display()),
    }
}

fn first_line(text: &str) -> &str {
    text.lines().next().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error_of(text: &str) -> String {
        let error = parse(Path::new("desk.toml"), text).unwrap_err().to_string();
        assert!(!error.contains('\n'), "{error}");
        error
    }

    #[test]
    fn the_built_in_hours_are_good() {
        load(None).unwrap();
    }

    #[test]
    fn a_mistake_is_one_line_that_names_file_line_and_value() {
        let zone = error_of("# Mars/Olympus\nzone = \"Mars/Olympus\"\n");
        assert!(
            zone.starts_with("desk.toml:2: ") && zone.contains("Mars/Olympus"),
            "{zone}"
        );

        let time = error_of("zone = \"Europe/London\"\n\n[week]\nmon = \"09:00-9am\"\n");
        assert!(
            time.starts_with("desk.toml:4: ") && time.contains("09:00-9am"),
            "{time}"
        );

        let field = error_of("zone = \"Europe/London\"\nweeek = {}\n");
        assert!(
            field.starts_with("desk.toml:2: ") && field.contains("weeek"),
            "{field}"
        );

        let form = error_of("zone = \"Europe/London\n");
        assert!(form.starts_with("desk.toml:1: "), "{form}");

        assert!(error_of("").contains("zone"));
    }

    #[test]
    fn a_file_that_is_not_there_is_named() {
        let error = load(Some(Path::new("no/such/hours.toml")))
            .unwrap_err()
            .to_string();
        assert!(error.starts_with("no/such/hours.toml: "), "{error}");
    }
}
