use alloc::string::String;

/// What a byte needs before it may stand in a document.
const PLAIN: u8 = 0;
/// Escaped everywhere: `&`, `<`, `>` and carriage return.
const ALWAYS: u8 = 1;
/// Escaped in attributes only: the quote, tab and line feed.
const IN_ATTRIBUTES: u8 = 2;
/// No XML 1.0 character starts with this byte.
const FORBIDDEN: u8 = 3;
/// The first byte of U+FFFE and U+FFFF, and of much that is fine.
const SUSPECT: u8 = 4;

static CLASS: [u8; 256] = classes();

const fn classes() -> [u8; 256] {
    let mut classes = [PLAIN; 256];
    let mut byte = 0;
    while byte < 0x20 {
        classes[byte] = FORBIDDEN;
        byte += 1;
    }
    classes[b'&' as usize] = ALWAYS;
    classes[b'<' as usize] = ALWAYS;
    classes[b'>' as usize] = ALWAYS;
    classes[b'\r' as usize] = ALWAYS;
    classes[b'"' as usize] = IN_ATTRIBUTES;
    classes[b'\t' as usize] = IN_ATTRIBUTES;
    classes[b'\n' as usize] = IN_ATTRIBUTES;
    classes[0xEF] = SUSPECT;
    classes
}

/// Where text stands, which decides what is escaped.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    Text,
    Attribute,
}

/// A character that cannot be written, and its byte offset.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Offence {
    pub(crate) character: char,
    pub(crate) offset: usize,
}

/// The first character of `text` that XML 1.0 cannot carry.
pub(crate) fn forbidden(text: &str) -> Option<Offence> {
    let bytes = text.as_bytes();
    let offset = (0..bytes.len()).find(|&at| is_forbidden(bytes, at))?;
    let character = text[offset..].chars().next()?;
    Some(Offence { character, offset })
}

fn is_forbidden(bytes: &[u8], at: usize) -> bool {
    match CLASS[bytes[at] as usize] {
        FORBIDDEN => true,
        // U+FFFE and U+FFFF are EF BF BE and EF BF BF; surrogates cannot be in a str.
        SUSPECT => matches!(bytes.get(at + 1..at + 3), Some([0xBF, 0xBE | 0xBF])),
        _ => false,
    }
}

/// Whether `text` stands the same in a document as in memory, wherever it stands.
///
/// Most texts do, so this is what rendering and reading spend their time on: eight bytes at a time, the last eight
/// overlapping those before them.
#[inline]
pub(crate) fn is_plain(text: &str) -> bool {
    let bytes = text.as_bytes();
    if let Some(last) = bytes.last_chunk() {
        let (chunks, _) = bytes.as_chunks();
        return are_plain(*last) && chunks.iter().all(|chunk| are_plain(*chunk));
    }
    if let (Some([a, b, c, d]), Some([e, f, g, h])) = (bytes.first_chunk(), bytes.last_chunk()) {
        return are_plain([*a, *b, *c, *d, *e, *f, *g, *h]);
    }
    bytes.iter().all(|&byte| CLASS[byte as usize] == PLAIN)
}

/// Whether each of these bytes is plain.
///
/// The arithmetic sets the high bit of a byte that is below a bound, and of one that is zero, which is below one:
/// see "Bit Twiddling Hacks", "Determine if a word has a byte less than n". A byte above it may be hit as well,
/// but only if there is a true hit below.
#[inline]
const fn are_plain(bytes: [u8; 8]) -> bool {
    const fn all(byte: u8) -> u64 {
        u64::from_le_bytes([byte; 8])
    }
    const fn below(word: u64, bound: u8) -> u64 {
        word.wrapping_sub(all(bound)) & !word
    }
    let word = u64::from_le_bytes(bytes);
    // `<` and `>` differ in one bit, and so do `"` and `&`.
    let angle = (word & all(!0x02)) ^ all(b'<');
    let quote = (word & all(!0x04)) ^ all(b'"');
    let suspect = word ^ all(0xEF);
    (below(word, 0x20) | below(angle, 1) | below(quote, 1) | below(suspect, 1)) & all(0x80) == 0
}

