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
    use std::sync::Mutex;
    use std::time::Duration;

    use axum::Router;
    use axum::extract::{Path, State};
    use axum::http::header::LOCATION;
    use axum::http::{HeaderMap, Response};
    use axum::routing::get;
    use tokio::net::TcpListener;

    use super::*;
    use crate::directory::look_up::tests::{NUMBER, what_becomes_within};
    use crate::records::LookUp;

    /// Long enough for a busy machine.
    const PATIENCE: Duration = Duration::from_secs(30);

    /// What a server answers, one after the other; the last again and again.
    type Answers = Vec<(u16, &'static str)>;

    /// A directory on this machine that answers like this; `/elsewhere` has Mrs Hall. And what it was asked.
    async fn serving(answers: Answers) -> (HttpDirectory, Asked) {
        let asked = Asked::default();
        let script = (Arc::new(answers), Arc::clone(&asked));
        let app = Router::new()
            .route("/callers/{number}", get(answer))
            .route("/elsewhere", get(async || r#"{"name":"Mrs Hall"}"#))
            .with_state(script);
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        tokio::spawn(async move { axum::serve(listener, app).await });
        let address = format!("http://{address}/callers/{{number}}");
        let directory = HttpDirectory::new(&address, Some(&Secret::new("a token"))).unwrap();
        (directory, asked)
    }

    /// For each request whom it was for, and what it said it would take and who asks.
    type Asked = Arc<Mutex<Vec<[String; 3]>>>;

    async fn answer(
        State((answers, asked)): State<(Arc<Answers>, Asked)>,
        Path(number): Path<String>,
        headers: HeaderMap,
    ) -> Response<String> {
        let header = |name| headers[&name].to_str().unwrap_or_default().to_owned();
        let (status, body) = {
            let mut asked = asked.lock().unwrap();
            asked.push([number, header(ACCEPT), header(AUTHORIZATION)]);
            answers[(asked.len() - 1).min(answers.len() - 1)]
        };
        if body == "never" {
            std::future::pending::<()>().await;
        }
        let answer = Response::builder().status(status);
        let answer = answer.header(LOCATION, "/elsewhere");
        answer.body(body.to_owned()).unwrap()
    }

    /// How a look-up ends, and how often the server was asked.
    async fn ends(answers: Answers) -> (LookUp, usize) {
        let (directory, asked) = serving(answers).await;
        let state = what_becomes_within(PATIENCE, directory).await;
        let times = asked.lock().unwrap().len();
        (state, times)
    }

    fn is_mrs_hall(state: &LookUp) -> bool {
        matches!(state, LookUp::Found { profile } if profile.name.as_deref() == Some("Mrs Hall"))
    }

    #[tokio::test]
    async fn it_asks_for_the_number_with_its_token_and_reads_what_comes_back() {
        let (directory, asked) = serving(vec![(200, r#"{"name":"Mrs Hall"}"#)]).await;
        let state = what_becomes_within(PATIENCE, directory).await;
        assert!(is_mrs_hall(&state), "{state:?}");
        let asked = asked.lock().unwrap();
        assert_eq!(
            *asked,
            [[NUMBER, "application/json", "Bearer a token"].map(str::to_owned)]
        );
    }

    #[tokio::test]
    async fn whom_it_does_not_know_is_unknown_and_not_asked_for_again() {
        for status in [404, 204] {
            assert_eq!(ends(vec![(status, "")]).await, (LookUp::Unknown, 1));
        }
    }

    #[tokio::test]
    async fn what_may_pass_is_tried_again_three_times_in_all() {
        let found = (200, r#"{"name":"Mrs Hall"}"#);
        for (answers, times) in [
            (vec![(500, ""), found], 2),
            (vec![(503, ""), (429, ""), found], 3),
        ] {
            let (state, asked) = ends(answers).await;
            assert!(is_mrs_hall(&state) && asked == times, "{asked}: {state:?}");
        }
        let (state, asked) = ends(vec![(500, "")]).await;
        assert!(
            matches!(&state, LookUp::Failed { why } if why.contains("500") && asked == 3),
            "{asked}: {state:?}"
        );
    }

    #[tokio::test]
    async fn one_that_never_answers_is_given_up() {
        let (directory, asked) = serving(vec![(200, "never")]).await;
        let state = what_becomes_within(Duration::from_millis(200), directory).await;
        assert!(
            matches!(&state, LookUp::Failed { why } if why.contains("no answer within 0.2 s")),
            "{state:?}"
        );
        assert!(asked.lock().unwrap().len() <= 3);
        // Nor is there one at all.
        let nobody = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let address = format!("http://{}/{{number}}", nobody.local_addr().unwrap());
        drop(nobody);
        let directory = HttpDirectory::new(&address, None).unwrap();
        let state = what_becomes_within(PATIENCE, directory).await;
        assert!(
            matches!(&state, LookUp::Failed { why } if why.contains("cannot be reached")),
            "{state:?}"
        );
    }

    #[tokio::test]
    async fn what_makes_no_sense_is_not_tried_again() {
        let huge: &'static str = Box::leak(format!("{{}}{}", " ".repeat(LONGEST)).into_boxed_str());
        for (answer, why) in [
            ((200, "<html>Sign in</html>"), "makes no sense"),
            ((200, ""), "makes no sense"),
            ((200, "[1,2]"), "makes no sense"),
            ((200, huge), "makes no sense"),
            ((401, "{}"), "401"),
            // Where it leads to is not ours to ask, least of all with our token.
            ((302, ""), "302"),
        ] {
            let (state, asked) = ends(vec![answer]).await;
            assert!(
                matches!(&state, LookUp::Failed { why: said } if said.contains(why) && asked == 1),
                "{asked}: {state:?}"
            );
        }
    }

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
