//! Cookies of a call, or of a pair of numbers that write to each other.

use chrono::{DateTime, Utc};
use http::header::SET_COOKIE;
use http::{HeaderMap, HeaderValue};
use url::Url;

/// Cookies that hosts have set. Each goes back to its own host and to no other, until that host
/// lets it expire; its path is not looked at. Source: Twilio's page on TwiML, “Cookies”, which calls
/// Twilio a browser in this; confidence: medium.
#[derive(Debug, Default)]
pub(crate) struct Cookies(Vec<Cookie>);

#[derive(Debug)]
struct Cookie {
    host: Box<str>,
    name: Box<str>,
    value: Box<str>,
}

impl Cookies {
    /// The header with which cookies go back to where they came from.
    pub(super) fn header(&self, url: &Url) -> Option<HeaderValue> {
        let host = url.host_str().unwrap_or_default();
        let pairs: Vec<String> = self
            .0
            .iter()
            .filter(|cookie| *cookie.host == *host)
            .map(|cookie| format!("{}={}", cookie.name, cookie.value))
            .collect();
        if pairs.is_empty() {
            return None;
        }
        HeaderValue::from_str(&pairs.join("; ")).ok()
    }

    /// Takes what an answer from this URL sets.
    pub(super) fn keep(&mut self, url: &Url, headers: &HeaderMap, now: DateTime<Utc>) {
        let host = url.host_str().unwrap_or_default();
        for cookie in headers.get_all(SET_COOKIE) {
            let mut parts = cookie.to_str().unwrap_or_default().split(';');
            let Some((name, value)) = parts.next().and_then(|pair| pair.split_once('=')) else {
                continue;
            };
            let (name, value) = (name.trim(), value.trim());
            self.0
                .retain(|known| *known.host != *host || *known.name != *name);
            if !parts.any(|attribute| has_expired(attribute, now)) {
                self.0.push(Cookie {
                    host: host.into(),
                    name: name.into(),
                    value: value.into(),
                });
            }
        }
    }
}

/// Whether an attribute says that its cookie is over: that is how hosts take cookies away.
fn has_expired(attribute: &str, now: DateTime<Utc>) -> bool {
    let Some((name, value)) = attribute.split_once('=') else {
        return false;
    };
    match name.trim().to_ascii_lowercase().as_str() {
        "max-age" => value.trim().parse::<i64>().is_ok_and(|age| age <= 0),
        "expires" => {
            DateTime::parse_from_rfc2822(value.trim()).is_ok_and(|until| until.to_utc() <= now)
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cookie_goes_back_to_its_own_host_until_it_is_taken_away() {
        let here: Url = "http://app.test/voice".parse().unwrap();
        let elsewhere: Url = "http://other.test/voice".parse().unwrap();
        let now = DateTime::UNIX_EPOCH + chrono::TimeDelta::days(20_000);
        let set = |cookies: &mut Cookies, line: &'static str| {
            let mut headers = HeaderMap::new();
            headers.insert(SET_COOKIE, HeaderValue::from_static(line));
            cookies.keep(&here, &headers, now);
        };
        let mut cookies = Cookies::default();
        set(&mut cookies, "session=1; Path=/; Max-Age=60");
        set(&mut cookies, "lang=en");
        set(&mut cookies, "session=2; HttpOnly");
        assert_eq!(cookies.header(&here).unwrap(), "lang=en; session=2");
        assert_eq!(cookies.header(&elsewhere), None);
        set(&mut cookies, "lang=; Max-Age=0");
        set(
            &mut cookies,
            "session=; Expires=Thu, 01 Jan 1970 00:00:00 GMT",
        );
        assert_eq!(cookies.header(&here), None);
    }
}