/// Writes `text` escaped for `place`.
///
/// Forbidden characters become U+FFFD, and the first of them is reported.
#[inline]
pub(crate) fn write_escaped(out: &mut String, text: &str, place: Place) -> Option<Offence> {
    if is_plain(text) {
        out.push_str(text);
        return None;
    }
    write_replaced(out, text, place)
}

#[inline(never)]
fn write_replaced(out: &mut String, text: &str, place: Place) -> Option<Offence> {
    let bytes = text.as_bytes();
    let mut offence = None;
    let mut written = 0;
    let mut at = 0;
    while at < bytes.len() {
        let class = CLASS[bytes[at] as usize];
        if class == PLAIN || (class == IN_ATTRIBUTES && place == Place::Text) {
            at += 1;
            continue;
        }
        let (replacement, length) = match bytes[at] {
            b'&' => ("&amp;", 1),
            b'<' => ("&lt;", 1),
            b'>' => ("&gt;", 1),
            b'"' => ("&quot;", 1),
            b'\r' => ("&#13;", 1),
            b'\n' => ("&#10;", 1),
            b'\t' => ("&#9;", 1),
            _ if !is_forbidden(bytes, at) => {
                at += 1;
                continue;
            }
            byte => {
                let length = if byte == 0xEF { 3 } else { 1 };
                let character = text[at..]
                    .chars()
                    .next()
                    .unwrap_or(char::REPLACEMENT_CHARACTER);
                offence = offence.or(Some(Offence {
                    character,
                    offset: at,
                }));
                ("\u{FFFD}", length)
            }
        };
        out.push_str(&text[written..at]);
        out.push_str(replacement);
        at += length;
        written = at;
    }
    out.push_str(&text[written..]);
    offence
}

#[cfg(test)]
mod tests {
    use super::*;

    fn escaped(text: &str, place: Place) -> (String, Option<Offence>) {
        let mut out = String::new();
        let offence = write_escaped(&mut out, text, place);
        (out, offence)
    }

    #[test]
    fn markup_is_escaped_and_quotes_only_in_attributes() {
        assert_eq!(
            escaped("a&b<c>\"d'\n\t\r", Place::Text).0,
            "a&amp;b&lt;c&gt;\"d'\n\t&#13;"
        );
        assert_eq!(
            escaped("a&b\"\n\t\r", Place::Attribute).0,
            "a&amp;b&quot;&#10;&#9;&#13;"
        );
    }

    #[test]
    fn forbidden_characters_are_replaced_and_the_first_is_reported() {
        let (out, offence) = escaped("ü\u{0}\u{FFFE}\u{FEFF}\u{FFFF}", Place::Text);
        assert_eq!(out, "ü\u{FFFD}\u{FFFD}\u{FEFF}\u{FFFD}");
        assert_eq!(
            offence,
            Some(Offence {
                character: '\0',
                offset: 2
            })
        );
        assert_eq!(
            forbidden("\u{FFFE}"),
            Some(Offence {
                character: '\u{FFFE}',
                offset: 0
            })
        );
        for byte in 0..=0x7F_u8 {
            // In every place of a text of every length up to three words.
            for length in 1..=24 {
                for at in 0..length {
                    let mut text = "a".repeat(at);
                    text.push(char::from(byte));
                    text.push_str(&"z".repeat(length - at - 1));
                    let plain = CLASS[usize::from(byte)] == PLAIN;
                    assert_eq!(is_plain(&text), plain, "{text:?}");
                }
            }
        }
        assert!(is_plain("äöü\u{7F}\u{80}\u{FF}\u{100}") && !is_plain("äöü\u{FEFF}ß"));
        assert_eq!(forbidden("plain \u{7F}\u{85} text\n"), None);
    }
}
