use crate::operation::Product;
use crate::page::without_query;
use crate::{ConfigError, Error};

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

    /// The origin of a product.
    pub(crate) fn origin(&self, product: Product) -> String {
        let product = product.host();
        match self {
            Self::Twilio => format!("https://{product}.twilio.com"),
            Self::Near { edge, region } => format!("https://{product}.{edge}.{region}.twilio.com"),
            Self::Fixed(base) => base.clone(),
        }
    }

    /// Path and query of a place that an answer names, if it is on the same origin: the 2010 API
    /// names paths, the newer ones whole URLs.
    pub(crate) fn target<'a>(&self, product: Product, place: &'a str) -> Result<&'a str, Error> {
        let origin = self.origin(product);
        let target = place.strip_prefix(&*origin).unwrap_or(place);
        // `//host/` would be another host, and `https:…` or `api.twilio.com.example` no path.
        if target.starts_with('/') && !target.starts_with("//") && !target.contains('\\') {
            Ok(target)
        } else {
            Err(Error::Page {
                problem: "it is not on the host of the first one",
                place: without_query(place),
            })
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
    fn a_next_page_is_on_the_same_origin() {
        let near = Endpoint::near("dublin", "ie1").unwrap();
        let target = |place| near.target(Product::Conversations, place).ok();
        let here = "https://conversations.dublin.ie1.twilio.com/v1/Conversations?Page=1";
        assert_eq!(target(here), Some("/v1/Conversations?Page=1"));
        assert_eq!(target("/v1/Conversations"), Some("/v1/Conversations"));
        for elsewhere in [
            "https://conversations.twilio.com/v1/Conversations",
            "http://conversations.dublin.ie1.twilio.com/v1/Conversations",
            "https://conversations.dublin.ie1.twilio.com.evil.example/v1",
            "https://conversations.dublin.ie1.twilio.com@evil.example/v1",
            "https://conversations.dublin.ie1.twilio.com:8443/v1",
            "//evil.example/v1",
            "/\\evil.example/v1",
            "v1/Conversations",
            "",
        ] {
            assert_eq!(target(elsewhere), None, "{elsewhere}");
        }
    }

    #[test]
    fn origins() {
        assert_eq!(
            Endpoint::Twilio.origin(Product::Api),
            "https://api.twilio.com"
        );
        let near = Endpoint::near("dublin", "ie1").unwrap();
        assert_eq!(
            near.origin(Product::Conversations),
            "https://conversations.dublin.ie1.twilio.com"
        );
        let fixed = Endpoint::fixed("http://127.0.0.1:4010/").unwrap();
        assert_eq!(fixed.origin(Product::Api), "http://127.0.0.1:4010");
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
