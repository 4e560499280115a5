//! What the test files share: an account, a host of documents, and short ways to say things.

#![allow(dead_code, reason = "each test file uses its own part")]

use std::sync::Arc;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use twilio_simulator::{
    Document, Documents, HttpTransport, NumberConfig, Params, Settings, Simulator, SpeechRate,
    Transport,
};

pub(crate) const ACCOUNT: &str = "AC0123456789abcdef0123456789abcdef";
pub(crate) const TOKEN: &str = "the secret of the tests";
pub(crate) const LINE: &str = "+15550009001";
pub(crate) const REPS: &str = "+15550009002";
pub(crate) const CALLER: &str = "+15550001001";
pub(crate) const VOICE: &str = "http://app.test/voice";

pub(crate) fn secs(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

/// Every Say and Play takes a second, so that times are easy to reckon.
pub(crate) fn even_settings() -> Settings {
    Settings::default()
        .speech(SpeechRate::Each(secs(1)))
        .any_media(secs(1))
}

pub(crate) fn twiml(verbs: &str) -> String {
    format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Response>{verbs}</Response>")
}

/// A document below `http://app.test`.
pub(crate) fn page(path: &str, verbs: &str) -> Document {
    Document::new(format!("http://app.test{path}"), twiml(verbs))
}

/// A simulator whose line asks `/voice` and whose reps' line asks `/rep`.
pub(crate) async fn simulator(documents: impl IntoIterator<Item = Document>) -> Simulator {
    let host = documents
        .into_iter()
        .fold(Documents::new(), Documents::with);
    let mut sim = Simulator::builder(ACCOUNT, TOKEN)
        .settings(even_settings())
        .seed(7)
        .transport(Arc::new(host))
        .build()
        .await
        .unwrap();
    sim.number(LINE, NumberConfig::new(VOICE)).unwrap();
    sim.number(REPS, NumberConfig::new("http://app.test/rep"))
        .unwrap();
    sim
}

/// A request to the simulator's REST interface, as a client library would make it.
pub(crate) async fn rest(
    base: &str,
    method: http::Method,
    path: &str,
    form: &[(&str, &str)],
) -> (u16, serde_json::Value) {
    rest_as(base, TOKEN, method, path, form).await
}

pub(crate) async fn rest_as(
    base: &str,
    token: &str,
    method: http::Method,
    path: &str,
    form: &[(&str, &str)],
) -> (u16, serde_json::Value) {
    let pair = STANDARD.encode(format!("{ACCOUNT}:{token}"));
    let body: Params = form.iter().copied().collect();
    let request = http::Request::builder()
        .method(method)
        .uri(format!("{base}/2010-04-01/Accounts/{ACCOUNT}{path}"))
        .header("authorization", format!("Basic {pair}"))
        .header("content-type", "application/x-www-form-urlencoded")
        .body(Bytes::from(body.to_form()))
        .unwrap();
    let response = HttpTransport::new().send(request).await.unwrap();
    let status = response.status().as_u16();
    if response.body().is_empty() {
        return (status, serde_json::Value::Null);
    }
    (status, serde_json::from_slice(response.body()).unwrap())
}
