//! Answers that need not be sent twice.
//!
//! Twilio is a cache for what it gets by `GET`: an answer with an `ETag` or `Last-Modified` is asked
//! for again with `If-None-Match` or `If-Modified-Since`, and 304 means that it is still good. What
//! it asks for by `POST` is never kept. Source: the page on TwiML, “Caching”; confidence: high. As
//! the parameters are part of such a URL, one answer serves one call, or files for all.

use std::collections::HashMap;

use bytes::Bytes;
use http::header::{ETAG, HeaderName, IF_MODIFIED_SINCE, IF_NONE_MATCH, LAST_MODIFIED};
use http::{HeaderMap, Response, StatusCode};

/// Most answers that are kept before all are forgotten.
const MOST_ANSWERS: usize = 1024;

/// How a host marks an answer, and how it is asked whether that one is still good.
const MARKS: [(HeaderName, HeaderName); 2] =
    [(ETAG, IF_NONE_MATCH), (LAST_MODIFIED, IF_MODIFIED_SINCE)];

/// Answers by the URL that was asked for them, parameters and all.
#[derive(Debug, Default)]
pub(super) struct Cache {
    answers: HashMap<String, Response<Bytes>>,
}

impl Cache {
    /// Adds to a request what tells the host that an answer of its is known.
    pub(super) fn ask(&self, url: &str, headers: &mut HeaderMap) {
        let Some(known) = self.answers.get(url) else {
            return;
        };
        for (mark, question) in MARKS {
            if let Some(value) = known.headers().get(mark) {
                headers.insert(question, value.clone());
            }
        }
    }

    /// The answer that counts: the known one if the host says so. One that has a mark is kept.
    pub(super) fn answer(&mut self, url: &str, answer: Response<Bytes>) -> Response<Bytes> {
        if answer.status() == StatusCode::NOT_MODIFIED {
            return self.answers.get(url).cloned().unwrap_or(answer);
        }
        let marked = MARKS
            .iter()
            .any(|(mark, _)| answer.headers().contains_key(mark));
        if marked && answer.status() == StatusCode::OK {
            if self.answers.len() == MOST_ANSWERS {
                self.answers.clear();
            }
            self.answers.insert(url.to_owned(), answer.clone());
        }
        answer
    }
}
