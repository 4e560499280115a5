//! The fields of an answer: those that are known in the order in which they are asked for, all
//! others as they were sent. One pass, and what is known is not copied to be looked at.

use std::borrow::Cow;
use std::fmt;

use serde::de::value::{MapAccessDeserializer, SeqAccessDeserializer};
use serde::de::{Deserialize, DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};

use crate::wire::WireValue;

/// The fields of an answer, to be taken one by one, in order.
///
/// A value that cannot be read as what it should be ends among the fields that are not known: one
/// odd date must not hide that a call has been placed.
#[derive(Debug)]
pub(crate) struct Fields<'de> {
    names: &'static [&'static str],
    /// What was sent for each of the names.
    known: Vec<Wire<'de>>,
    /// How many have been taken.
    taken: usize,
    extra: Map<String, Value>,
}

impl<'de> Fields<'de> {
    pub(crate) fn deserialize<D: Deserializer<'de>>(
        names: &'static [&'static str],
        deserializer: D,
    ) -> Result<Self, D::Error> {
        deserializer.deserialize_map(FieldsVisitor(names))
    }

    /// The next field: `T` must be there, `Option<T>` may be missing.
    pub(crate) fn take<T: Field>(&mut self) -> Result<T, WrongField> {
        T::take(self)
    }

    /// The next field, if `read` makes something of it.
    pub(crate) fn take_with<T>(&mut self, read: impl FnOnce(&Wire<'_>) -> Option<T>) -> Option<T> {
        let (name, wire) = self.following();
        if wire.is_nothing() {
            return None;
        }
        let value = read(&wire);
        if value.is_none() {
            self.extra.insert(name.to_owned(), wire.into());
        }
        value
    }

    /// What has not been taken.
    pub(crate) fn rest(&mut self) -> Map<String, Value> {
        std::mem::take(&mut self.extra)
    }

    fn following(&mut self) -> (&'static str, Wire<'de>) {
        let place = self.taken;
        self.taken += 1;
        let wire = self
            .known
            .get_mut(place)
            .map_or(Wire::Missing, std::mem::take);
        (self.names.get(place).copied().unwrap_or_default(), wire)
    }
}

/// A field of an answer that is needed, or one that is not.
pub(crate) trait Field: Sized {
    fn take(fields: &mut Fields<'_>) -> Result<Self, WrongField>;
}

impl<T: WireValue> Field for T {
    fn take(fields: &mut Fields<'_>) -> Result<Self, WrongField> {
        let (name, wire) = fields.following();
        let value = if wire.is_nothing() {
            None
        } else {
            T::read(&wire)
        };
        value.ok_or_else(|| WrongField {
            name,
            found: match wire {
                Wire::Missing => "missing".to_owned(),
                wire => Value::from(wire).to_string(),
            },
        })
    }
}

impl<T: WireValue> Field for Option<T> {
    fn take(fields: &mut Fields<'_>) -> Result<Self, WrongField> {
        Ok(fields.take_with(T::read))
    }
}

/// A field without which an answer is of no use is missing or malformed.
#[derive(Debug, thiserror::Error)]
#[error("field {name} is {found}")]
pub(crate) struct WrongField {
    name: &'static str,
    found: String,
}

/// One value as it was sent.
#[derive(Debug, Clone, Default)]
pub(crate) enum Wire<'de> {
    #[default]
    Missing,
    Null,
    Bool(bool),
    Number(Number),
    Text(Cow<'de, str>),
    /// A list or an object.
    Other(Value),
}

impl<'de> Wire<'de> {
    /// Texts, and numbers where texts were expected.
    pub(crate) fn text(&self) -> Option<Cow<'_, str>> {
        match self {
            Self::Text(text) => Some(Cow::Borrowed(text)),
            Self::Number(number) => Some(Cow::Owned(number.to_string())),
            _ => None,
        }
    }

    /// An object as what it should be.
    pub(crate) fn deserialize<T: for<'a> Deserialize<'a>>(&self) -> Option<T> {
        match self {
            Self::Other(value) => T::deserialize(value).ok(),
            _ => None,
        }
    }

    fn is_nothing(&self) -> bool {
        match self {
            Self::Missing | Self::Null => true,
            Self::Text(text) => text.is_empty(),
            _ => false,
        }
    }
}

impl From<Wire<'_>> for Value {
    fn from(wire: Wire<'_>) -> Self {
        match wire {
            Wire::Missing | Wire::Null => Self::Null,
            Wire::Bool(value) => Self::Bool(value),
            Wire::Number(number) => Self::Number(number),
            Wire::Text(text) => Self::String(text.into_owned()),
            Wire::Other(value) => value,
        }
    }
}

impl<'de> Deserialize<'de> for Wire<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(WireVisitor)
    }
}

struct WireVisitor;

impl<'de> Visitor<'de> for WireVisitor {
    type Value = Wire<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_unit<E>(self) -> Result<Wire<'de>, E> {
        Ok(Wire::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Wire<'de>, E> {
        Ok(Wire::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Wire<'de>, E> {
        Ok(Wire::Number(value.into()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Wire<'de>, E> {
        Ok(Wire::Number(value.into()))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Wire<'de>, E> {
        Ok(Number::from_f64(value).map_or(Wire::Null, Wire::Number))
    }

    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Wire<'de>, E> {
        Ok(Wire::Text(Cow::Borrowed(text)))
    }

    fn visit_str<E>(self, text: &str) -> Result<Wire<'de>, E> {
        Ok(Wire::Text(Cow::Owned(text.to_owned())))
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Wire<'de>, A::Error> {
        Value::deserialize(MapAccessDeserializer::new(map)).map(Wire::Other)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<Wire<'de>, A::Error> {
        Value::deserialize(SeqAccessDeserializer::new(list)).map(Wire::Other)
    }
}

struct FieldsVisitor(&'static [&'static str]);

impl<'de> Visitor<'de> for FieldsVisitor {
    type Value = Fields<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Fields<'de>, A::Error> {
        let mut fields = Fields {
            names: self.0,
            known: Vec::new(),
            taken: 0,
            extra: Map::new(),
        };
        fields.known.resize_with(self.0.len(), Wire::default);
        while let Some(key) = map.next_key_seed(KeySeed(self.0))? {
            match key {
                Key::Known(place) => fields.known[place] = map.next_value()?,
                Key::Other(name) => {
                    fields.extra.insert(name, map.next_value()?);
                }
            }
        }
        Ok(fields)
    }
}

enum Key {
    /// Where it is among the names.
    Known(usize),
    Other(String),
}

struct KeySeed(&'static [&'static str]);

impl<'de> DeserializeSeed<'de> for KeySeed {
    type Value = Key;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Key, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl Visitor<'_> for KeySeed {
    type Value = Key;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a name")
    }

    fn visit_str<E: Error>(self, name: &str) -> Result<Key, E> {
        let place = self.0.iter().position(|known| *known == name);
        Ok(place.map_or_else(|| Key::Other(name.to_owned()), Key::Known))
    }
}
