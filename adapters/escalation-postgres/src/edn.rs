//! What Clojure's `pr-str` writes of plain data, read as JSON values.
//!
//! Strings, numbers, keywords, `nil`, booleans, vectors, lists and maps, which is all that JSON can
//! become in Clojure. Keywords and symbols become texts, without their colon.

use serde_json::{Map, Number, Value};

/// A text that is not what `pr-str` writes of JSON.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("at byte {at}: {expected} was expected")]
#[non_exhaustive]
pub struct EdnError {
    /// Where, from 0.
    pub at: usize,
    /// What should be there.
    pub expected: &'static str,
}

/// How deep collections may lie in each other.
const DEEPEST: usize = 64;

/// Reads one value, with nothing but blanks after it.
pub(crate) fn parse(text: &str) -> Result<Value, EdnError> {
    let mut reader = Reader { text, at: 0 };
    let value = reader.value(0)?;
    reader.blanks();
    if reader.at < text.len() {
        return Err(reader.expected("the end"));
    }
    Ok(value)
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Reader<'a> {
    fn expected(&self, expected: &'static str) -> EdnError {
        EdnError {
            at: self.at,
            expected,
        }
    }

    fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn next(&mut self) -> Option<char> {
        let next = self.peek()?;
        self.at += next.len_utf8();
        Some(next)
    }

    /// A comma is a blank.
    fn blanks(&mut self) {
        while self.peek().is_some_and(|c| c.is_whitespace() || c == ',') {
            self.next();
        }
    }

    fn value(&mut self, depth: usize) -> Result<Value, EdnError> {
        if depth > DEEPEST {
            return Err(self.expected("something less deep"));
        }
        self.blanks();
        match self.peek() {
            Some('"') => self.string().map(Value::String),
            Some('[') => self.sequence(']', depth).map(Value::Array),
            Some('(') => self.sequence(')', depth).map(Value::Array),
            Some('{') => self.map(depth),
            Some(_) => self.atom(),
            None => Err(self.expected("a value")),
        }
    }

    fn sequence(&mut self, end: char, depth: usize) -> Result<Vec<Value>, EdnError> {
        self.next();
        let mut values = Vec::new();
        loop {
            self.blanks();
            if self.peek() == Some(end) {
                self.next();
                return Ok(values);
            }
            values.push(self.value(depth + 1)?);
        }
    }

    fn map(&mut self, depth: usize) -> Result<Value, EdnError> {
        let began = self.at;
        let entries = self.sequence('}', depth)?;
        let mut map = Map::new();
        for entry in entries.chunks(2) {
            let [Value::String(key), value] = entry else {
                self.at = began;
                return Err(self.expected("a map from keywords or strings"));
            };
            map.insert(key.clone(), value.clone());
        }
        Ok(Value::Object(map))
    }

    fn string(&mut self) -> Result<String, EdnError> {
        self.next();
        let mut text = String::new();
        loop {
            match self.next() {
                Some('"') => return Ok(text),
                Some('\\') => {
                    let escaped = match self.next() {
                        Some('n') => '\n',
                        Some('t') => '\t',
                        Some('r') => '\r',
                        Some('f') => '\u{c}',
                        Some('b') => '\u{8}',
                        Some('u') => self.code_point()?,
                        Some(other @ ('"' | '\\')) => other,
                        _ => return Err(self.expected("a known escape")),
                    };
                    text.push(escaped);
                }
                Some(other) => text.push(other),
                None => return Err(self.expected("the end of a string")),
            }
        }
    }

    fn code_point(&mut self) -> Result<char, EdnError> {
        let wrong = self.expected("four hexadecimal digits of a character");
        let digits = self.rest().get(..4).ok_or_else(|| wrong.clone())?;
        let code = u32::from_str_radix(digits, 16).map_err(|_| wrong.clone())?;
        self.at += 4;
        char::from_u32(code).ok_or(wrong)
    }

    fn atom(&mut self) -> Result<Value, EdnError> {
        let ends = |c: char| c.is_whitespace() || ",\"()[]{}".contains(c);
        let rest = self.rest();
        let atom = &rest[..rest.find(ends).unwrap_or(rest.len())];
        let value = match atom {
            "nil" => Value::Null,
            "true" => Value::Bool(true),
            "false" => Value::Bool(false),
            "" => return Err(self.expected("a value")),
            _ => match atom.strip_prefix(':') {
                Some(keyword) => Value::String(keyword.to_owned()),
                None => self.number(atom)?,
            },
        };
        self.at += atom.len();
        Ok(value)
    }

    /// `5`, `5N` (beyond 64 bits), `5.5`, `5.5M` (decimal).
    fn number(&self, atom: &str) -> Result<Value, EdnError> {
        let digits = atom.strip_suffix(['N', 'M']).unwrap_or(atom);
        if let Ok(whole) = digits.parse::<i64>() {
            return Ok(whole.into());
        }
        let begins = |c: char| c.is_ascii_digit() || c == '-' || c == '+';
        digits
            .parse()
            .ok()
            .filter(|_| digits.starts_with(begins))
            .and_then(Number::from_f64)
            .map(Value::Number)
            .ok_or_else(|| self.expected("a value that JSON has"))
    }
}

#[cfg(test)]
mod tests {
    use super::parse;
    use serde_json::json;

    #[test]
    fn what_pr_str_writes_is_read() {
        let written = r#"({:channel "phone", :at 100, :phone-number "+385\"1\"\\ \u017e"} {:at 100.5M, :x [1N 2.5 -3 nil true :k], "y" {}})"#;
        assert_eq!(
            parse(written),
            Ok(json!([
                { "channel": "phone", "at": 100, "phone-number": "+385\"1\"\\ ž" },
                { "at": 100.5, "x": [1, 2.5, -3, null, true, "k"], "y": {} }
            ]))
        );
        assert_eq!(parse(" [] "), Ok(json!([])));
    }

    #[test]
    fn anything_else_is_refused_with_its_place() {
        for (text, at) in [
            ("", 0),
            ("[", 1),
            ("[1] 2", 4),
            ("{:a}", 0),
            ("{1 2}", 0),
            ("\"a", 2),
            (r#""\q""#, 3),
            (r#""\ud800""#, 3),
            ("#inst \"2020\"", 0),
            ("symbol", 0),
            ("inf", 0),
            ("]", 0),
        ] {
            assert_eq!(parse(text).map_err(|error| error.at), Err(at), "{text}");
        }
        assert!(parse(&"[".repeat(100_000)).is_err());
    }
}
