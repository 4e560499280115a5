use std::fmt;

use crate::ParamError;
use crate::signed_order::{Span, put_in_order};

/// The parameters of one request, decoded, in the order in which they were sent.
///
/// A name may occur more than once and keeps all its values. Twilio adds parameters without
/// notice and signs those too, so nothing is ever dropped.
///
/// ```
/// use twilio_webhook::Params;
///
/// let params = Params::from_form(b"From=%2B441134960000&Body=at+8%3F&Digit=1&Digit=2")?;
/// assert_eq!(params.get("From"), Some("+441134960000"));
/// assert_eq!(params.get("Body"), Some("at 8?"));
/// assert_eq!(params.all("Digit").collect::<Vec<_>>(), ["1", "2"]);
/// # Ok::<(), twilio_webhook::ParamError>(())
/// ```
///
/// `Debug` shows names only: values are phone numbers, messages and card data.
#[derive(Clone, Default, PartialEq, Eq, Hash)]
pub struct Params {
    /// The text that Twilio signs after the URL: the distinct pairs, sorted, nothing in between.
    /// Kept in this order, a request is checked by hashing two texts as they lie.
    signed: String,
    /// Where each pair lies in `signed`, in the order in which they were sent.
    spans: Vec<Span>,
}

impl Params {
    /// No parameters: what a `GET` without query and a WebSocket handshake carry.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            signed: String::new(),
            spans: Vec::new(),
        }
    }

    /// Decodes a body of type `application/x-www-form-urlencoded`.
    ///
    /// `+` is a blank; a `%` that starts no valid escape stands for itself (WHATWG URL, section
    /// 5.1). An empty name or value is kept: Twilio signs it.
    ///
    /// # Errors
    /// [`ParamError::NotUtf8`] if a decoded name or value is not UTF-8.
    pub fn from_form(body: impl AsRef<[u8]>) -> Result<Self, ParamError> {
        let mut sent = Sent::with_capacity(body.as_ref().len());
        let mut rest = body.as_ref();
        loop {
            let plain = rest
                .iter()
                .position(|byte| matches!(byte, b'&' | b'=' | b'%' | b'+'))
                .unwrap_or(rest.len());
            sent.text.extend_from_slice(&rest[..plain]);
            let Some((sign, after)) = rest[plain..].split_first() else {
                break;
            };
            rest = after;
            match sign {
                b'&' => sent.end_pair(),
                b'=' => sent.end_name(),
                b'+' => sent.text.push(b' '),
                _ => match escaped(rest) {
                    Some(byte) => {
                        sent.text.push(byte);
                        rest = &rest[2..];
                    }
                    None => sent.text.push(b'%'),
                },
            }
        }
        sent.end_pair();
        sent.into_params()
    }

    /// Decodes the query of a URL, without its `?`. A callback sent by `GET` has them all there.
    ///
    /// # Errors
    /// [`ParamError::NotUtf8`] if a decoded name or value is not UTF-8.
    pub fn from_query(query: &str) -> Result<Self, ParamError> {
        Self::from_form(query)
    }

    /// Adds a parameter at the end; one of the same name stays.
    pub fn push(&mut self, name: impl fmt::Display, value: impl fmt::Display) {
        self.insert(&name.to_string(), &value.to_string());
    }

    /// Adds a parameter at the end and returns the list, for building one in a chain.
    ///
    /// ```
    /// # use twilio_webhook::Params;
    /// let params = Params::new().with("QueueResult", "bridged").with("QueueTime", 34);
    /// assert_eq!(params.get("QueueTime"), Some("34"));
    /// ```
    #[must_use]
    pub fn with(mut self, name: impl fmt::Display, value: impl fmt::Display) -> Self {
        self.push(name, value);
        self
    }

    /// Adds a pair to the end of the list, and to its place in the signed text.
    fn insert(&mut self, name: &str, value: &str) {
        let new = (name, value);
        let signed = &self.signed;
        if let Some(twin) = self.spans.iter().find(|span| span.pair(signed) == new) {
            self.spans.push(*twin);
            return;
        }
        let mut start = 0;
        for span in &mut self.spans {
            if span.pair(signed) < new {
                start = start.max(span.end);
            } else {
                *span = span.moved_to(span.start + name.len() + value.len());
            }
        }
        self.signed.insert_str(start, value);
        self.signed.insert_str(start, name);
        let middle = start + name.len();
        self.spans.push(Span {
            start,
            middle,
            end: middle + value.len(),
        });
    }

    /// The first value sent under `name`. Names are case-sensitive.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        self.all(name).next()
    }

    /// Every value sent under `name`, in order.
    pub fn all<'a>(&'a self, name: &str) -> impl Iterator<Item = &'a str> {
        self.spans
            .iter()
            .filter(move |span| span.is_named(name, &self.signed))
            .map(|span| span.pair(&self.signed).1)
    }

    /// Whether `name` was sent, even with an empty value.
    #[must_use]
    pub fn contains(&self, name: &str) -> bool {
        self.get(name).is_some()
    }

    /// All pairs of name and value, in the order in which they were sent.
    pub fn iter(
        &self,
    ) -> impl ExactSizeIterator<Item = (&str, &str)> + DoubleEndedIterator + Clone {
        self.spans.iter().map(|span| span.pair(&self.signed))
    }

    /// How many pairs there are, repeated names counted each time.
    #[must_use]
    pub fn len(&self) -> usize {
        self.spans.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.spans.is_empty()
    }

    /// The pairs as a body of type `application/x-www-form-urlencoded`, or as a query.
    ///
    /// ```
    /// # use twilio_webhook::Params;
    /// let params = Params::new().with("From", "+441134960000").with("Body", "at 8?");
    /// assert_eq!(params.to_form(), "From=%2B441134960000&Body=at+8%3F");
    /// ```
    #[must_use]
    pub fn to_form(&self) -> String {
        form_urlencoded::Serializer::new(String::new())
            .extend_pairs(self.iter())
            .finish()
    }

    /// The part of the signed text that follows the URL.
    pub(crate) fn signed(&self) -> &str {
        &self.signed
    }

    /// The pairs whose names are not in `known`.
    pub(crate) fn without(&self, known: &[&[&str]]) -> Self {
        self.iter()
            .filter(|(name, _)| !known.iter().any(|names| names.contains(name)))
            .collect()
    }
}

