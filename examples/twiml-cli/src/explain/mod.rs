//! `twiml explain`.

mod connect;
mod dial;
mod messaging;
mod outline;
mod phrase;
mod prompt;
mod voice;

use serde::Serialize;

use crate::Outcome;
use crate::answer::Answer;
use crate::args::Explain;
use crate::input;
use crate::output::{Paint, complain, print};
use outline::Outline;

/// The whole of `--json`.
#[derive(Debug, Default, Serialize)]
struct Report {
    files: Vec<File>,
}

#[derive(Debug, Serialize)]
struct File {
    file: String,
    #[serde(flatten)]
    outline: Outline,
}

pub(crate) fn run(args: &Explain) -> Outcome {
    let mut report = Report::default();
    let mut outcome = Outcome::Clean;
    for name in &args.files {
        match read(name, args) {
            Ok(answer) => report.files.push(File {
                file: input::shown(name).to_owned(),
                outline: outline(&answer),
            }),
            Err(error) => {
                complain(&error);
                outcome = Outcome::Failed;
            }
        }
    }
    let text = if args.json {
        // Only a map with keys that are not strings, or a failing Serialize, could fail: there is neither.
        serde_json::to_string_pretty(&report).unwrap_or_default() + "\n"
    } else {
        let paint = Paint::new(args.color);
        let texts: Vec<String> = report
            .files
            .iter()
            .map(|file| file.outline.text(&file.file, paint))
            .collect();
        texts.join("\n")
    };
    print(&text, outcome)
}

fn read(name: &str, args: &Explain) -> Result<Answer, String> {
    let document = input::text(name).map_err(|error| error.to_string())?;
    Answer::read(&document, args.family.family())
        .map_err(|error| format!("{}: {error}", input::shown(name)))
}

fn outline(answer: &Answer) -> Outline {
    match answer {
        Answer::Voice(answer) => voice::outline(answer),
        Answer::Messaging(answer) => messaging::outline(answer),
    }
}
