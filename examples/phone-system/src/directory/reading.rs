//! Reading a profile out of whatever JSON a directory answers with.

use serde_json::{Map, Value};

use super::DirectoryError;
use crate::records::Profile;

/// The longest text that is kept, in characters.
const LONGEST: usize = 200;
/// How many facts are kept.
const FACTS: usize = 12;

/// Reads a profile: `name`, `company` and `class`, and every other member that is a text, a number or a yes or no as a
/// fact. Members of other types, and those that are empty, are left out.
pub(crate) fn profile(json: &[u8]) -> Result<Profile, DirectoryError> {
    let value: Value = serde_json::from_slice(json)
        .map_err(|error| DirectoryError::Unreadable(format!("no JSON: {error}")))?;
    let Value::Object(members) = value else {
        return Err(DirectoryError::Unreadable("no JSON object".to_owned()));
    };
    let class = text_of(&members, "class").filter(|class| class == "premium" || class == "regular");
    let mut profile = Profile {
        name: text_of(&members, "name"),
        company: text_of(&members, "company"),
        class,
        ..Profile::default()
    };
    let others = members
        .iter()
        .filter(|(key, _)| !["name", "company", "class"].contains(&key.as_str()));
    profile.facts = others
        .filter_map(|(key, value)| Some((label(key), text(value)?)))
        .take(FACTS)
        .collect();
    Ok(profile)
}

fn text_of(members: &Map<String, Value>, key: &str) -> Option<String> {
    members.get(key).and_then(text)
}

fn text(value: &Value) -> Option<String> {
    let text = match value {
        Value::String(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        Value::Bool(true) => "yes".to_owned(),
        Value::Bool(false) => "no".to_owned(),
        Value::Null | Value::Array(_) | Value::Object(_) => return None,
    };
    let text = plain(&text);
    (!text.is_empty()).then_some(text)
}

/// `open_tickets` as "Open tickets".
fn label(key: &str) -> String {
    let words = plain(&key.replace(['_', '-'], " "));
    let mut chars = words.chars();
    match chars.next() {
        Some(first) => first.to_uppercase().chain(chars).collect(),
        None => "?".to_owned(),
    }
}

/// A text in one line of sane length, whatever was in it.
pub(crate) fn plain(text: &str) -> String {
    let visible: String = text
        .chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .take(LONGEST)
        .collect();
    visible.trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_can_be_shown_is_kept_and_the_rest_left_out() {
        let json = br#"{"name":"Mrs Hall","company":" Hall & Sons ","class":"premium","open_tickets":2,"vip":true,
            "address":{"street":"1 High St"},"tags":["a"],"note":null,"empty":"  "}"#;
        let profile = profile(json).unwrap();
        assert_eq!(profile.name.as_deref(), Some("Mrs Hall"));
        assert_eq!(profile.company.as_deref(), Some("Hall & Sons"));
        assert_eq!(profile.class.as_deref(), Some("premium"));
        let fact = |label: &str, text: &str| (label.to_owned(), text.to_owned());
        assert_eq!(
            profile.facts,
            [fact("Open tickets", "2"), fact("Vip", "yes")]
        );
    }

    #[test]
    fn wrong_types_and_hostile_texts_do_no_harm() {
        let odd =
            profile(br#"{"name":["x"],"company":{},"class":"emperor","":"\u0000\u001b[31m"}"#);
        let odd = odd.unwrap();
        assert_eq!((odd.name, odd.company, odd.class), (None, None, None));
        assert_eq!(odd.facts, [("?".to_owned(), "[31m".to_owned())]);
        let long = format!(r#"{{"name":"{}"}}"#, "x".repeat(60_000));
        assert_eq!(
            profile(long.as_bytes()).unwrap().name.unwrap().len(),
            LONGEST
        );
        let many: Vec<String> = (0..500).map(|n| format!(r#""k{n}":{n}"#)).collect();
        let many = format!("{{{}}}", many.join(","));
        assert_eq!(profile(many.as_bytes()).unwrap().facts.len(), FACTS);
        for unreadable in [
            "",
            "[]",
            "7",
            "null",
            "\"Mrs Hall\"",
            "{\"name\":",
            "<html>",
            &"[".repeat(100_000),
            &format!("{}{}", "{\"a\":".repeat(100_000), "}".repeat(100_000)),
        ] {
            let error = profile(unreadable.as_bytes()).unwrap_err();
            assert!(matches!(error, DirectoryError::Unreadable(_)), "{error}");
        }
    }
}
