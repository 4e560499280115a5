//! How our URLs name an offer.

use std::fmt;
use std::str::FromStr;

use queue_dispatch::Token;
use serde::{Deserialize, Deserializer, de};

/// An offer of one installation, as `1777622400000000-7`.
///
/// A queue counts its tokens from 1, and one whose database was lost does so again. Requests about offers of the one before
/// may still arrive, and must not be taken for those of this one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct OfferRef {
    pub(crate) run: i64,
    pub(crate) token: Token,
}

impl fmt::Display for OfferRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.run, self.token)
    }
}

/// A text that names no offer.
#[derive(Debug, thiserror::Error)]
#[error("`{0}` names no offer: expected RUN-TOKEN, two numbers")]
pub(crate) struct BadOfferRef(String);

impl FromStr for OfferRef {
    type Err = BadOfferRef;

    fn from_str(text: &str) -> Result<Self, BadOfferRef> {
        let bad = || BadOfferRef(text.chars().take(64).collect());
        let (run, token) = text.split_once('-').ok_or_else(bad)?;
        let token: u64 = token.parse().map_err(|_| bad())?;
        Ok(Self {
            run: run.parse().map_err(|_| bad())?,
            token: Token::new(token),
        })
    }
}

impl<'de> Deserialize<'de> for OfferRef {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?
            .parse()
            .map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_reads_itself_again_and_nothing_else() {
        let offer = OfferRef {
            run: 1_777_622_400_000_000,
            token: Token::new(7),
        };
        assert_eq!(offer.to_string().parse::<OfferRef>().unwrap(), offer);
        for bad in [
            "",
            "7",
            "-7",
            "1-",
            "1-x",
            "1-2-3",
            "1--2",
            "99999999999999999999-1",
        ] {
            assert!(bad.parse::<OfferRef>().is_err(), "{bad}");
        }
    }
}
