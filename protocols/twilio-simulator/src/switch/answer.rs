//! Reading the host's answers.

use std::sync::Arc;

use bytes::Bytes;
use http::StatusCode;
use http::header::{CONTENT_TYPE, LOCATION};
use url::Url;

use crate::switch::program::{Instruction, Program, Prompt, PromptSound};
use crate::switch::translate;
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

/// Reads a document from an answer, as Twilio's page on content types says.
pub(super) fn read(
    answer: Result<http::Response<Bytes>, TransportError>,
    url: &Url,
) -> Result<Program, Failure> {
    let response = answer.map_err(|error| Failure {
        code: error.code(),
        reason: error.to_string(),
    })?;
    if !response.status().is_success() {
        return Err(unexpected_status(response.status()));
    }
    if response.status() == StatusCode::NO_CONTENT {
        return Ok(Program::default());
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
    let text = || String::from_utf8_lossy(response.body()).into_owned();
    let parse = |text: &str| {
        translate(text).map_err(|error| Failure {
            code: 12100,
            reason: format!("the document cannot be read: {error}"),
        })
    };
    match content_type.as_str() {
        "text/xml" | "application/xml" | "text/html" => parse(&text()),
        "text/plain" => {
            let text = text();
            Ok(parse(&text).unwrap_or_else(|_| one_prompt(PromptSound::Speech(text))))
        }
        audio if audio.starts_with("audio/") => Ok(one_prompt(PromptSound::Media(url.to_string()))),
        other => Err(Failure {
            code: 12300,
            reason: format!("the content type {other:?} is neither TwiML nor audio nor text"),
        }),
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
