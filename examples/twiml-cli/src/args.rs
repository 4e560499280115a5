//! The command line.

use clap::{Parser, Subcommand, ValueEnum};
use twiml::lint::{Delivery, Family, LintOptions, Purpose, Severity};
use twiml::render::RenderOptions;

/// Lints, formats and explains TwiML documents.
#[derive(Debug, Parser)]
#[command(name = "twiml", version, max_term_width = 100)]
pub(crate) struct Args {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Say what Twilio would refuse, ignore or do otherwise than meant.
    Lint(Lint),
    /// Write documents in one canonical form, without changing what they mean.
    Fmt(Fmt),
    /// Outline what a caller hears and does, or what is sent in reply to a message.
    Explain(Explain),
}

#[derive(Debug, clap::Args)]
pub(crate) struct Lint {
    /// The documents; - is standard input.
    #[arg(required = true, value_name = "FILE")]
    pub(crate) files: Vec<String>,
    /// The lowest severity that makes the exit status 1.
    #[arg(long, value_enum, default_value_t = Deny::Warning, value_name = "LEVEL")]
    pub(crate) deny: Deny,
    /// The kind of document.
    #[arg(long, value_enum, default_value_t = Kind::Auto)]
    pub(crate) family: Kind,
    /// What the documents are for, which decides the verbs that may stand in them.
    #[arg(long = "for", value_enum, default_value_t = For::Answer, value_name = "PURPOSE")]
    pub(crate) purpose: For,
    /// The documents are given to Twilio's REST API as Twiml, so that relative URLs lead nowhere.
    #[arg(long)]
    pub(crate) inline: bool,
    /// Print one JSON object.
    #[arg(long)]
    pub(crate) json: bool,
    /// Whether to colour the output.
    #[arg(long, value_enum, default_value_t = Color::Auto, value_name = "WHEN")]
    pub(crate) color: Color,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Fmt {
    /// The documents; - is standard input.
    #[arg(required = true, value_name = "FILE")]
    pub(crate) files: Vec<String>,
    /// Write everything on one line.
    #[arg(long)]
    pub(crate) compact: bool,
    /// Spaces per level.
    #[arg(long, default_value_t = 2, value_name = "SPACES", conflicts_with = "compact",
          value_parser = clap::value_parser!(u8).range(..=16))]
    pub(crate) indent: u8,
    /// Change the files instead of printing the result.
    #[arg(long, conflicts_with = "check")]
    pub(crate) write: bool,
    /// Print only the names of files that are not formatted; the exit status is then 1.
    #[arg(long)]
    pub(crate) check: bool,
    /// The kind of document.
    #[arg(long, value_enum, default_value_t = Kind::Auto)]
    pub(crate) family: Kind,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Explain {
    /// The documents; - is standard input.
    #[arg(required = true, value_name = "FILE")]
    pub(crate) files: Vec<String>,
    /// The kind of document.
    #[arg(long, value_enum, default_value_t = Kind::Auto)]
    pub(crate) family: Kind,
    /// Print one JSON object.
    #[arg(long)]
    pub(crate) json: bool,
    /// Whether to colour the output.
    #[arg(long, value_enum, default_value_t = Color::Auto, value_name = "WHEN")]
    pub(crate) color: Color,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum Deny {
    /// Anything found.
    Hint,
    /// Warnings and errors.
    Warning,
    /// Errors only.
    Error,
}

impl Deny {
    pub(crate) fn severity(self) -> Severity {
        match self {
            Self::Hint => Severity::Hint,
            Self::Warning => Severity::Warning,
            Self::Error => Severity::Error,
        }
    }
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum Kind {
    /// Judge by the verbs.
    Auto,
    /// The answer to a call.
    Voice,
    /// The answer to a message.
    Messaging,
}

impl Kind {
    pub(crate) fn family(self) -> Option<Family> {
        match self {
            Self::Auto => None,
            Self::Voice => Some(Family::Voice),
            Self::Messaging => Some(Family::Messaging),
        }
    }
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum For {
    /// The answer to a call or a message.
    Answer,
    /// `waitUrl` of `<Enqueue>`.
    EnqueueWait,
    /// `waitUrl` of `<Conference>`.
    ConferenceWait,
    /// `url` of `<Number>`, `<Client>` or `<Sip>`.
    Whisper,
    /// `url` of `<Queue>`.
    QueueWhisper,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum Color {
    /// On a terminal, unless NO_COLOR is set.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

impl Fmt {
    pub(crate) fn render_options(&self) -> RenderOptions {
        if self.compact {
            RenderOptions::new()
        } else {
            RenderOptions::new().indent(self.indent)
        }
    }
}

impl Lint {
    pub(crate) fn options(&self) -> LintOptions {
        let mut options = LintOptions::new()
            .purpose(match self.purpose {
                For::Answer => Purpose::Answer,
                For::EnqueueWait => Purpose::EnqueueWait,
                For::ConferenceWait => Purpose::ConferenceWait,
                For::Whisper => Purpose::Whisper,
                For::QueueWhisper => Purpose::QueueWhisper,
            })
            .delivery(if self.inline {
                Delivery::Inline
            } else {
                Delivery::Fetched
            });
        options.family = self.family.family();
        options
    }
}
