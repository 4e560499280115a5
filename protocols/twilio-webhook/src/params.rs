use std::fmt;

use percent_encoding::percent_decode;

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
    pairs: Vec<(String, String)>,
}

impl Params {
    /// No parameters: what a `GET` without query and a WebSocket handshake carry.
    #[must_use]
    pub const fn new() -> Self {
        Self { pairs: Vec::new() }
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
        // A request of Twilio has about 25 parameters; a wrong guess only costs a reallocation.
        let mut pairs = Vec::with_capacity(32.min(body.len()));
        for piece in body
            .split(|byte| *byte == b'&')
            .filter(|piece| !piece.is_empty())
        {
            let equals = piece
                .iter()
                .position(|byte| *byte == b'=')
                .unwrap_or(piece.len());
            let (name, value) = piece.split_at(equals);
            let name = decode(name).map_err(|lossy| ParamError::NotUtf8 { name: lossy })?;
            let Ok(value) = decode(value.get(1..).unwrap_or_default()) else {
                return Err(ParamError::NotUtf8 { name });
            };
            pairs.push((name, value));
        }
        Ok(Self { pairs })
    }

    /// Decodes the query of a URL, without its `?`. A callback sent by `GET` has them all there.
    ///
    /// # Errors
    /// [`ParamError::NotUtf8`] if a decoded name or value is not UTF-8.
    pub fn from_query(query: &str) -> Result<Self, ParamError> {
        Self::from_form(query)
    }

    /// Adds a parameter at the end; one of the same name stays.
    pub fn push(&mut self, name: impl Into<String>, value: impl Into<String>) {
        self.pairs.push((name.into(), value.into()));
    }

    /// Adds a parameter at the end and returns the list, for building one in a chain.
    #[must_use]
    pub fn with(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.push(name, value);
        self
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
        self.pairs
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// How many pairs there are, repeated names counted each time.
    #[must_use]
    pub fn len(&self) -> usize {
        self.pairs.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.pairs.is_empty()
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

    /// The pairs whose names are not in `known`.
    pub(crate) fn without(&self, known: &[&[&str]]) -> Self {
        self.iter()
            .filter(|(name, _)| !known.iter().any(|names| names.contains(name)))
            .collect()
    }
}

impl<N: Into<String>, V: Into<String>> FromIterator<(N, V)> for Params {
    fn from_iter<I: IntoIterator<Item = (N, V)>>(pairs: I) -> Self {
        let pairs = pairs
            .into_iter()
            .map(|(name, value)| (name.into(), value.into()))
            .collect();
        Self { pairs }
    }
}

impl<N: Into<String>, V: Into<String>> Extend<(N, V)> for Params {
    fn extend<I: IntoIterator<Item = (N, V)>>(&mut self, pairs: I) {
        self.pairs.extend(
            pairs
                .into_iter()
                .map(|(name, value)| (name.into(), value.into())),
        );
    }
}

impl IntoIterator for Params {
    type Item = (String, String);
    type IntoIter = std::vec::IntoIter<(String, String)>;

    fn into_iter(self) -> Self::IntoIter {
        self.pairs.into_iter()
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

/// Decodes `+` and percent escapes; what is not UTF-8 comes back lossily as the error.
fn decode(raw: &[u8]) -> Result<String, String> {
    let plus_decoded: Vec<u8> = raw
        .iter()
        .map(|byte| if *byte == b'+' { b' ' } else { *byte })
        .collect();
    // Without escapes, which is most of the time, the bytes are already decoded.
    let decoded = if raw.contains(&b'%') {
        percent_decode(&plus_decoded).collect()
    } else {
        plus_decoded
    };
    String::from_utf8(decoded)
        .map_err(|error| String::from_utf8_lossy(error.as_bytes()).into_owned())
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
    }

    #[test]
    fn debug_shows_no_value() {
        let params = Params::new().with("PaymentCardNumber", "4111");
        assert_eq!(format!("{params:?}"), r#"Params["PaymentCardNumber"]"#);
    }
}
