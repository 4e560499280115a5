use super::AttributeValue;
use crate::Text;
use crate::render::Xml;

impl AttributeValue for Text {
    const EXPECTED: &'static str = "text";

    fn write(&self, x: &mut Xml<'_>) {
        x.value(self)
    }

    fn read(value: &str) -> Option<Self> {
        Some(Self::Owned(value.into()))
    }
}

impl AttributeValue for bool {
    const EXPECTED: &'static str = "true or false";

    fn write(&self, x: &mut Xml<'_>) {
        x.plain(if *self { "true" } else { "false" })
    }

    fn read(value: &str) -> Option<Self> {
        match value {
            "true" => Some(true),
            "false" => Some(false),
            _ => None,
        }
    }
}

impl AttributeValue for u32 {
    const EXPECTED: &'static str = "a whole number";

    fn write(&self, x: &mut Xml<'_>) {
        x.number(i64::from(*self))
    }

    fn read(value: &str) -> Option<Self> {
        canonical(value)?.parse().ok()
    }
}

/// A number as we would write it: `5`, not `05` or `+5`, which would change when written again.
pub(super) fn canonical(value: &str) -> Option<&str> {
    let digits = value.strip_prefix('-').unwrap_or(value);
    let fits = !digits.is_empty()
        && digits.bytes().all(|byte| byte.is_ascii_digit())
        && (digits.len() == 1 || !digits.starts_with('0'))
        && value != "-0";
    fits.then_some(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_canonical_numbers_are_typed() {
        assert_eq!(u32::read("120"), Some(120));
        for odd in ["", "-1", "+1", "01", " 1", "1.0", "4294967296", "-0", "-"] {
            assert_eq!(u32::read(odd), None, "{odd:?}");
        }
    }

    #[test]
    fn booleans_are_lower_case_words() {
        assert_eq!(bool::read("true"), Some(true));
        assert_eq!(bool::read("True"), None);
        assert_eq!(super::super::written(&false), "false");
    }
}
