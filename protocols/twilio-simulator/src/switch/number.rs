//! The numbers of the account.

use crate::chance::Chance;
use crate::error::Error;
use crate::number::NumberConfig;
use crate::switch::{Endpoint, Switch, urls};

/// A number of the account, its URLs checked.
#[derive(Clone, Debug)]
pub(crate) struct Number {
    pub(crate) voice: Option<Endpoint>,
    pub(crate) fallback: Option<Endpoint>,
    pub(crate) status_callback: Option<Endpoint>,
    pub(crate) messaging: Option<Endpoint>,
    pub(crate) messaging_fallback: Option<Endpoint>,
}

impl Number {
    /// A number behind which there is nothing.
    pub(crate) fn silent() -> Self {
        Self {
            voice: None,
            fallback: None,
            status_callback: None,
            messaging: None,
            messaging_fallback: None,
        }
    }

    /// The SID of a number: the same in every run.
    pub(crate) fn sid(number: &str) -> String {
        // FNV-1a, so that a number has its SID without a draw from the seed.
        let hash = number
            .bytes()
            .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
                (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
            });
        Chance::seeded(hash).sid("PN")
    }
}

impl Switch {
    pub(crate) fn set_number(&mut self, number: String, config: NumberConfig) -> Result<(), Error> {
        let endpoint = |given: Option<(String, http::Method)>| {
            given
                .map(|(url, method)| urls::endpoint(&url, method))
                .transpose()
        };
        let number_behind = Number {
            voice: Some(urls::endpoint(&config.voice_url, config.voice_method)?),
            fallback: endpoint(config.fallback)?,
            status_callback: endpoint(config.status_callback)?,
            messaging: endpoint(config.messaging)?,
            messaging_fallback: endpoint(config.messaging_fallback)?,
        };
        self.put_number(number, number_behind);
        Ok(())
    }

    pub(crate) fn put_number(&mut self, name: String, number: Number) {
        self.numbers.insert(name, number);
    }

    /// All numbers, in the order of their names.
    pub(crate) fn numbers(&self) -> impl Iterator<Item = &str> {
        self.numbers.keys().map(String::as_str)
    }

    pub(crate) fn number(&self, name: &str) -> Option<&Number> {
        self.numbers.get(name)
    }

    /// Whether the account may show this number as the caller's.
    pub(crate) fn owns(&self, number: &str) -> bool {
        self.numbers.contains_key(number)
    }
}
