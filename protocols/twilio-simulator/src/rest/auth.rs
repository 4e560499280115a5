//! Who may use the REST interface.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::HeaderMap;
use http::header::AUTHORIZATION;

use crate::switch::Switch;

/// HTTP Basic: the account's SID and its auth token, or an API key and its secret.
pub(super) fn is_authentic(switch: &Switch, headers: &HeaderMap, account: &str) -> bool {
    headers
        .get(AUTHORIZATION)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.strip_prefix("Basic "))
        .and_then(|encoded| STANDARD.decode(encoded.trim()).ok())
        .and_then(|decoded| String::from_utf8(decoded).ok())
        .is_some_and(|pair| {
            pair.split_once(':').is_some_and(|(user, password)| {
                if user == account {
                    switch.accepts_token(password)
                } else {
                    switch.accepts_key(user, password)
                }
            })
        })
}