impl<N: AsRef<str>, V: AsRef<str>> FromIterator<(N, V)> for Params {
    fn from_iter<I: IntoIterator<Item = (N, V)>>(pairs: I) -> Self {
        let mut text = String::new();
        let mut spans: Vec<Span> = pairs
            .into_iter()
            .map(|(name, value)| {
                let start = text.len();
                text.push_str(name.as_ref());
                let middle = text.len();
                text.push_str(value.as_ref());
                Span {
                    start,
                    middle,
                    end: text.len(),
                }
            })
            .collect();
        let signed = put_in_order(&text, &mut spans);
        Self { signed, spans }
    }
}

impl<N: AsRef<str>, V: AsRef<str>> Extend<(N, V)> for Params {
    fn extend<I: IntoIterator<Item = (N, V)>>(&mut self, pairs: I) {
        for (name, value) in pairs {
            self.insert(name.as_ref(), value.as_ref());
        }
    }
}

impl IntoIterator for Params {
    type Item = (String, String);
    type IntoIter = std::vec::IntoIter<(String, String)>;

    fn into_iter(self) -> Self::IntoIter {
        let owned = |(name, value): (&str, &str)| (name.to_owned(), value.to_owned());
        self.iter().map(owned).collect::<Vec<_>>().into_iter()
    }
}

impl fmt::Debug for Params {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Params")?;
        f.debug_list()
            .entries(self.iter().map(|(name, _)| name))
            .finish()
    }
}

/// What has been decoded of a form: in the order in which it was sent, and not yet known to be
/// UTF-8.
struct Sent {
    text: Vec<u8>,
    spans: Vec<Span>,
    /// Where the pair that is being decoded starts.
    start: usize,
    /// Where its name ends, once that is known.
    middle: Option<usize>,
}

impl Sent {
    fn with_capacity(bytes: usize) -> Self {
        Self {
            text: Vec::with_capacity(bytes),
            // A request of Twilio has about 25 parameters; a wrong guess only costs a
            // reallocation.
            spans: Vec::with_capacity(32.min(bytes)),
            start: 0,
            middle: None,
        }
    }

