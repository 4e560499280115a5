//! The built-in transport keeps the contract, and each promise of the contract can be broken: a
//! transport with that one fault fails that test.
#![cfg(all(feature = "conformance", feature = "reqwest"))]

use std::panic::AssertUnwindSafe;

use async_trait::async_trait;
use bytes::Bytes;
use http::{Request, Response};
use twilio_rest::{HttpTransport, ReqwestTransport, TransportError, conformance};

mod reqwest_transport {
    twilio_rest::transport_conformance!(twilio_rest::ReqwestTransport::plain().unwrap());
}

/// One way of not keeping the contract.
#[derive(Debug, Clone, Copy)]
enum Fault {
    SendsTwice,
    DropsHeaders,
    DropsTheBody,
    TakesErrorsForFailures,
    FollowsRedirects,
    ReadsEverything,
    SaysLostForEverything,
    SaysNotSentForEverything,
}

struct Faulty {
    fault: Fault,
    transport: ReqwestTransport,
}

#[async_trait]
impl HttpTransport for Faulty {
    async fn send(
        &self,
        mut request: Request<Bytes>,
        mut body_limit: usize,
    ) -> Result<Response<Bytes>, TransportError> {
        match self.fault {
            Fault::SendsTwice => {
                let _ = self.transport.send(request.clone(), body_limit).await;
            }
            Fault::DropsHeaders => request.headers_mut().clear(),
            Fault::ReadsEverything => body_limit = usize::MAX,
            _ => {}
        }
        let repeated = request.clone();
        let mut result = self.transport.send(request, body_limit).await;
        match (self.fault, &mut result) {
            (Fault::DropsTheBody, Ok(answer)) => *answer.body_mut() = Bytes::new(),
            (Fault::TakesErrorsForFailures, Ok(answer)) if !answer.status().is_success() => {
                result = Err(TransportError::lost("an error"));
            }
            (Fault::FollowsRedirects, Ok(answer)) if answer.status().is_redirection() => {
                let mut followed = repeated;
                let place = answer.headers()["location"].to_str().map(str::parse);
                *followed.uri_mut() = place.expect("is a text").expect("is a URL");
                result = self.transport.send(followed, body_limit).await;
            }
            (Fault::SaysLostForEverything, Err(_)) => result = Err(TransportError::lost("?")),
            (Fault::SaysNotSentForEverything, Err(_)) => {
                result = Err(TransportError::not_sent("?"));
            }
            _ => {}
        }
        result
    }
}

/// Runs a promise in a thread of its own and says whether it panicked.
macro_rules! breaks {
    ($promise:ident, $fault:ident) => {{
        let run = || {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()
                .unwrap();
            let transport = Faulty {
                fault: Fault::$fault,
                transport: ReqwestTransport::plain().unwrap(),
            };
            runtime.block_on(conformance::$promise(&transport));
        };
        let broken = std::panic::catch_unwind(AssertUnwindSafe(run)).is_err();
        assert!(broken, "{} goes unnoticed", stringify!($fault));
    }};
}

#[test]
fn each_promise_can_be_broken() {
    breaks!(the_request_arrives_as_it_is, SendsTwice);
    breaks!(the_request_arrives_as_it_is, DropsHeaders);
    breaks!(the_answer_comes_back_whole, DropsTheBody);
    breaks!(an_error_of_the_server_is_an_answer, TakesErrorsForFailures);
    breaks!(a_redirect_is_an_answer, FollowsRedirects);
    breaks!(a_long_answer_is_refused, ReadsEverything);
    breaks!(a_long_answer_is_refused, SaysLostForEverything);
    breaks!(nobody_there_means_not_sent, SaysLostForEverything);
    breaks!(
        silence_after_the_request_means_lost,
        SaysNotSentForEverything
    );
    breaks!(half_an_answer_means_lost, SaysNotSentForEverything);
}
