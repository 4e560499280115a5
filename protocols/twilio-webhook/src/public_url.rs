use std::fmt;
use std::str::FromStr;

/// How the URL that Twilio requested is found again behind a proxy, which changes scheme, host,
/// port and sometimes path. Signatures are over that URL.
///
/// [`PublicUrl::at`] is the safe choice: the URL is configured, and only path and query are taken
/// from the request.
///
/// ```
/// use twilio_webhook::PublicUrl;
///
/// let public: PublicUrl = "https://voice.example.com/pbx".parse()?;
/// assert_eq!(public.of("/incoming?line=2"), "https://voice.example.com/pbx/incoming?line=2");
/// # Ok::<(), twilio_webhook::PublicUrlError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicUrl(Source);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Source {
    Fixed(String),
    Forwarded,
}

impl PublicUrl {
    /// The service is reached at `base`: scheme, host, perhaps a port, and perhaps the path that
    /// the proxy cuts off. A closing `/` is dropped.
    ///
    /// # Errors
    /// [`PublicUrlError`] if `base` is not an `http`, `https`, `ws` or `wss` URL with a host and
    /// without query and fragment.
    pub fn at(base: &str) -> Result<Self, PublicUrlError> {
        let error = |problem| PublicUrlError {
            base: base.chars().take(128).collect(),
            problem,
        };
        let (scheme, rest) = base.split_once("://").ok_or(error("it has no scheme"))?;
        if !["http", "https", "ws", "wss"]
            .iter()
            .any(|known| scheme.eq_ignore_ascii_case(known))
        {
            return Err(error("its scheme is not http, https, ws or wss"));
        }
        if rest.contains(['?', '#']) {
            return Err(error("it has a query or fragment"));
        }
        let authority = rest.split('/').next().unwrap_or_default();
        if authority.is_empty() || rest.contains(|c: char| c.is_whitespace() || c.is_control()) {
            return Err(error("its host is not one"));
        }
        Ok(Self(Source::Fixed(base.trim_end_matches('/').to_owned())))
    }

    /// The service is reached at what the proxy says: `X-Forwarded-Proto`, and `X-Forwarded-Host`
    /// or else `Host`. Without the first the scheme is `https`, as Twilio wants it.
    ///
    /// Only behind a proxy that overwrites these headers. Otherwise whoever has seen one signed
    /// request to another of the account's services can play it to this one, by naming that
    /// service as the host.
    #[must_use]
    pub const fn forwarded() -> Self {
        Self(Source::Forwarded)
    }

    /// The public URL of a request, from its path and query. A [`forwarded`](Self::forwarded) one
    /// has no host without headers: use [`of_request`](Self::of_request).
    #[must_use]
    pub fn of(&self, path_and_query: &str) -> String {
        self.of_request(path_and_query, |_| None)
    }

    /// The public URL of a request, from its path and query and its headers, which are asked for
    /// by their names in lower case.
    #[must_use]
    pub fn of_request<'h>(
        &self,
        path_and_query: &str,
        header: impl Fn(&'static str) -> Option<&'h str>,
    ) -> String {
        match &self.0 {
            Source::Fixed(base) => format!("{base}{path_and_query}"),
            Source::Forwarded => {
                // A chain of proxies appends: the first value is what the client saw.
                let first = |name| {
                    header(name)
                        .and_then(|value| value.split(',').next())
                        .map(str::trim)
                };
                let scheme = first("x-forwarded-proto").unwrap_or("https");
                let host = first("x-forwarded-host")
                    .or_else(|| first("host"))
                    .unwrap_or_default();
                format!("{scheme}://{host}{path_and_query}")
            }
        }
    }
}

impl FromStr for PublicUrl {
    type Err = PublicUrlError;

    fn from_str(base: &str) -> Result<Self, PublicUrlError> {
        Self::at(base)
    }
}

impl fmt::Display for PublicUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Source::Fixed(base) => f.write_str(base),
            Source::Forwarded => f.write_str("as forwarded"),
        }
    }
}

/// A base URL that requests cannot be joined to.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "{base:?} cannot be the public URL: {problem}; expected something like https://voice.example.com"
)]
pub struct PublicUrlError {
    base: String,
    problem: &'static str,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_url_that_requests_can_be_joined_to_is_taken() {
        assert_eq!(
            PublicUrl::at("http://127.0.0.1:8080/").unwrap().of("/x"),
            "http://127.0.0.1:8080/x"
        );
        for wrong in [
            "",
            "voice.example.com",
            "ftp://a",
            "https://",
            "https:///x",
            "https://a?b",
            "https://a b",
        ] {
            assert!(PublicUrl::at(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn forwarded_takes_the_first_of_a_chain() {
        let header = |name| match name {
            "x-forwarded-proto" => Some("https, http"),
            "x-forwarded-host" => Some("voice.example.com, inner"),
            _ => None,
        };
        let public = PublicUrl::forwarded();
        assert_eq!(
            public.of_request("/a?b", header),
            "https://voice.example.com/a?b"
        );
        let host_only = |name| (name == "host").then_some("voice.example.com");
        assert_eq!(
            public.of_request("/a", host_only),
            "https://voice.example.com/a"
        );
    }
}
