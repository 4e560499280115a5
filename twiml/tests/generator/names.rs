//! From Twilio's names to Rust's.

/// `numDigits` to `num_digits`, `xml:lang` to `xml_lang`; keywords get an underscore behind.
pub(crate) fn snake(name: &str) -> String {
    let mut out = String::new();
    let mut previous_lower = false;
    for character in name.chars() {
        if !character.is_ascii_alphanumeric() {
            out.push('_');
            previous_lower = false;
            continue;
        }
        if character.is_ascii_uppercase() && previous_lower {
            out.push('_');
        }
        previous_lower = !character.is_ascii_uppercase();
        out.push(character.to_ascii_lowercase());
    }
    if matches!(
        out.as_str(),
        "for" | "loop" | "break" | "type" | "use" | "in" | "ref"
    ) {
        out.push('_');
    }
    out
}

/// `Google.en-GB-Neural2-A` to `GoogleEnGbNeural2A`.
pub(crate) fn camel(value: &str) -> String {
    let mut out = String::new();
    for part in value.split(|character: char| !character.is_ascii_alphanumeric()) {
        let mut characters = part.chars();
        if let Some(first) = characters.next() {
            out.push(first.to_ascii_uppercase());
        }
        let rest = characters.as_str();
        if rest.bytes().any(|byte| byte.is_ascii_lowercase()) {
            out.push_str(rest);
        } else {
            out.push_str(&rest.to_ascii_lowercase());
        }
    }
    if out.starts_with(|first: char| first.is_ascii_digit()) {
        out.insert(0, '_');
    }
    out
}

/// Text that rustdoc shows as it is: no links, no HTML.
pub(crate) fn plain(text: &str) -> String {
    text.replace('<', "\\<")
        .replace('[', "\\[")
        .replace('*', "\\*")
        .replace("_", "\\_")
}
