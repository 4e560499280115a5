//! Our transports keep their contract, and each case of the contract can fail.
#![cfg(feature = "conformance")]
#![allow(clippy::unwrap_used, reason = "a test that fails here has failed")]

use std::sync::Arc;

use async_trait::async_trait;
use bytes::Bytes;
use http::{Request, Response, StatusCode};
use tokio::net::TcpListener;
use twilio_simulator::conformance;
use twilio_simulator::{Faults, HttpTransport, InProcess, Transport, TransportError};

/// The host of the cases on a port of its own; it stops with the test's runtime.
async fn listening() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, conformance::host()).await });
    base
}

mod over_http {
    use super::*;

    twilio_simulator::transport_conformance!(async {
        (HttpTransport::new(), listening().await, ())
    });
}

mod in_process {
    use super::*;

    twilio_simulator::transport_conformance!(async {
        let app = InProcess::new(conformance::host());
        (app, "http://app.test".to_owned(), ())
    });
}

mod with_no_faults {
    use super::*;

    twilio_simulator::transport_conformance!(async {
        let app = Arc::new(InProcess::new(conformance::host()));
        (Faults::new(app, 7), "http://app.test".to_owned(), ())
    });
}

/// Ways to break the contract.
#[derive(Clone, Copy, Debug)]
enum Breaks {
    LosesTheBody,
    FailsOnErrors,
    FollowsRedirects,
    KeepsCookies,
    ReadsText,
}

#[derive(Debug)]
struct Broken(Breaks, InProcess<axum::Router>);

#[async_trait]
impl Transport for Broken {
    async fn send(&self, mut request: Request<Bytes>) -> Result<Response<Bytes>, TransportError> {
        match self.0 {
            Breaks::LosesTheBody => *request.body_mut() = Bytes::new(),
            Breaks::KeepsCookies => {
                let cookie = http::HeaderValue::from_static("basket=7");
                request.headers_mut().insert("cookie", cookie);
            }
            _ => {}
        }
        let mut response = self.1.send(request).await?;
        match self.0 {
            Breaks::FailsOnErrors if response.status().is_server_error() => {
                Err(TransportError::Broken("a server error".to_owned()))
            }
            Breaks::FollowsRedirects if response.status() == StatusCode::FOUND => {
                let target = Request::get("http://app.test/echo").body(Bytes::new());
                self.1.send(target.unwrap()).await
            }
            Breaks::ReadsText => {
                let text = String::from_utf8_lossy(response.body()).into_owned();
                *response.body_mut() = Bytes::from(text);
                Ok(response)
            }
            _ => Ok(response),
        }
    }
}

fn broken(breaks: Breaks) -> Broken {
    Broken(breaks, InProcess::new(conformance::host()))
}

const BASE: &str = "http://app.test";

#[tokio::test]
#[should_panic(expected = "assertion")]
async fn a_lost_body_is_noticed() {
    conformance::the_request_arrives_unchanged(&broken(Breaks::LosesTheBody), BASE).await;
}

#[tokio::test]
#[should_panic(expected = "must be answered")]
async fn an_error_in_the_place_of_a_status_is_noticed() {
    conformance::every_status_is_handed_back(&broken(Breaks::FailsOnErrors), BASE).await;
}

#[tokio::test]
#[should_panic(expected = "assertion")]
async fn a_followed_redirect_is_noticed() {
    conformance::redirects_are_not_followed(&broken(Breaks::FollowsRedirects), BASE).await;
}

#[tokio::test]
#[should_panic(expected = "no cookie was to be sent")]
async fn a_kept_cookie_is_noticed() {
    conformance::cookies_are_not_kept(&broken(Breaks::KeepsCookies), BASE).await;
}

#[tokio::test]
#[should_panic(expected = "assertion")]
async fn a_body_read_as_text_is_noticed() {
    conformance::bodies_arrive_byte_by_byte(&broken(Breaks::ReadsText), BASE).await;
}
