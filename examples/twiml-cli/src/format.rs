//! `twiml fmt`.

use std::fs;

use twiml::ParseError;
use twiml::render::{DECLARATION, RenderError, RenderOptions};

use crate::Outcome;
use crate::answer::Answer;
use crate::args::Fmt;
use crate::input::{self, Unreadable};
use crate::output::{complain, print};
use crate::outside::Outside;

/// Why a document was not formatted.
#[derive(Debug, thiserror::Error)]
enum Error {
    #[error(transparent)]
    Unreadable(#[from] Unreadable),
    #[error("{name}: {error}")]
    Parse { name: String, error: ParseError },
    #[error("{name}: {error}")]
    Render { name: String, error: RenderError },
    #[error(
        "{name}: holds the processing instruction {instruction}, which would be lost: remove it"
    )]
    Instruction { name: String, instruction: String },
    #[error(
        "{name}: formatting would change what it means, so it is left alone; please report this"
    )]
    Changed { name: String },
    #[error("{name}: cannot write: {error}")]
    Write { name: String, error: std::io::Error },
}

pub(crate) fn run(args: &Fmt) -> Outcome {
    let mut out = String::new();
    let mut outcome = Outcome::Clean;
    for name in &args.files {
        match file(name, args, &mut out) {
            Ok(done) => outcome = outcome.max(done),
            Err(error) => {
                complain(&error.to_string());
                outcome = Outcome::Failed;
            }
        }
    }
    print(&out, outcome)
}

fn file(name: &str, args: &Fmt, out: &mut String) -> Result<Outcome, Error> {
    let document = input::text(name)?;
    let document = document.as_str();
    let shown = || input::shown(name).to_owned();
    let answer = Answer::read(document, args.family.family()).map_err(|error| Error::Parse {
        name: shown(),
        error,
    })?;
    let outside = Outside::of(document);
    if let Some(instruction) = outside.instruction {
        return Err(Error::Instruction {
            name: shown(),
            instruction: instruction.to_owned(),
        });
    }
    let render = |options| {
        write(&answer, &outside, options).map_err(|error| Error::Render {
            name: shown(),
            error,
        })
    };
    // Proof rather than trust: the result must read back as the same document.
    let same = |text: &str| Answer::read(text, args.family.family()).as_ref() == Ok(&answer);
    let mut formatted = render(args.render_options())?;
    if !same(&formatted) {
        // Inside elements that nobody knows blanks may mean something, and indentation adds some.
        formatted = render(RenderOptions::new())?;
    }
    if !same(&formatted) {
        return Err(Error::Changed { name: shown() });
    }
    let is_formatted = formatted == document;
    if args.check {
        if is_formatted {
            return Ok(Outcome::Clean);
        }
        *out += input::shown(name);
        out.push('\n');
        return Ok(Outcome::Findings);
    }
    if !args.write || name == "-" {
        *out += &formatted;
    } else if !is_formatted {
        fs::write(name, &formatted).map_err(|error| Error::Write {
            name: shown(),
            error,
        })?;
    }
    Ok(Outcome::Clean)
}

fn write(
    answer: &Answer,
    outside: &Outside<'_>,
    options: RenderOptions,
) -> Result<String, RenderError> {
    let line_break = if options.indent.is_some() { "\n" } else { "" };
    let mut out = format!("{DECLARATION}{line_break}");
    for comment in &outside.before {
        out += comment;
        out += line_break;
    }
    out += &answer.render(&options.declaration(false))?;
    for comment in &outside.after {
        out += comment;
        out += line_break;
    }
    // A text file ends in a line break, and blanks behind the document element mean nothing.
    if options.indent.is_none() {
        out.push('\n');
    }
    Ok(out)
}
