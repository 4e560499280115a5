//! Every known vector of X-Twilio-Signature gets the verdict that Twilio's own libraries give it.
#![expect(clippy::unwrap_used, reason = "a test may panic")]

use serde_json::Value;
use twilio_webhook::{Algorithm, Params, Signature, Verifier, sign_with};

const VECTORS: &str = include_str!("data/signature-vectors.json");

fn params(vector: &Value) -> Params {
    let mut params = Params::new();
    for (name, value) in vector["params"].as_object().unwrap() {
        match value {
            Value::Array(values) => {
                params.extend(
                    values
                        .iter()
                        .map(|value| (name.as_str(), value.as_str().unwrap())),
                );
            }
            value => params.push(name, value.as_str().unwrap()),
        }
    }
    params
}

fn vectors() -> Vec<Value> {
    serde_json::from_str(VECTORS).unwrap()
}

#[test]
fn every_vector_gets_its_verdict() {
    let mut wrong = Vec::new();
    for vector in vectors() {
        let text = |key: &str| vector[key].as_str().unwrap();
        let mut signature = Signature::new(text("signature"));
        if text("algorithm") == "HMAC_SHA256" {
            signature = signature.settings("key=SK0000,algorithm=HMAC_SHA256");
        }
        // One token of several is the right one: rotation must not change a verdict.
        let verifier = Verifier::new("not this one").or(text("token"));
        let verdict = match vector["body"].as_str() {
            Some(body) => verifier.verify_body(text("url"), signature, body.as_bytes()),
            None => verifier.verify(text("url"), signature, &params(&vector)),
        };
        if verdict.is_ok() != vector["valid"].as_bool().unwrap() {
            wrong.push(format!("{}: {verdict:?}", text("name")));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert_eq!(vectors().len(), 36);
}

#[test]
fn signing_produces_the_signature_of_every_good_vector() {
    let mut signed = 0;
    for vector in vectors()
        .iter()
        .filter(|vector| vector["hmac_matches"].as_bool().unwrap())
    {
        let text = |key: &str| vector[key].as_str().unwrap();
        let algorithm = match text("algorithm") {
            "HMAC_SHA256" => Algorithm::HmacSha256,
            _ => Algorithm::HmacSha1,
        };
        let url = vector["signed_url"].as_str().unwrap_or(text("url"));
        let signature = sign_with(algorithm, text("token"), url, &params(vector));
        assert_eq!(signature, text("signature"), "{}", text("name"));
        signed += 1;
    }
    assert_eq!(signed, 31);
}

#[test]
fn a_vector_signed_with_another_token_is_refused() {
    for vector in vectors().iter().filter(|vector| vector["body"].is_null()) {
        let text = |key: &str| vector[key].as_str().unwrap();
        let verdict =
            Verifier::new("another").verify(text("url"), text("signature"), &params(vector));
        assert!(verdict.is_err(), "{}", text("name"));
    }
}
