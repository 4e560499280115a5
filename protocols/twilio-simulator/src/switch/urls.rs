//! Absolute and relative URLs.

use http::Method;
use url::Url;

use crate::error::Error;
use crate::switch::leg::Endpoint;

/// An absolute URL that can be requested.
pub(crate) fn endpoint(url: &str, method: Method) -> Result<Endpoint, Error> {
    match absolute(url) {
        Ok(url) => Ok(Endpoint::new(url, method)),
        Err(reason) => Err(Error::Url {
            url: url.to_owned(),
            reason,
        }),
    }
}

/// A URL of a document: relative ones by RFC 3986 against that of the document, white space around
/// it trimmed. The fragment is left on it, for [`Endpoint::new`] to read.
pub(crate) fn resolve(base: Option<&Url>, written: &str) -> Result<Url, String> {
    let written = written.trim();
    let url = match base {
        Some(base) => base.join(written).map_err(|error| error.to_string())?,
        None => return absolute(written),
    };
    check_scheme(&url)?;
    Ok(url)
}

fn absolute(written: &str) -> Result<Url, String> {
    let url = Url::parse(written.trim()).map_err(|error| error.to_string())?;
    check_scheme(&url)?;
    Ok(url)
}

fn check_scheme(url: &Url) -> Result<(), String> {
    match url.scheme() {
        "http" | "https" => Ok(()),
        other => Err(format!("its scheme is {other}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn relative_urls_follow_the_current_document() {
        let base = Url::parse("http://app.test/ivr/menu?lang=en").unwrap();
        for (written, absolute) in [
            ("/voice", "http://app.test/voice"),
            ("next", "http://app.test/ivr/next"),
            ("  ../top?x=1 \n", "http://app.test/top?x=1"),
            ("", "http://app.test/ivr/menu?lang=en"),
            ("http://other.test/a#rc=3", "http://other.test/a#rc=3"),
        ] {
            assert_eq!(resolve(Some(&base), written).unwrap().as_str(), absolute);
        }
    }

    #[test]
    fn inline_twiml_has_nothing_to_be_relative_to() {
        assert!(resolve(None, "/voice").is_err());
        assert!(resolve(None, "ftp://app.test/voice").is_err());
    }
}
