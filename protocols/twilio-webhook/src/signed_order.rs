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
    // Numbers sort several times faster than texts do, so each pair is a number first: its place
    // in the list, and above that as much of the start of its name as there is room for.
    let places = u64::MAX >> (spans.len() as u64).leading_zeros().min(63);
    let mut order: Vec<u64> = spans
        .iter()
        .enumerate()
        .map(|(place, span)| start_of_name(text.as_bytes(), *span) & !places | place as u64)
        .collect();
    order.sort_unstable();

    let place = |number: &u64| (number & places) as usize;
    let mut signed = String::with_capacity(text.len());
    for alike in order.chunk_by_mut(|a, b| a | places == b | places) {
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

/// The first 8 bytes of a name, padded with zeros: such numbers sort as the texts do, as far as
/// they go.
fn start_of_name(text: &[u8], span: Span) -> u64 {
    let bytes = &text[span.start..];
    let number = u64::from_be_bytes(bytes.first_chunk().copied().unwrap_or_else(|| {
        let mut padded = [0; 8];
        padded[..bytes.len()].copy_from_slice(bytes);
        padded
    }));
    // What follows the name in the text is masked away again: cheaper than a copy of its length.
    let length = span.middle - span.start;
    number & !u64::MAX.checked_shr(8 * length.min(8) as u32).unwrap_or(0)
}
