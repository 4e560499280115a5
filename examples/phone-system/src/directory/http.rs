//! A directory that answers over HTTP.

use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use axum::body::Bytes;
use axum::http::header::{ACCEPT, AUTHORIZATION, HeaderValue};
use axum::http::{Request, StatusCode};
use twilio_rest::{HttpTransport, ReqwestTransport, TransportError};
use twilio_webhook::PhoneNumber;

use super::{Directory, DirectoryError, reading};
use crate::one_line;
use crate::records::Profile;
use crate::settings::Secret;

/// The longest answer that is read, in bytes.
const LONGEST: usize = 64 * 1024;
/// Stands for the number in the address.
const NUMBER: &str = "{number}";

/// Asks `GET https://crm.example.com/callers/%2B442079460000`, and reads the JSON object that comes back: `name`, `company`
/// and `class` (`premium` or `regular`), and whatever else is a text, a number or a yes or no, to be shown as it is. 404
/// says that nobody is known of that number.
#[derive(Clone)]
pub struct HttpDirectory {
    address: String,
    authorization: Option<HeaderValue>,
    transport: Arc<dyn HttpTransport>,
}

/// Why a directory cannot be asked over HTTP.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum HttpDirectoryError {
    /// The address is none.
    #[error(
        "`{address}` cannot be asked: expected https://… or http://…, with {{number}} where the number goes"
    )]
    Address {
        /// What was given.
        address: String,
    },
    /// The token has characters that no header can carry.
    #[error("the directory's token has characters that no HTTP header can carry")]
    Token,
    /// No connection can be set up.
    #[error("HTTP cannot be set up")]
    Transport(#[from] twilio_rest::ConfigError),
}

impl HttpDirectory {
    /// A directory at this address, in which `{number}` stands for the caller's number. The token, if there is one, is
    /// sent as `Authorization: Bearer …`.
    ///
    /// # Errors
    /// [`HttpDirectoryError`] names what cannot be used.
    pub fn new(address: &str, token: Option<&Secret>) -> Result<Self, HttpDirectoryError> {
        let sample = address.replace(NUMBER, "1");
        let readable = sample.parse::<axum::http::Uri>().is_ok_and(|uri| {
            matches!(uri.scheme_str(), Some("http" | "https")) && uri.host().is_some()
        });
        if !readable || !address.contains(NUMBER) {
            return Err(HttpDirectoryError::Address {
                address: address.to_owned(),
            });
        }
        let authorization = token
            .map(|token| HeaderValue::from_str(&format!("Bearer {}", token.expose())))
            .transpose()
            .map_err(|_| HttpDirectoryError::Token)?
            .map(|mut value| {
                value.set_sensitive(true);
                value
            });
        // One on loopback needs no certificates, which a machine may not have.
        let transport = match address.starts_with("https:") {
            true => ReqwestTransport::new()?,
            false => ReqwestTransport::plain()?,
        };
        Ok(Self {
            address: address.to_owned(),
            authorization,
            transport: Arc::new(transport),
        })
    }
}

impl fmt::Debug for HttpDirectory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HttpDirectory")
            .field("address", &self.address)
            .finish_non_exhaustive()
    }
}

#[async_trait]
impl Directory for HttpDirectory {
    async fn look_up(&self, number: &PhoneNumber) -> Result<Option<Profile>, DirectoryError> {
        let digits = number.as_str().trim_start_matches('+');
        let address = self.address.replace(NUMBER, &format!("%2B{digits}"));
        let mut request = Request::get(address).header(ACCEPT, "application/json");
        if let Some(authorization) = &self.authorization {
            request = request.header(AUTHORIZATION, authorization);
        }
        let request = request
            .body(Bytes::new())
            .map_err(|error| DirectoryError::Refused(one_line(&error)))?;
        let answer = match self.transport.send(request, LONGEST).await {
            Ok(answer) => answer,
            Err(error @ TransportError::TooLarge { .. }) => {
                return Err(DirectoryError::Unreadable(error.to_string()));
            }
            Err(error) => return Err(DirectoryError::Unreachable(one_line(&error))),
        };
        match answer.status() {
            StatusCode::OK => reading::profile(answer.body()).map(Some),
            StatusCode::NOT_FOUND | StatusCode::NO_CONTENT => Ok(None),
            status if status.is_server_error() || status == StatusCode::TOO_MANY_REQUESTS => {
                Err(DirectoryError::Unreachable(format!("it answers {status}")))
            }
            status => Err(DirectoryError::Refused(format!("it answers {status}"))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_needs_a_scheme_and_a_place_for_the_number() {
        for bad in [
            "",
            "crm.example.com/{number}",
            "https://crm.example.com/",
            "ftp://x/{number}",
        ] {
            let error = HttpDirectory::new(bad, None).unwrap_err().to_string();
            assert!(error.contains("{number}"), "{error}");
        }
        let secret = Secret::new("never shown");
        let good = HttpDirectory::new("http://127.0.0.1:9/callers?number={number}", Some(&secret));
        assert!(!format!("{:?}", good.unwrap()).contains("never shown"));
        let bad = HttpDirectory::new("http://127.0.0.1:9/{number}", Some(&Secret::new("a\nb")));
        assert!(matches!(bad, Err(HttpDirectoryError::Token)));
    }
}
