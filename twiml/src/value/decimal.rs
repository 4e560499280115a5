use alloc::format;
use alloc::string::ToString;
use core::fmt;
use core::str::FromStr;

use super::AttributeValue;
use crate::Text;
use crate::render::Xml;

/// A decimal number, kept exactly as written: `10.50` stays `10.50`.
///
/// ```
/// use twiml::values::Decimal;
///
/// assert_eq!("10.50".parse(), Ok(Decimal::hundredths(1_050)));
/// assert_eq!(Decimal::from(0.7).to_string(), "0.7");
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Decimal(Text);

/// A text that is not a decimal number.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{text:?} is not a decimal number: write digits with at most one point, as in 10.50")]
#[non_exhaustive]
pub struct InvalidDecimal {
    /// The text.
    pub text: Text,
}

impl Decimal {
    /// So many hundredths, such as cents, with two places: 1050 is `10.50`.
    #[must_use]
    pub fn hundredths(hundredths: u64) -> Self {
        Self(format!("{}.{:02}", hundredths / 100, hundredths % 100).into())
    }

    /// The number as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<i32> for Decimal {
    fn from(number: i32) -> Self {
        Self(number.to_string().into())
    }
}

impl From<f64> for Decimal {
    /// The shortest decimal that reads back as the same number. Infinities and NaN become `0`.
    fn from(number: f64) -> Self {
        Self(if number.is_finite() {
            number.to_string().into()
        } else {
            "0".into()
        })
    }
}

impl FromStr for Decimal {
    type Err = InvalidDecimal;

    fn from_str(text: &str) -> Result<Self, InvalidDecimal> {
        Self::read(text).ok_or_else(|| InvalidDecimal {
            text: Text::Owned(text.into()),
        })
    }
}

impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl AttributeValue for Decimal {
    const EXPECTED: &'static str = "a decimal number";

    fn write(&self, x: &mut Xml<'_>) {
        x.plain(&self.0)
    }

    fn read(value: &str) -> Option<Self> {
        let number = value.strip_prefix('-').unwrap_or(value);
        let (whole, part) = number.split_once('.').unwrap_or((number, "0"));
        let digits =
            |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        (digits(whole) && digits(part)).then(|| Self(Text::Owned(value.into())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_plain_decimals_are_numbers() {
        for fine in ["0", "10.50", "-0.3", "007"] {
            assert_eq!(
                fine.parse::<Decimal>().map(|number| number.to_string()),
                Ok(fine.to_string())
            );
        }
        for odd in ["", ".5", "5.", "1e3", "1,5", "NaN", "--1", "1.2.3"] {
            assert!(odd.parse::<Decimal>().is_err(), "{odd:?}");
        }
        assert_eq!(Decimal::from(f64::NAN).as_str(), "0");
        assert_eq!(Decimal::from(1e21).as_str(), "1000000000000000000000");
    }
}
