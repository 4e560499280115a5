use super::IcalendarError;

/// A content line: `DTSTART;VALUE=DATE:20261225`.
#[derive(Debug, Clone)]
pub(super) struct Line {
    /// Where it begins in the file, from 1.
    pub(super) number: usize,
    /// In upper case.
    pub(super) name: String,
    /// Names in upper case, values as they stand.
    parameters: Vec<(String, String)>,
    pub(super) value: String,
}

impl Line {
    pub(super) fn parameter(&self, name: &str) -> Option<&str> {
        self.parameters
            .iter()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.as_str())
    }

    fn parse(number: usize, text: &str) -> Result<Self, IcalendarError> {
        let wrong = || IcalendarError::Line { line: number };
        // A colon or semicolon within quotes belongs to a parameter's value.
        let mut quoted = false;
        let mut parts = Vec::new();
        let mut begin = 0;
        let mut value = None;
        for (at, byte) in text.bytes().enumerate() {
            match byte {
                b'"' => quoted = !quoted,
                b';' if !quoted => {
                    parts.push(text.get(begin..at).unwrap_or_default());
                    begin = at + 1;
                }
                b':' if !quoted => {
                    parts.push(text.get(begin..at).unwrap_or_default());
                    value = text.get(at + 1..);
                    break;
                }
                _ => {}
            }
        }
        let value = value.ok_or_else(wrong)?;
        let mut parts = parts.into_iter();
        let name = parts
            .next()
            .map(str::trim)
            .filter(|name| !name.is_empty())
            .ok_or_else(wrong)?;
        let parameters = parts
            .map(|part| {
                let (key, value) = part.split_once('=').ok_or_else(wrong)?;
                Ok((key.to_ascii_uppercase(), value.trim_matches('"').to_owned()))
            })
            .collect::<Result<_, _>>()?;
        Ok(Self {
            number,
            name: name.to_ascii_uppercase(),
            parameters,
            value: value.to_owned(),
        })
    }
}

/// The content lines of a file, unfolded: a line that begins with a space or a tab continues the one before
/// it, even in the middle of a character (RFC 5545, 3.1). Line ends may lack their carriage return.
pub(super) fn lines(file: &[u8]) -> impl Iterator<Item = Result<Line, IcalendarError>> {
    let file = file.strip_prefix(b"\xef\xbb\xbf").unwrap_or(file);
    let mut rest = file.split(|byte| *byte == b'\n').enumerate().peekable();
    std::iter::from_fn(move || {
        loop {
            let (index, first) = rest.next()?;
            let mut bytes = end(first).to_vec();
            while let Some((_, more)) =
                rest.next_if(|(_, line)| matches!(line.first(), Some(b' ' | b'\t')))
            {
                bytes.extend_from_slice(end(more).get(1..).unwrap_or_default());
            }
            if bytes.iter().all(u8::is_ascii_whitespace) {
                continue;
            }
            let number = index + 1;
            return Some(match str::from_utf8(&bytes) {
                Ok(text) => Line::parse(number, text),
                Err(_) => Err(IcalendarError::Encoding { line: number }),
            });
        }
    })
}

fn end(line: &[u8]) -> &[u8] {
    line.strip_suffix(b"\r").unwrap_or(line)
}

/// A TEXT value without its escapes.
pub(super) fn text(value: &str) -> String {
    let mut text = String::with_capacity(value.len());
    let mut characters = value.chars();
    while let Some(character) = characters.next() {
        match character {
            '\\' => match characters.next() {
                Some('n' | 'N') => text.push('\n'),
                Some(other) => text.push(other),
                None => {}
            },
            other => text.push(other),
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(file: &[u8]) -> Vec<(usize, String, String)> {
        lines(file)
            .map(|line| line.expect("a property"))
            .map(|line| (line.number, line.name, line.value))
            .collect()
    }

    #[test]
    fn folded_lines_are_joined_even_within_a_character() {
        let file = b"\xef\xbb\xbfsummary:Fr\xc3\r\n \xbchling\r\n\tsferien\r\n\r\nX:1\n";
        assert_eq!(
            read(file),
            [
                (1, "SUMMARY".into(), "Frühlingsferien".into()),
                (5, "X".into(), "1".into())
            ]
        );
    }

    #[test]
    fn parameters_may_quote_what_would_end_them() {
        let line =
            Line::parse(1, r#"DTSTART;TZID="a;b:c";value=DATE:20260101"#).expect("a property");
        assert_eq!(line.parameter("TZID"), Some("a;b:c"));
        assert_eq!(line.parameter("VALUE"), Some("DATE"));
        assert_eq!(line.value, "20260101");
    }

    #[test]
    fn what_is_no_property_is_refused_with_its_line() {
        for bad in ["rubbish", ":value", "A;B:1", "A;B=\"unclosed:1"] {
            let file = format!("X:1\r\n{bad}\r\n");
            let error = lines(file.as_bytes()).find_map(Result::err);
            assert_eq!(error, Some(IcalendarError::Line { line: 2 }), "{bad}");
        }
        let error = lines(b"X:\xff").find_map(Result::err);
        assert_eq!(error, Some(IcalendarError::Encoding { line: 1 }));
    }

    #[test]
    fn text_loses_its_escapes() {
        assert_eq!(text(r"a\, b\; c\\d\ne\"), "a, b; c\\d\ne");
    }
}
