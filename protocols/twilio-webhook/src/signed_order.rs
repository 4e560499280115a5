//! The order in which pairs of name and value are signed.

/// Where a pair lies in a text: its name first, its value right behind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Span {
    pub(crate) start: usize,
    /// Where the name ends and the value begins.
    pub(crate) middle: usize,
    pub(crate) end: usize,
}

impl Span {
    /// The pair itself, read from the text in which it lies.
    pub(crate) fn pair(self, text: &str) -> (&str, &str) {
        text[self.start..self.end].split_at(self.middle - self.start)
    }

    /// Whether the pair in `text` has this name. Most names differ in length already.
    pub(crate) fn is_named(self, name: &str, text: &str) -> bool {
        self.middle - self.start == name.len()
            && text.as_bytes()[self.start..self.middle] == *name.as_bytes()
    }

    /// The same pair in a text where it starts at `start`.
    pub(crate) const fn moved_to(self, start: usize) -> Self {
        Self {
            start,
            middle: start + (self.middle - self.start),
            end: start + (self.end - self.start),
        }
    }
}

/// Copies the pairs of `text` into the text that is signed, and points the spans there.
///
/// Signed are the distinct pairs, sorted by name and, under one name, by value: a value that
/// repeats under its name counts once, so both its spans lie on one place. Bytes sort as code
/// points do. (JavaScript and Java sort by UTF-16 unit, which differs above U+FFFF only; Twilio's
/// names are ASCII.)
pub(crate) fn put_in_order(text: &str, spans: &mut [Span]) -> String {
    // Numbers sort several times faster than texts do, so each pair is a number first: the start
    // of its name above, its place in the list below.
    let mut order: Vec<u128> = spans
        .iter()
        .enumerate()
        .map(|(place, span)| start_of_name(text.as_bytes(), *span) | place as u128)
        .collect();
    order.sort_unstable();

    let place = |number: &u128| (number & PLACE_MASK) as usize;
    let mut signed = String::with_capacity(text.len());
    for alike in order.chunk_by_mut(|a, b| a >> PLACE_BITS == b >> PLACE_BITS) {
        // The same name, or names that start alike: only whole texts can tell.
        if alike.len() > 1 {
            alike.sort_unstable_by_key(|number| spans[place(number)].pair(text));
        }
        let mut before: Option<(Span, Span)> = None;
        for number in alike {
            let span = &mut spans[place(number)];
            let from = *span;
            *span = match before {
                Some((twin, there)) if twin.pair(text) == from.pair(text) => there,
                _ => {
                    let there = from.moved_to(signed.len());
                    signed.push_str(&text[from.start..from.end]);
                    there
                }
            };
            before = Some((from, *span));
        }
    }
    signed
}

/// The lower bits of a number to sort by, for the place in the list; no list is longer, since a
/// pair takes at least one byte of a body, and bodies are limited.
const PLACE_BITS: u32 = 32;
const PLACE_MASK: u128 = (1 << PLACE_BITS) - 1;

/// The first 12 bytes of a name above [`PLACE_BITS`], padded with zeros: such numbers sort as the
/// texts do, as far as they go.
fn start_of_name(text: &[u8], span: Span) -> u128 {
    let bytes = &text[span.start..];
    // What follows the name in the text is masked away again: cheaper than a copy of its length.
    let number = u128::from_be_bytes(bytes.first_chunk().copied().unwrap_or_else(|| {
        let mut padded = [0; 16];
        padded[..bytes.len()].copy_from_slice(bytes);
        padded
    }));
    number & !(u128::MAX >> (8 * (span.middle - span.start).min(12)))
}
