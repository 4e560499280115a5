//! Reads a value out of a document by its own serde form, and goes on after a mistake: the part that is wrong is
//! noted and left out, and the rest is read again, so that all mistakes are told at once.

use std::collections::HashSet;
use std::fmt;

use serde::Deserialize;
use serde::de::{self, DeserializeSeed, IntoDeserializer, Unexpected, Visitor};
use serde::forward_to_deserialize_any;

use crate::document::{Entry, Node, Value};
use crate::problem::Problem;

/// What could be read, if anything, and all that could not.
pub(crate) fn read<T: for<'d> Deserialize<'d>>(root: &Node) -> (Option<T>, Vec<Problem>) {
    let mut left_out = HashSet::new();
    let mut problems = Vec::new();
    loop {
        let error = match T::deserialize(Reader {
            node: root,
            left_out: &left_out,
        }) {
            Ok(value) => return (Some(value), problems),
            Err(error) => error,
        };
        // A field that is missing because it was left out has been told already.
        if !error.is_consequence {
            problems.push(Problem::new(error.line, &error.text));
        }
        match error.id {
            // Each round leaves out one part more, so that there is an end.
            Some(id) if id != root.id && left_out.insert(id) => {}
            _ => return (None, problems),
        }
    }
}

#[derive(Debug)]
struct ReadError {
    text: String,
    missing: Option<&'static str>,
    is_consequence: bool,
    id: Option<usize>,
    line: Option<usize>,
    /// Whether the text begins with the key that it is about.
    has_key: bool,
}

impl ReadError {
    fn of_key(mut self, key: &str) -> Self {
        if !self.has_key {
            self.text = format!("{key}: {}", self.text);
            self.has_key = true;
        }
        self
    }

    /// The innermost part that could not be read is the one to be told.
    fn at(mut self, id: usize, line: usize) -> Self {
        if self.id.is_none() {
            (self.id, self.line) = (Some(id), Some(line));
        }
        self
    }
}

impl de::Error for ReadError {
    fn custom<T: fmt::Display>(text: T) -> Self {
        let text = text.to_string();
        Self {
            text,
            missing: None,
            is_consequence: false,
            id: None,
            line: None,
            has_key: false,
        }
    }

    fn missing_field(field: &'static str) -> Self {
        let missing = Some(field);
        Self {
            missing,
            ..Self::custom(format_args!("missing field `{field}`"))
        }
    }
}

impl fmt::Display for ReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl std::error::Error for ReadError {}

#[derive(Clone, Copy)]
struct Reader<'d> {
    node: &'d Node,
    left_out: &'d HashSet<usize>,
}

impl<'d> Reader<'d> {
    fn invalid(node: &Node, visitor: &dyn de::Expected) -> ReadError {
        let found = match &node.value {
            Value::Null => Unexpected::Unit,
            Value::Boolean(value) => Unexpected::Bool(*value),
            Value::Integer(number) => Unexpected::Signed(*number),
            Value::Float(number) => Unexpected::Float(*number),
            Value::Text(text) => Unexpected::Str(text),
            Value::Datetime => Unexpected::Other("date or time without quotes"),
            Value::List(_) => Unexpected::Seq,
            Value::Table(_) => Unexpected::Map,
        };
        de::Error::invalid_type(found, visitor)
    }

    fn with<V>(self, visit: impl FnOnce(Self) -> Result<V, ReadError>) -> Result<V, ReadError> {
        visit(self).map_err(|mut error| {
            if let (None, Some(field)) = (error.id, error.missing) {
                let mut entries = self.node.entries().iter();
                error.is_consequence = entries
                    .any(|entry| entry.key == field && self.left_out.contains(&entry.node.id));
            }
            error.at(self.node.id, self.node.line)
        })
    }
}

impl<'d> de::Deserializer<'d> for Reader<'d> {
    type Error = ReadError;

    fn deserialize_any<V: Visitor<'d>>(self, visitor: V) -> Result<V::Value, ReadError> {
        self.with(|reader| match &reader.node.value {
            Value::Null => visitor.visit_unit(),
            Value::Boolean(value) => visitor.visit_bool(*value),
            Value::Integer(number) => visitor.visit_i64(*number),
            Value::Float(number) => visitor.visit_f64(*number),
            Value::Text(text) => visitor.visit_str(text),
            Value::Datetime => Err(Self::invalid(reader.node, &visitor)),
            Value::List(list) => visitor.visit_seq(Elements {
                rest: list.iter(),
                reader,
            }),
            Value::Table(entries) => visitor.visit_map(Members {
                rest: entries.iter(),
                value: None,
                reader,
            }),
        })
    }

    fn deserialize_option<V: Visitor<'d>>(self, visitor: V) -> Result<V::Value, ReadError> {
        match self.node.value {
            Value::Null => visitor.visit_none(),
            _ => visitor.visit_some(self),
        }
    }

    fn deserialize_enum<V: Visitor<'d>>(
        self,
        _name: &'static str,
        _variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, ReadError> {
        self.with(|reader| match &reader.node.value {
            Value::Text(text) => visitor.visit_enum(text.as_str().into_deserializer()),
            _ => Err(Self::invalid(reader.node, &visitor)),
        })
    }

    fn deserialize_newtype_struct<V: Visitor<'d>>(
        self,
        _name: &'static str,
        visitor: V,
    ) -> Result<V::Value, ReadError> {
        visitor.visit_newtype_struct(self)
    }

    forward_to_deserialize_any! {
        <V: Visitor<'d>>
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct
        seq tuple tuple_struct map struct identifier ignored_any
    }
}

struct Elements<'d> {
    rest: std::slice::Iter<'d, Node>,
    reader: Reader<'d>,
}

impl<'d> de::SeqAccess<'d> for Elements<'d> {
    type Error = ReadError;

    fn next_element_seed<S: DeserializeSeed<'d>>(
        &mut self,
        seed: S,
    ) -> Result<Option<S::Value>, ReadError> {
        let left_out = self.reader.left_out;
        let node = self.rest.find(|node| !left_out.contains(&node.id));
        node.map(|node| seed.deserialize(Reader { node, left_out }))
            .transpose()
    }
}

struct Members<'d> {
    rest: std::slice::Iter<'d, Entry>,
    value: Option<&'d Entry>,
    reader: Reader<'d>,
}

impl<'d> de::MapAccess<'d> for Members<'d> {
    type Error = ReadError;

    fn next_key_seed<S: DeserializeSeed<'d>>(
        &mut self,
        seed: S,
    ) -> Result<Option<S::Value>, ReadError> {
        let left_out = self.reader.left_out;
        let Some(entry) = self.rest.find(|entry| !left_out.contains(&entry.node.id)) else {
            return Ok(None);
        };
        self.value = Some(entry);
        let key = entry.key.as_str().into_deserializer();
        seed.deserialize(key).map(Some).map_err(|error: ReadError| {
            let error = match error.text.contains(&entry.key) {
                true => ReadError {
                    has_key: true,
                    ..error
                },
                false => error.of_key(&entry.key),
            };
            error.at(entry.node.id, entry.line)
        })
    }

    fn next_value_seed<S: DeserializeSeed<'d>>(&mut self, seed: S) -> Result<S::Value, ReadError> {
        // serde asks for a value only after its key.
        let Some(Entry { key, node, .. }) = self.value.take() else {
            return Err(de::Error::custom("a value without a key"));
        };
        let left_out = self.reader.left_out;
        seed.deserialize(Reader { node, left_out })
            .map_err(|error| error.of_key(key).at(node.id, node.line))
    }
}
