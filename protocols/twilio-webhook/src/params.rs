use std::fmt::{self, Write as _};

use crate::ParamError;

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
    /// All names and values, one after the other: one allocation for a request, and the text that
    /// is signed wherever the pairs are in order.
    text: String,
    /// Where each pair ends; it begins where the one before ends.
    ends: Vec<End>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct End {
    name: usize,
    value: usize,
}

impl Params {
    /// No parameters: what a `GET` without query and a WebSocket handshake carry.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            text: String::new(),
            ends: Vec::new(),
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
        let body = body.as_ref();
        let mut text = Vec::with_capacity(body.len());
        // A request of Twilio has about 25 parameters; a wrong guess only costs a reallocation.
        let mut ends = Vec::with_capacity(32.min(body.len()));
        for piece in body
            .split(|byte| *byte == b'&')
            .filter(|piece| !piece.is_empty())
        {
            let equals = piece
                .iter()
                .position(|byte| *byte == b'=')
                .unwrap_or(piece.len());
            let (name, value) = piece.split_at(equals);
            decode_into(&mut text, name);
            let name = text.len();
            decode_into(&mut text, value.get(1..).unwrap_or_default());
            ends.push(End {
                name,
                value: text.len(),
            });
        }
        let text = String::from_utf8(text).map_err(|error| ParamError::NotUtf8 {
            name: culprit(error.as_bytes(), &ends),
        })?;
        // Halves of one character in two neighbours are UTF-8 together, and not on their own.
        let cut = |end: &End| text.is_char_boundary(end.name) && text.is_char_boundary(end.value);
        if !ends.iter().all(cut) {
            return Err(ParamError::NotUtf8 {
                name: culprit(text.as_bytes(), &ends),
            });
        }
        Ok(Self { text, ends })
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
        // Writing to a String fails only if a Display does, which then has said what it has to say.
        let _ = write!(self.text, "{name}");
        let name = self.text.len();
        let _ = write!(self.text, "{value}");
        self.ends.push(End {
            name,
            value: self.text.len(),
        });
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

    fn push_text(&mut self, name: &str, value: &str) {
        self.text.push_str(name);
        let name = self.text.len();
        self.text.push_str(value);
        self.ends.push(End {
            name,
            value: self.text.len(),
        });
    }

    /// The first value sent under `name`. Names are case-sensitive.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        self.all(name).next()
    }

    /// Every value sent under `name`, in order.
    pub fn all<'a>(&'a self, name: &str) -> impl Iterator<Item = &'a str> {
        self.iter()
            .filter_map(move |(key, value)| (key == name).then_some(value))
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
        (0..self.len()).map(|place| self.pair(place))
    }

    /// How many pairs there are, repeated names counted each time.
    #[must_use]
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
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

    /// All names and values, one after the other.
    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// The pair at `place`, which must be less than `len()`.
    pub(crate) fn pair(&self, place: usize) -> (&str, &str) {
        let (start, name) = self.name_span(place);
        self.text[start..self.ends[place].value].split_at(name)
    }

    /// Name and value at `place`, as one text.
    pub(crate) fn joined(&self, place: usize) -> &[u8] {
        let (start, _) = self.name_span(place);
        &self.text.as_bytes()[start..self.ends[place].value]
    }

    /// Where in the text the name at `place` starts, and its length.
    pub(crate) fn name_span(&self, place: usize) -> (usize, usize) {
        let start = place
            .checked_sub(1)
            .map_or(0, |before| self.ends[before].value);
        (start, self.ends[place].name - start)
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
        let mut params = Self::new();
        params.extend(pairs);
        params
    }
}

impl<N: AsRef<str>, V: AsRef<str>> Extend<(N, V)> for Params {
    fn extend<I: IntoIterator<Item = (N, V)>>(&mut self, pairs: I) {
        for (name, value) in pairs {
            self.push_text(name.as_ref(), value.as_ref());
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

/// Decodes `+` and percent escapes.
fn decode_into(text: &mut Vec<u8>, raw: &[u8]) {
    let mut rest = raw;
    while let Some(at) = rest.iter().position(|byte| matches!(byte, b'%' | b'+')) {
        let (plain, coded) = rest.split_at(at);
        text.extend_from_slice(plain);
        let hex = |at: usize| {
            coded
                .get(at)
                .and_then(|digit| char::from(*digit).to_digit(16))
        };
        rest = match (coded[0], hex(1), hex(2)) {
            (b'%', Some(high), Some(low)) => {
                // Two hexadecimal digits make a byte.
                text.push((high * 16 + low) as u8);
                &coded[3..]
            }
            (b'+', ..) => {
                text.push(b' ');
                &coded[1..]
            }
            _ => {
                text.push(b'%');
                &coded[1..]
            }
        };
    }
    text.extend_from_slice(rest);
}

/// The name of the first parameter that is not UTF-8.
fn culprit(text: &[u8], ends: &[End]) -> String {
    let mut start = 0;
    for end in ends {
        let (name, value) = (&text[start..end.name], &text[end.name..end.value]);
        if std::str::from_utf8(name).is_err() || std::str::from_utf8(value).is_err() {
            return String::from_utf8_lossy(name).into_owned();
        }
        start = end.value;
    }
    String::new()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decodes_blanks_escapes_and_what_only_looks_like_an_escape() {
        let params = Params::from_form("a+b=c%20d&e=100%&f=%zz&g&=h&&i=").unwrap();
        let pairs: Vec<_> = params.iter().collect();
        assert_eq!(
            pairs,
            [
                ("a b", "c d"),
                ("e", "100%"),
                ("f", "%zz"),
                ("g", ""),
                ("", "h"),
                ("i", "")
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

    #[test]
    fn debug_shows_no_value() {
        let params = Params::new().with("PaymentCardNumber", "4111");
        assert_eq!(format!("{params:?}"), r#"Params["PaymentCardNumber"]"#);
    }
}
