//! What every answer of the console carries, and where requests may come from.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, HOST, HeaderName, ORIGIN, REFERRER_POLICY,
    STRICT_TRANSPORT_SECURITY, X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

/// Nothing from elsewhere, nothing inline, no frame around us.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; \
     media-src 'self'; connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

/// What every answer carries, whatever it is an answer to.
const ALWAYS: [(HeaderName, &str); 8] = [
    (CONTENT_SECURITY_POLICY, POLICY),
    (X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (X_FRAME_OPTIONS, "DENY"),
    // Forms must still say where they come from: `no-referrer` would make that `null`.
    (REFERRER_POLICY, "same-origin"),
    (
        HeaderName::from_static("cross-origin-opener-policy"),
        "same-origin",
    ),
    (
        HeaderName::from_static("cross-origin-resource-policy"),
        "same-origin",
    ),
    (
        HeaderName::from_static("permissions-policy"),
        "camera=(), microphone=(), geolocation=()",
    ),
    (HeaderName::from_static("x-robots-tag"), "noindex"),
];

/// Where browsers find the console.
#[derive(Debug)]
pub(crate) struct Site {
    /// The origin of the public URL, if that is `https`.
    https: Option<String>,
}

impl Site {
    pub(crate) fn at(public_url: &str) -> Self {
        let https = public_url
            .split_once("://")
            .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("https"))
            .map(|(_, rest)| {
                let authority = rest
                    .split('/')
                    .next()
                    .unwrap_or_default()
                    .to_ascii_lowercase();
                format!(
                    "https://{}",
                    authority.strip_suffix(":443").unwrap_or(&authority)
                )
            });
        Self { https }
    }

    /// Whether browsers come by `https`: session cookies then travel in no other way.
    pub(crate) fn is_secure(&self) -> bool {
        self.https.is_some()
    }

    /// Whether a request that changes something may come from where it says it comes from. Browsers say so with every
    /// such request; what says nothing is no browser, and has no session to be abused.
    fn trusts(&self, headers: &HeaderMap) -> bool {
        let text = |name: &HeaderName| headers.get(name).map(|value| value.to_str().unwrap_or("?"));
        match (
            text(&ORIGIN),
            text(&HeaderName::from_static("sec-fetch-site")),
        ) {
            (Some(origin), _) => match &self.https {
                // A proxy in front may change `Host`, so that the public URL is what counts.
                Some(https) => origin == https,
                None => origin
                    .strip_prefix("http://")
                    .is_some_and(|authority| text(&HOST) == Some(authority)),
            },
            (None, Some(site)) => matches!(site, "same-origin" | "none"),
            (None, None) => true,
        }
    }
}

/// Refuses what other sites send in the name of our visitors.
pub(crate) async fn same_origin(
    State(site): State<Arc<Site>>,
    request: Request,
    next: Next,
) -> Response {
    let reads = matches!(*request.method(), Method::GET | Method::HEAD);
    let mut response = if reads || site.trusts(request.headers()) {
        next.run(request).await
    } else {
        (
            StatusCode::FORBIDDEN,
            "This request comes from another site.",
        )
            .into_response()
    };
    if site.is_secure() {
        let a_year = HeaderValue::from_static("max-age=31536000");
        response
            .headers_mut()
            .insert(STRICT_TRANSPORT_SECURITY, a_year);
    }
    response
}

/// Adds the headers that every answer carries.
pub(crate) async fn protect(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    for (name, value) in ALWAYS {
        headers.insert(name, HeaderValue::from_static(value));
    }
    // What is on these pages is the business of those who are signed in.
    headers
        .entry(CACHE_CONTROL)
        .or_insert(HeaderValue::from_static("no-store"));
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(of: &[(&'static str, &str)]) -> HeaderMap {
        let pair = |(name, value): &(&'static str, &str)| {
            (HeaderName::from_static(name), value.parse().unwrap())
        };
        of.iter().map(pair).collect()
    }

    #[test]
    fn behind_https_the_public_url_is_the_one_origin() {
        let site = Site::at("HTTPS://Phone.example.com:443/below");
        assert!(site.is_secure());
        for (origin, trusted) in [
            ("https://phone.example.com", true),
            ("http://phone.example.com", false),
            ("https://phone.example.com:8443", false),
            ("https://phone.example.com.evil.example", false),
            ("null", false),
        ] {
            // The proxy passes its own idea of the host on.
            let headers = headers(&[("origin", origin), ("host", "127.0.0.1:8080")]);
            assert_eq!(site.trusts(&headers), trusted, "{origin}");
        }
    }

    #[test]
    fn without_https_the_host_is_the_one_origin() {
        let site = Site::at("http://127.0.0.1:8080");
        assert!(!site.is_secure());
        let from =
            |origin| site.trusts(&headers(&[("origin", origin), ("host", "localhost:8080")]));
        assert!(from("http://localhost:8080"));
        assert!(!from("http://localhost:9090") && !from("http://evil.example") && !from("null"));
    }

    #[test]
    fn browsers_that_name_no_origin_say_whether_it_is_ours() {
        let site = Site::at("http://127.0.0.1:8080");
        let says = |site_is| site.trusts(&headers(&[("sec-fetch-site", site_is)]));
        assert!(says("same-origin") && says("none"));
        assert!(!says("cross-site") && !says("same-site"));
        assert!(site.trusts(&HeaderMap::new()), "no browser");
    }
}
