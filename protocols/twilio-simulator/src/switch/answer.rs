//! Reading the host's answers.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::Arc;

use bytes::Bytes;
use http::StatusCode;
use http::header::{CONTENT_TYPE, LOCATION};
use twiml::ParseError;
use url::Url;

use crate::switch::Switch;
use crate::switch::program::{Instruction, Program, Prompt, PromptSound, Replies, Reply};
use crate::switch::translate::{translate, translate_replies};
use crate::transport::TransportError;

/// Longest document (error 11750).
const DOCUMENT_LIMIT: usize = 64 * 1024;

/// Why an answer cannot be run.
#[derive(Debug)]
pub(super) struct Failure {
    pub(super) code: u32,
    pub(super) reason: String,
}

/// Where an answer sends us on to.
pub(super) fn redirection(
    answer: &Result<http::Response<Bytes>, TransportError>,
) -> Option<String> {
    let response = answer.as_ref().ok()?;
    if !matches!(response.status().as_u16(), 301 | 302 | 303 | 307 | 308) {
        return None;
    }
    let location = response.headers().get(LOCATION)?;
    location.to_str().ok().map(str::to_owned)
}

/// What the log says of a callback: its status counts, its body does not.
pub(super) fn accepted(
    answer: &Result<http::Response<Bytes>, TransportError>,
) -> Result<(), Failure> {
    match answer {
        Ok(response) if response.status().is_success() => Ok(()),
        Ok(response) => Err(unexpected_status(response.status())),
        Err(error) => Err(Failure {
            code: error.code(),
            reason: error.to_string(),
        }),
    }
}

fn unexpected_status(status: StatusCode) -> Failure {
    Failure {
        code: 11200,
        reason: format!("the host answered {status}"),
    }
}

/// A body that can be read, and of which type it is.
struct Page {
    content_type: String,
    body: Bytes,
}

impl Page {
    fn text(&self) -> Cow<'_, str> {
        String::from_utf8_lossy(&self.body)
    }
}

/// Documents that were read lately, by their text: a host says the same again and again.
#[derive(Debug, Default)]
pub(super) struct Library {
    programs: HashMap<String, Arc<Program>>,
    bytes: usize,
}

/// How much text is kept before all of it is forgotten.
const LIBRARY_LIMIT: usize = 1024 * 1024;

impl Library {
    fn read(&mut self, document: &str) -> Result<Arc<Program>, ParseError> {
        if let Some(program) = self.programs.get(document) {
            return Ok(Arc::clone(program));
        }
        let program = Arc::new(translate(document)?);
        if self.bytes + document.len() > LIBRARY_LIMIT {
            self.programs.clear();
            self.bytes = 0;
        }
        self.bytes += document.len();
        self.programs
            .insert(document.to_owned(), Arc::clone(&program));
        Ok(program)
    }
}

impl Switch {
    /// Reads a document from an answer, as Twilio's page on content types says.
    pub(super) fn read_document(
        &mut self,
        answer: Result<http::Response<Bytes>, TransportError>,
        url: &Url,
    ) -> Result<Arc<Program>, Failure> {
        let Some(page) = page(answer)? else {
            return Ok(Arc::default());
        };
        match page.content_type.as_str() {
            "text/xml" | "application/xml" | "text/html" => {
                self.library.read(&page.text()).map_err(unreadable)
            }
            "text/plain" => {
                let text = page.text();
                Ok(self.library.read(&text).unwrap_or_else(|_| {
                    Arc::new(one_prompt(PromptSound::Speech(text.into_owned())))
                }))
            }
            audio if audio.starts_with("audio/") => {
                Ok(Arc::new(one_prompt(PromptSound::Media(url.to_string()))))
            }
            other => Err(unknown_type(other)),
        }
    }
}

/// Reads the answer to a message; plain text is written back as it is.
pub(super) fn read_replies(
    answer: Result<http::Response<Bytes>, TransportError>,
) -> Result<Replies, Failure> {
    let Some(page) = page(answer)? else {
        return Ok(Replies::default());
    };
    match page.content_type.as_str() {
        "text/xml" | "application/xml" | "text/html" => {
            translate_replies(&page.text()).map_err(unreadable)
        }
        // Nothing to say is said with an empty page, too.
        "" | "text/plain" if page.text().trim().is_empty() => Ok(Replies::default()),
        "text/plain" => Ok(Replies {
            verbs: vec![Reply::Message {
                from: None,
                to: None,
                body: page.text().into_owned(),
                media: Vec::new(),
                callbacks: Vec::new(),
            }],
            summary: "text".to_owned(),
            warnings: Vec::new(),
        }),
        other => Err(unknown_type(other)),
    }
}

fn page(answer: Result<http::Response<Bytes>, TransportError>) -> Result<Option<Page>, Failure> {
    let response = answer.map_err(|error| Failure {
        code: error.code(),
        reason: error.to_string(),
    })?;
    if !response.status().is_success() {
        return Err(unexpected_status(response.status()));
    }
    if response.status() == StatusCode::NO_CONTENT {
        return Ok(None);
    }
    if response.body().len() > DOCUMENT_LIMIT {
        return Err(Failure {
            code: 11750,
            reason: format!("the document is longer than {DOCUMENT_LIMIT} bytes"),
        });
    }
    let content_type = response
        .headers()
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.split(';').next())
        .map(|value| value.trim().to_ascii_lowercase())
        .unwrap_or_default();
    Ok(Some(Page {
        content_type,
        body: response.into_body(),
    }))
}

fn unreadable(error: ParseError) -> Failure {
    Failure {
        code: 12100,
        reason: format!("the document cannot be read: {error}"),
    }
}

fn unknown_type(content_type: &str) -> Failure {
    Failure {
        code: 12300,
        reason: format!("the content type {content_type:?} is neither TwiML nor audio nor text"),
    }
}

/// An answer that is no TwiML: it is heard once, then the call is hung up.
fn one_prompt(sound: PromptSound) -> Program {
    let summary = match &sound {
        PromptSound::Speech(_) => "text".to_owned(),
        _ => "audio".to_owned(),
    };
    let prompt = Prompt { sound, times: 1 };
    Program {
        instructions: vec![Instruction::Playback(Arc::from([prompt]))],
        summary,
        warnings: Vec::new(),
    }
}
