//! Documents from files and from standard input.

use std::fs;
use std::io::{self, Read as _};
use std::str::Utf8Error;

use twiml::parse::Position;

/// The most that is read of one document. Twilio reads 64 kB; beyond this it is not a TwiML document.
const LIMIT: u64 = 16 << 20;

/// Why there is no document.
#[derive(Debug, thiserror::Error)]
#[error("{name}: {problem}")]
pub(crate) struct Unreadable {
    name: String,
    problem: Problem,
}

#[derive(Debug, thiserror::Error)]
enum Problem {
    #[error(transparent)]
    Io(#[from] io::Error),
    #[error("has more than {LIMIT} bytes, too many for a TwiML document")]
    TooLong,
    #[error("{0}: the document is not UTF-8")]
    NotUtf8(Position),
}

/// The bytes of a file, or of standard input if the name is `-`.
pub(crate) fn read(name: &str) -> Result<Vec<u8>, Unreadable> {
    let bytes = if name == "-" {
        limited(io::stdin().lock())
    } else {
        fs::File::open(name).map_err(Problem::Io).and_then(limited)
    };
    bytes.map_err(|problem| Unreadable::new(name, problem))
}

/// As [`read`], as text.
pub(crate) fn text(name: &str) -> Result<String, Unreadable> {
    String::from_utf8(read(name)?).map_err(|error| {
        let place = not_utf8(error.as_bytes(), error.utf8_error());
        Unreadable::new(name, Problem::NotUtf8(place))
    })
}

/// Where bytes stop being UTF-8.
pub(crate) fn not_utf8(bytes: &[u8], error: Utf8Error) -> Position {
    let valid = std::str::from_utf8(&bytes[..error.valid_up_to()]).unwrap_or_default();
    Position::of(valid, valid.len())
}

impl Unreadable {
    fn new(name: &str, problem: Problem) -> Self {
        Self {
            name: shown(name).to_owned(),
            problem,
        }
    }
}

/// How a name is shown.
pub(crate) fn shown(name: &str) -> &str {
    if name == "-" { "<stdin>" } else { name }
}

fn limited(source: impl io::Read) -> Result<Vec<u8>, Problem> {
    let mut bytes = Vec::new();
    source.take(LIMIT + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > LIMIT {
        return Err(Problem::TooLong);
    }
    Ok(bytes)
}
