//! What a signature is: which text is signed, with what, and how it is written.

use std::fmt;

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
    let key = SigningKey::new(secret);
    match algorithm {
        Algorithm::HmacSha1 => STANDARD.encode(key.sha1(&[url], params).finalize().into_bytes()),
        Algorithm::HmacSha256 => {
            STANDARD.encode(key.sha256(&[url], params).finalize().into_bytes())
        }
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

    /// HMAC-SHA1 over a URL, given in pieces, and the parameters.
    pub(crate) fn sha1(&self, url: &[&str], params: &Params) -> Hmac<Sha1> {
        absorb(self.sha1.clone(), url, params)
    }

    /// HMAC-SHA256 over a URL, given in pieces, and the parameters.
    pub(crate) fn sha256(&self, url: &[&str], params: &Params) -> Hmac<Sha256> {
        absorb(self.sha256.clone(), url, params)
    }
}

/// Signs many requests with one token; deriving the key, which is done once here, takes as long as
/// signing a request does.
///
/// ```
/// use twilio_webhook::{Params, Signer, sign};
///
/// let (token, url) = ("12345", "https://example.com/myapp");
/// let params = Params::new().with("Digits", "1234");
/// assert_eq!(Signer::new(token).sign(url, &params), sign(token, url, &params));
/// ```
#[derive(Clone)]
pub struct Signer {
    key: SigningKey,
}

impl Signer {
    /// Signs with this auth token.
    #[must_use]
    pub fn new(token: &str) -> Self {
        Self {
            key: SigningKey::new(token),
        }
    }

    /// What [`sign`] gives.
    #[must_use]
    pub fn sign(&self, url: &str, params: &Params) -> String {
        STANDARD.encode(self.key.sha1(&[url], params).finalize().into_bytes())
    }
}

impl fmt::Debug for Signer {
    /// Without the key.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Signer").finish_non_exhaustive()
    }
}

fn absorb<M: Mac>(mut mac: M, url: &[&str], params: &Params) -> M {
    for piece in url {
        mac.update(piece.as_bytes());
    }
    mac.update(params.signed().as_bytes());
    mac
}
