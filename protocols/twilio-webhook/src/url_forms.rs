//! The forms of one URL that Twilio may have signed.

use std::borrow::Cow;

/// A URL cut at its port. The text is never parsed into parts and put together again: a
/// signature is over the bytes as they were sent (host case, escapes, user info).
#[derive(Debug)]
pub(crate) struct UrlForms<'a> {
    /// Up to and without the port: scheme, user info and host.
    head: &'a str,
    /// The port with its colon, as given; empty if there is none.
    port: &'a str,
    /// The port with its colon that the scheme implies.
    default_port: &'static str,
    /// Path and query.
    tail: &'a str,
}

impl<'a> UrlForms<'a> {
    pub(crate) fn new(url: &'a str) -> Self {
        let scheme_end = url.find("://").map_or(0, |at| at + 3);
        let authority_end = url[scheme_end..]
            .find(['/', '?', '#'])
            .map_or(url.len(), |at| scheme_end + at);
        let authority = &url[scheme_end..authority_end];
        // User info may hold colons, and so does an IPv6 address in its brackets.
        let host_at = authority.rfind('@').map_or(0, |at| at + 1);
        let bracket_end = authority[host_at..]
            .rfind(']')
            .map_or(host_at, |at| host_at + at);
        let port_at = authority[bracket_end..]
            .find(':')
            .map_or(authority.len(), |at| bracket_end + at);
        let (head, rest) = url.split_at(scheme_end + port_at);
        let (port, tail) = rest.split_at(authority.len() - port_at);
        let scheme = &url[..scheme_end];
        let is = |known: &str| scheme.eq_ignore_ascii_case(known);
        let default_port = if is("https://") || is("wss://") {
            ":443"
        } else if is("http://") || is("ws://") {
            ":80"
        } else {
            ""
        };
        Self {
            head,
            port,
            default_port,
            tail,
        }
    }

    /// Tries the URL with its port removed or the default one added, then as it is and so with the
    /// query escaped as browsers do. The URL as it is has been tried before: nearly always that is
    /// the one, and it need not be cut up.
    pub(crate) fn others(&self, matches: impl Fn(&[&str]) -> bool) -> bool {
        let other_port = if self.port.is_empty() {
            self.default_port
        } else {
            ""
        };
        matches(&[self.head, other_port, self.tail])
            || match escape_query(self.tail) {
                Cow::Owned(tail) => {
                    matches(&[self.head, self.port, &tail])
                        || matches(&[self.head, other_port, &tail])
                }
                Cow::Borrowed(_) => false,
            }
    }
}

/// Escapes what a browser escapes in a query (WHATWG URL, "special-query percent-encode set"):
/// Twilio has signed `It's` both raw and as `It%27s` (twilio-node#1059).
fn escape_query(tail: &str) -> Cow<'_, str> {
    let Some((path, query)) = tail.split_once('?') else {
        return Cow::Borrowed(tail);
    };
    let must_escape = |byte: u8| {
        matches!(byte, b'"' | b'\'' | b'<' | b'>' | b' ')
            || !byte.is_ascii()
            || byte.is_ascii_control()
    };
    if !query.bytes().any(must_escape) {
        return Cow::Borrowed(tail);
    }
    let mut escaped = format!("{path}?");
    for byte in query.bytes() {
        if must_escape(byte) {
            escaped.push_str(percent_encoding::percent_encode_byte(byte));
        } else {
            escaped.push(char::from(byte));
        }
    }
    Cow::Owned(escaped)
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;

    use super::*;

    fn forms(url: &str) -> Vec<String> {
        let seen = RefCell::new(Vec::new());
        UrlForms::new(url).others(|pieces| {
            seen.borrow_mut().push(pieces.concat());
            false
        });
        seen.into_inner()
    }

    #[test]
    fn the_port_is_found_behind_user_info_and_in_ipv6() {
        for (given, other) in [
            ("https://a.example/x", "https://a.example:443/x"),
            ("http://a.example:8080?x", "http://a.example?x"),
            ("wss://a.example", "wss://a.example:443"),
            (
                "https://u:p@a.example:8443/x:1",
                "https://u:p@a.example/x:1",
            ),
            ("https://u:p@a.example/", "https://u:p@a.example:443/"),
            ("http://[::1]:8080/x", "http://[::1]/x"),
            ("http://[::1]/x", "http://[::1]:80/x"),
            ("", ""),
            ("a:b", "a"),
        ] {
            assert_eq!(forms(given), [other], "{given}");
        }
    }

    #[test]
    fn the_escaped_query_comes_last_and_only_if_it_differs() {
        assert_eq!(
            forms("https://a.example/it's?b=it's"),
            [
                "https://a.example:443/it's?b=it's",
                "https://a.example/it's?b=it%27s",
                "https://a.example:443/it's?b=it%27s",
            ]
        );
    }
}
