use crate::ConfigError;

/// Where requests go: Twilio itself, somewhere near, or one server that stands in for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Endpoint {
    /// `https://PRODUCT.twilio.com`, in the United States.
    Twilio,
    /// `https://PRODUCT.EDGE.REGION.twilio.com`.
    Near { edge: String, region: String },
    /// One origin for all products: a simulator or a mock.
    Fixed(String),
}

impl Endpoint {
    pub(crate) fn near(edge: &str, region: &str) -> Result<Self, ConfigError> {
        let word = |name: &str| {
            let good = !name.is_empty()
                && name
                    .bytes()
                    .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
            if good {
                Ok(name.to_owned())
            } else {
                Err(ConfigError::Location { name: name.into() })
            }
        };
        Ok(Self::Near {
            edge: word(edge)?,
            region: word(region)?,
        })
    }

    pub(crate) fn fixed(url: &str) -> Result<Self, ConfigError> {
        let error = |problem| ConfigError::BaseUrl {
            url: url.to_owned(),
            problem,
        };
        let (scheme, rest) = url
            .split_once("://")
            .ok_or_else(|| error("it has no scheme"))?;
        if !matches!(scheme, "http" | "https") {
            return Err(error("its scheme is neither http nor https"));
        }
        let base = url.trim_end_matches('/');
        if rest.is_empty() || rest.starts_with('/') || url.contains(['?', '#', '@']) {
            return Err(error("it needs a host, and no user, query or fragment"));
        }
        if base.parse::<http::Uri>().is_err() {
            return Err(error("it is not a URL"));
        }
        Ok(Self::Fixed(base.to_owned()))
    }

    /// The origin of a product: `api`, `conversations`, …
    pub(crate) fn origin(&self, product: &str) -> String {
        match self {
            Self::Twilio => format!("https://{product}.twilio.com"),
            Self::Near { edge, region } => format!("https://{product}.{edge}.{region}.twilio.com"),
            Self::Fixed(base) => base.clone(),
        }
    }

    /// Whether every request goes out unencrypted.
    #[cfg(feature = "reqwest")]
    pub(crate) fn is_plain(&self) -> bool {
        matches!(self, Self::Fixed(base) if base.starts_with("http://"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn origins() {
        assert_eq!(Endpoint::Twilio.origin("api"), "https://api.twilio.com");
        let near = Endpoint::near("dublin", "ie1").unwrap();
        assert_eq!(
            near.origin("conversations"),
            "https://conversations.dublin.ie1.twilio.com"
        );
        let fixed = Endpoint::fixed("http://127.0.0.1:4010/").unwrap();
        assert_eq!(fixed.origin("api"), "http://127.0.0.1:4010");
        assert!(Endpoint::near("dublin", "").is_err());
        assert!(Endpoint::near("evil.example/", "ie1").is_err());
        for wrong in [
            "",
            "127.0.0.1:4010",
            "ftp://a",
            "http://",
            "http:///x",
            "http://a?b",
            "http://u@a",
            "http://a b",
        ] {
            assert!(Endpoint::fixed(wrong).is_err(), "{wrong}");
        }
    }
}
