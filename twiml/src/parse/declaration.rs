//! The XML declaration by the letter, which quick-xml does not check.

use super::reader::is_space;

/// Whether `text`, from `<?xml` to `?>`, is an XML declaration: version, then perhaps encoding, then perhaps
/// standalone, and nothing else (XML 1.0, production 23).
pub(super) fn is_declaration(text: &str) -> bool {
    let Some(mut rest) = text
        .strip_prefix("<?xml")
        .and_then(|rest| rest.strip_suffix("?>"))
    else {
        return false;
    };
    type Fits = fn(&str) -> bool;
    let settings: [(_, Fits); 3] = [
        ("version", is_version),
        ("encoding", is_encoding),
        ("standalone", |value| matches!(value, "yes" | "no")),
    ];
    for (name, fits) in settings {
        match setting(rest, name) {
            Some((value, after)) if fits(value) => rest = after,
            None if name != "version" => {}
            _ => return false,
        }
    }
    rest.bytes().all(is_space)
}

fn is_version(value: &str) -> bool {
    value
        .strip_prefix("1.")
        .is_some_and(|minor| !minor.is_empty() && minor.bytes().all(|byte| byte.is_ascii_digit()))
}

fn is_encoding(value: &str) -> bool {
    value.starts_with(|first: char| first.is_ascii_alphabetic())
        && value
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-'))
}

/// The value, and what follows, if `text` begins with ` name="value"`.
fn setting<'t>(text: &'t str, name: &str) -> Option<(&'t str, &'t str)> {
    let skip = |text: &'t str| text.trim_start_matches([' ', '\t', '\r', '\n']);
    let rest = skip(text);
    if rest.len() == text.len() {
        return None;
    }
    let rest = skip(skip(rest.strip_prefix(name)?).strip_prefix('=')?);
    let quote = rest
        .chars()
        .next()
        .filter(|quote| matches!(quote, '"' | '\''))?;
    rest[1..].split_once(quote)
}

#[cfg(test)]
mod tests {
    use super::is_declaration;

    #[test]
    fn declarations_are_checked_by_the_letter() {
        for good in [
            "<?xml version=\"1.0\"?>",
            "<?xml version = '1.0'\n encoding=\"UTF-8\" ?>",
            "<?xml version=\"1.0\" encoding=\"utf-8\" standalone='yes'?>",
        ] {
            assert!(is_declaration(good), "{good}");
        }
        for bad in [
            "<?xml?>",
            "<?xml encoding=\"utf-8\"?>",
            "<?xml version=\"1.0\"encoding=\"utf-8\"?>",
            "<?xml version=\"1.0\" mood=\"merry\"?>",
            "<?xml version=\"1.0\" standalone=\"yes\" encoding=\"utf-8\"?>",
            "<?xml version=\"1.0'?>",
            "<?xml version=\"\"?>",
            "<?xml version=\"1:.0\"?>",
            "<?xml version=\"1.0\" encoding=\"8\"?>",
            "<?xml version=\"1.0\" standalone=\"maybe\"?>",
        ] {
            assert!(!is_declaration(bad), "{bad}");
        }
    }
}
