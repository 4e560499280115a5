//! What a signature is: which text is signed, with what, and how it is written.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use sha1::Sha1;
use sha2::{Digest, Sha256};

use crate::Params;

/// The header that carries the signature.
pub const SIGNATURE_HEADER: &str = "x-twilio-signature";

/// The header that names the key and algorithm, if they are not the auth token and HMAC-SHA1.
pub const SETTINGS_HEADER: &str = "x-twilio-webhooks-signature-settings";

/// How a request is signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Algorithm {
    /// HMAC-SHA1: the signature of every account.
    HmacSha1,
    /// HMAC-SHA256: webhooks signed with a SharedKey (public beta in 2026).
    HmacSha256,
}

/// Signs a request as Twilio does: HMAC-SHA1, keyed with the account's auth token, over the URL
/// and the sorted form parameters, in base64. For tests, and for whoever plays Twilio.
///
/// `params` are those of a form body; for a `GET`, a WebSocket handshake or a JSON body they are
/// empty (see [`body_sha256`]).
///
/// ```
/// use twilio_webhook::{Params, sign};
///
/// let params = Params::new().with("Digits", "1234").with("CallSid", "CA1234567890ABCDE")
///     .with("From", "+14158675309").with("To", "+18005551212").with("Caller", "+14158675309");
/// let signature = sign("12345", "https://mycompany.com/myapp.php?foo=1&bar=2", &params);
/// assert_eq!(signature, "RSOYDt4T1cUTdK1PDd93/VVr8B8=");
/// ```
#[must_use]
pub fn sign(token: &str, url: &str, params: &Params) -> String {
    sign_with(Algorithm::HmacSha1, token, url, params)
}

/// Signs a request with a stated algorithm; otherwise as [`sign`].
#[must_use]
pub fn sign_with(algorithm: Algorithm, secret: &str, url: &str, params: &Params) -> String {
    let text = SignedText::new(params);
    let key = SigningKey::new(secret);
    match algorithm {
        Algorithm::HmacSha1 => STANDARD.encode(key.sha1(&[url], &text).finalize().into_bytes()),
        Algorithm::HmacSha256 => STANDARD.encode(key.sha256(&[url], &text).finalize().into_bytes()),
    }
}

/// The value of the query parameter `bodySHA256` that ties a body which is not a form to the
/// signed URL: the body's SHA-256 in lower-case hexadecimal.
///
/// ```
/// # use twilio_webhook::{Params, body_sha256, sign};
/// let body = r#"{"property": "value", "boolean": true}"#;
/// let url = format!("https://mycompany.com/myapp.php?foo=1&bar=2&bodySHA256={}", body_sha256(body));
/// assert_eq!(sign("12345", &url, &Params::new()), "a9nBmqA0ju/hNViExpshrM61xv4=");
/// ```
#[must_use]
pub fn body_sha256(body: impl AsRef<[u8]>) -> String {
    use std::fmt::Write as _;

    Sha256::digest(body.as_ref())
        .iter()
        .fold(String::with_capacity(64), |mut hex, byte| {
            // Writing to a String cannot fail.
            let _ = write!(hex, "{byte:02x}");
            hex
        })
}

/// The part of the signed text that follows the URL: names and distinct values, sorted.
///
/// Sorted by name and, under one name, by value; a value that repeats under its name counts once.
/// Bytes sort as code points do. (JavaScript and Java sort by UTF-16 unit, which differs above
/// U+FFFF only; Twilio's names are ASCII.)
#[derive(Debug)]
pub(crate) struct SignedText(Vec<u8>);

impl SignedText {
    pub(crate) fn new(params: &Params) -> Self {
        // Numbers sort several times faster than texts do, so each pair is a number first: the
        // start of its name above, its place in the list below.
        let mut order: Vec<u128> = (0..params.len())
            .map(|place| start_of_name(params, place) | place as u128)
            .collect();
        order.sort_unstable();

        let mut text = Vec::with_capacity(params.text().len());
        for alike in order.chunk_by_mut(|a, b| a >> PLACE_BITS == b >> PLACE_BITS) {
            let place = |number: &u128| (number & PLACE_MASK) as usize;
            if let [one] = alike {
                text.extend_from_slice(params.joined(place(one)));
                continue;
            }
            // The same name, or names that start alike: only whole texts can tell.
            let mut pairs: Vec<_> = alike
                .iter()
                .map(|number| params.pair(place(number)))
                .collect();
            pairs.sort_unstable();
            pairs.dedup();
            for (name, value) in pairs {
                text.extend_from_slice(name.as_bytes());
                text.extend_from_slice(value.as_bytes());
            }
        }
        Self(text)
    }
}

/// The lower bits of a number to sort by, for the place in the list; no list is longer, since a
/// pair takes at least one byte of a body, and bodies are limited.
const PLACE_BITS: u32 = 32;
const PLACE_MASK: u128 = (1 << PLACE_BITS) - 1;

/// The first 12 bytes of a name above [`PLACE_BITS`], padded with zeros: such numbers sort as the
/// texts do, as far as they go.
fn start_of_name(params: &Params, place: usize) -> u128 {
    let (from, length) = params.name_span(place);
    let bytes = &params.text().as_bytes()[from..];
    // What follows the name in the buffer is masked away again: cheaper than a copy of its length.
    let number = u128::from_be_bytes(bytes.first_chunk().copied().unwrap_or_else(|| {
        let mut padded = [0; 16];
        padded[..bytes.len()].copy_from_slice(bytes);
        padded
    }));
    number & !(u128::MAX >> (8 * length.min(12)))
}

/// A secret, ready to sign: both algorithms are keyed once, so that checking a request does not
/// hash the key again.
#[derive(Clone)]
pub(crate) struct SigningKey {
    sha1: Hmac<Sha1>,
    sha256: Hmac<Sha256>,
}

impl SigningKey {
    pub(crate) fn new(secret: &str) -> Self {
        let secret = secret.as_bytes();
        Self {
            sha1: Hmac::new_from_slice(secret).expect("HMAC takes a key of any length"),
            sha256: Hmac::new_from_slice(secret).expect("HMAC takes a key of any length"),
        }
    }

    /// HMAC-SHA1 over a URL, given in pieces, and what follows it.
    pub(crate) fn sha1(&self, url: &[&str], text: &SignedText) -> Hmac<Sha1> {
        absorb(self.sha1.clone(), url, text)
    }

    /// HMAC-SHA256 over a URL, given in pieces, and what follows it.
    pub(crate) fn sha256(&self, url: &[&str], text: &SignedText) -> Hmac<Sha256> {
        absorb(self.sha256.clone(), url, text)
    }
}

fn absorb<M: Mac>(mut mac: M, url: &[&str], text: &SignedText) -> M {
    for piece in url {
        mac.update(piece.as_bytes());
    }
    mac.update(&text.0);
    mac
}
