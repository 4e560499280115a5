//! Standard output: colours where a person reads, and no complaint when the reader has gone.

use std::env;
use std::io::{self, IsTerminal as _, Write as _};

use crate::Outcome;
use crate::args::Color;

/// Whether output is coloured.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Paint(bool);

/// A colour or weight of the terminal, as the number of its escape sequence.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Ink {
    Bold = 1,
    Dim = 2,
    Red = 31,
    Yellow = 33,
    Cyan = 36,
}

impl Paint {
    /// As asked; else if standard output is a terminal and the user has not set `NO_COLOR`.
    pub(crate) fn new(color: Color) -> Self {
        Self(match color {
            Color::Always => true,
            Color::Never => false,
            Color::Auto => {
                io::stdout().is_terminal()
                    && env::var_os("NO_COLOR").is_none_or(|value| value.is_empty())
            }
        })
    }

    /// The text in this colour.
    pub(crate) fn ink(self, ink: Ink, text: &str) -> String {
        if self.0 {
            format!("\x1b[{}m{text}\x1b[0m", ink as u8)
        } else {
            text.to_owned()
        }
    }
}

/// Makes what came from a document safe to show: a terminal must not obey its escape sequences, and a line
/// must stay one line.
pub(crate) fn visible(text: &str) -> String {
    text.chars()
        .flat_map(|character| {
            let (plain, escaped) = if character.is_control() {
                (None, Some(character.escape_default()))
            } else {
                (Some(character), None)
            };
            plain.into_iter().chain(escaped.into_iter().flatten())
        })
        .collect()
}

/// Prints everything at once. A reader that stopped reading, such as `head`, is no error.
pub(crate) fn print(text: &str, outcome: Outcome) -> Outcome {
    let mut out = io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Ok(()) => outcome,
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => outcome,
        Err(error) => {
            complain(&format!("cannot write: {error}"));
            Outcome::Failed
        }
    }
}

/// Says on standard error what went wrong; if even that is closed there is nobody left to tell.
pub(crate) fn complain(message: &str) {
    let _ = writeln!(io::stderr(), "twiml: {message}");
}