    /// An `=` ends the name; any further one is part of the value.
    fn end_name(&mut self) {
        match self.middle {
            None => self.middle = Some(self.text.len()),
            Some(_) => self.text.push(b'='),
        }
    }

    /// Nothing at all between two `&` is no pair.
    fn end_pair(&mut self) {
        let end = self.text.len();
        if self.middle.is_some() || self.start < end {
            self.spans.push(Span {
                start: self.start,
                middle: self.middle.take().unwrap_or(end),
                end,
            });
            self.start = end;
        }
    }

    fn into_params(self) -> Result<Params, ParamError> {
        let mut spans = self.spans;
        let text = String::from_utf8(self.text).map_err(|error| ParamError::NotUtf8 {
            name: culprit(error.as_bytes(), &spans),
        })?;
        // Halves of one character in two neighbours are UTF-8 together, and not on their own.
        let cut =
            |span: &Span| text.is_char_boundary(span.middle) && text.is_char_boundary(span.end);
        if !spans.iter().all(cut) {
            return Err(ParamError::NotUtf8 {
                name: culprit(text.as_bytes(), &spans),
            });
        }
        let signed = put_in_order(&text, &mut spans);
        Ok(Params { signed, spans })
    }
}

/// The byte whose two hexadecimal digits come first in `digits`.
fn escaped(digits: &[u8]) -> Option<u8> {
    let hex = |at: usize| char::from(*digits.get(at)?).to_digit(16);
    // Two hexadecimal digits make a byte.
    Some((hex(0)? * 16 + hex(1)?) as u8)
}

/// The name of the first parameter that is not UTF-8.
fn culprit(text: &[u8], spans: &[Span]) -> String {
    let halves = |span: &Span| (&text[span.start..span.middle], &text[span.middle..span.end]);
    spans
        .iter()
        .map(halves)
        .find(|(name, value)| str::from_utf8(name).is_err() || str::from_utf8(value).is_err())
        .map(|(name, _)| String::from_utf8_lossy(name).into_owned())
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::collection::vec;
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn decodes_blanks_escapes_and_what_only_looks_like_an_escape() {
        let params = Params::from_form("a+b=c%20d&e=100%&f=%zz&g&=h&&i=&j=k=l&=").unwrap();
        let pairs: Vec<_> = params.iter().collect();
        assert_eq!(
            pairs,
            [
                ("a b", "c d"),
                ("e", "100%"),
                ("f", "%zz"),
                ("g", ""),
                ("", "h"),
                ("i", ""),
                ("j", "k=l"),
                ("", "")
            ]
        );
    }

    #[test]
    fn names_the_parameter_that_is_not_utf8() {
        let error = Params::from_form(b"Body=caf%E9").unwrap_err();
        assert_eq!(
            error,
            ParamError::NotUtf8 {
                name: "Body".into()
            }
        );
        assert!(Params::from_form(b"\xff=1").is_err());
        // Half a character each.
        let error = Params::from_form(b"A=1&B=%C3&%A9=2").unwrap_err();
        assert_eq!(error, ParamError::NotUtf8 { name: "B".into() });
    }

    proptest! {
        #[test]
        fn the_signed_text_is_that_of_the_sorted_distinct_pairs(
            pairs in vec(("[AB\\x00]{0,2}|A{6}[A-C]{0,4}|\\PC{0,3}", "[A-C]{0,2}"), 0..40),
        ) {
            let naive: BTreeSet<_> = pairs.iter().cloned().collect();
            let naive: String = naive.into_iter().map(|(name, value)| name + &value).collect();
            let collected: Params = pairs.iter().cloned().collect();
            prop_assert_eq!(collected.signed(), naive);
            // However a list came about, it is the same.
            let mut pushed = Params::new();
            for (name, value) in &pairs {
                pushed.push(name, value);
            }
            prop_assert_eq!(&pushed, &collected);
            let read = Params::from_form(collected.to_form()).unwrap();
            prop_assert_eq!(&read, &collected);
            let listed: Vec<_> = read.into_iter().collect();
            prop_assert_eq!(listed, pairs);
        }
    }

    #[test]
    fn debug_shows_no_value() {
        let params = Params::new().with("PaymentCardNumber", "4111");
        assert_eq!(format!("{params:?}"), r#"Params["PaymentCardNumber"]"#);
    }
}
