//! Which numbers this program calls. Callers ask to be called back, agents hand callers over, and each of those calls costs:
//! whoever may choose the number freely may choose an expensive one of their own.

use std::fmt;
use std::str::FromStr;

use twilio_webhook::PhoneNumber;

/// The numbers that may be called, by how they begin. The longest beginning that fits decides.
///
/// ```
/// use phone_system::DialPlan;
///
/// let plan: DialPlan = "+44, !+449, +353".parse()?;
/// assert!(plan.permits(&"+442079460100".parse()?));
/// assert!(!plan.permits(&"+449098790000".parse()?));
/// assert!(!plan.permits(&"+12025550123".parse()?));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DialPlan(Vec<Rule>);

#[derive(Debug, Clone, PartialEq, Eq)]
struct Rule {
    begins: String,
    permits: bool,
}

/// A text that is no dial plan.
#[derive(Debug, thiserror::Error)]
#[error(
    "{0:?} is no beginning of numbers: expected as +44, or !+449 for numbers that are not called, or + for any number"
)]
pub struct DialPlanError(String);

/// Why a number is not called. `Display` is a sentence for people to read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NotDialled {
    /// A call to ourselves would only come back.
    #[error("{0} is one of our own lines.")]
    OwnLine(PhoneNumber),
    /// The dial plan does not permit it.
    #[error("Calls to {number} are not allowed from here. Allowed: {plan}.")]
    NotPermitted {
        /// The number.
        number: PhoneNumber,
        /// What may be called.
        plan: DialPlan,
    },
}

impl DialPlan {
    /// The countries of these numbers.
    #[must_use]
    pub fn countries_of<'n>(numbers: impl IntoIterator<Item = &'n PhoneNumber>) -> Self {
        let mut rules = Vec::new();
        for number in numbers {
            let rule = Rule {
                begins: country(number).to_owned(),
                permits: true,
            };
            if !rules.contains(&rule) {
                rules.push(rule);
            }
        }
        Self(rules)
    }

    /// Whether this number may be called.
    #[must_use]
    pub fn permits(&self, number: &PhoneNumber) -> bool {
        let fits = self
            .0
            .iter()
            .filter(|rule| number.as_str().starts_with(&rule.begins));
        // Of two that say the opposite, the refusal counts.
        fits.max_by_key(|rule| (rule.begins.len(), !rule.permits))
            .is_some_and(|rule| rule.permits)
    }
}

/// As it is read.
impl fmt::Display for DialPlan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, rule) in self.0.iter().enumerate() {
            let comma = if place > 0 { ", " } else { "" };
            let not = if rule.permits { "" } else { "!" };
            write!(f, "{comma}{not}{}", rule.begins)?;
        }
        Ok(())
    }
}

impl FromStr for DialPlan {
    type Err = DialPlanError;

    fn from_str(text: &str) -> Result<Self, DialPlanError> {
        let items = text.split(',').map(str::trim);
        let rules = items.map(|item| {
            let (begins, permits) = match item.strip_prefix('!') {
                Some(begins) => (begins, false),
                None => (item, true),
            };
            match begins.strip_prefix('+') {
                Some(digits) if digits.bytes().all(|digit| digit.is_ascii_digit()) => Ok(Rule {
                    begins: begins.to_owned(),
                    permits,
                }),
                _ => Err(DialPlanError(item.chars().take(64).collect())),
            }
        });
        rules.collect::<Result<_, _>>().map(Self)
    }
}

/// A number's country code, with its plus sign. E.164: zones 1 and 7 have one digit, these others two, all else three.
fn country(number: &PhoneNumber) -> &str {
    const TWO: [&str; 44] = [
        "20", "27", "30", "31", "32", "33", "34", "36", "39", "40", "41", "43", "44", "45", "46",
        "47", "48", "49", "51", "52", "53", "54", "55", "56", "57", "58", "60", "61", "62", "63",
        "64", "65", "66", "81", "82", "84", "86", "90", "91", "92", "93", "94", "95", "98",
    ];
    let number = number.as_str();
    let digits = match number.get(1..3) {
        Some(two) if two.starts_with(['1', '7']) => 1,
        Some(two) if TWO.contains(&two) => 2,
        _ => 3,
    };
    number.get(..=digits).unwrap_or(number)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(text: &str) -> PhoneNumber {
        text.parse().unwrap()
    }

    #[test]
    fn a_country_is_as_long_as_e164_has_it() {
        for (of, country_code) in [
            ("+12025550123", "+1"),
            ("+79161234567", "+7"),
            ("+442079460100", "+44"),
            ("+353209100000", "+353"),
            ("+8613800000000", "+86"),
            ("+85221234567", "+852"),
            ("+959123456", "+95"),
            ("+962791234567", "+962"),
        ] {
            assert_eq!(country(&number(of)), country_code);
        }
        let lines = [
            number("+442079460100"),
            number("+441632960100"),
            number("+35312345678"),
        ];
        let plan = DialPlan::countries_of(&lines);
        assert_eq!(plan.to_string(), "+44, +353");
        assert!(plan.permits(&number("+447700900301")));
        assert!(!plan.permits(&number("+12025550123")));
        // No country is the beginning of another.
        assert!(!plan.permits(&number("+3541234567")));
    }

    #[test]
    fn the_longest_beginning_decides() {
        let plan: DialPlan = "+44,!+449,+44909,!+44909".parse().unwrap();
        assert!(!plan.permits(&number("+449098790000")));
        let plan: DialPlan = "!+44, +, !+1,+1202".parse().unwrap();
        for (of, permitted) in [
            ("+442079460100", false),
            ("+12025550123", true),
            ("+18765550123", false),
            ("+491701234567", true),
        ] {
            assert_eq!(plan.permits(&number(of)), permitted, "{of}");
        }
        assert_eq!(plan.to_string().parse::<DialPlan>().unwrap(), plan);
    }

    #[test]
    fn what_is_no_beginning_is_refused() {
        for bad in ["", "44", "+44,", "!44", "!!+44", "+44x", "+4 4", "++44"] {
            assert!(bad.parse::<DialPlan>().is_err(), "{bad}");
        }
    }
}
