//! A TOML or JSON file as one kind of tree, in which each part knows its line.

use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;
use toml::de::{DeTable, DeValue};

use crate::problem::Problem;

/// A value and where it stands.
#[derive(Debug)]
pub(crate) struct Node {
    /// Names it among all of its document.
    pub(crate) id: usize,
    /// The line on which it begins, from 1.
    pub(crate) line: usize,
    pub(crate) value: Value,
}

#[derive(Debug)]
pub(crate) enum Value {
    Null,
    Boolean(bool),
    Integer(i64),
    Float(f64),
    Text(String),
    /// A TOML date or time, which has no quotes around it.
    Datetime,
    List(Vec<Node>),
    /// In the order of the file.
    Table(Vec<Entry>),
}

#[derive(Debug)]
pub(crate) struct Entry {
    pub(crate) key: String,
    pub(crate) line: usize,
    pub(crate) node: Node,
}

impl Node {
    /// The value of a key, if this is a table that has it.
    pub(crate) fn get(&self, key: &str) -> Option<&Self> {
        self.entries()
            .iter()
            .find(|entry| entry.key == key)
            .map(|entry| &entry.node)
    }

    /// The entries, if this is a table.
    pub(crate) fn entries(&self) -> &[Entry] {
        match &self.value {
            Value::Table(entries) => entries,
            _ => &[],
        }
    }

    /// The elements, if this is a list.
    pub(crate) fn elements(&self) -> &[Self] {
        match &self.value {
            Value::List(elements) => elements,
            _ => &[],
        }
    }

    /// The text, if this is one.
    pub(crate) fn text(&self) -> Option<&str> {
        match &self.value {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }

    /// Takes an entry away from a table.
    pub(crate) fn remove(&mut self, key: &str) -> Option<Entry> {
        let Value::Table(entries) = &mut self.value else {
            return None;
        };
        let at = entries.iter().position(|entry| entry.key == key)?;
        Some(entries.remove(at))
    }
}

/// Deeper than any description; guards the stack.
const MAX_DEPTH: usize = 32;

/// Makes nodes of the parts of one text.
struct Builder<'t> {
    text: &'t str,
    line_starts: Vec<usize>,
    ids: usize,
}

impl<'t> Builder<'t> {
    fn new(text: &'t str) -> Self {
        let after = text.match_indices('\n').map(|(at, _)| at + 1);
        let line_starts = std::iter::once(0).chain(after).collect();
        Self {
            text,
            line_starts,
            ids: 0,
        }
    }

    fn line(&self, offset: usize) -> usize {
        self.line_starts.partition_point(|start| *start <= offset)
    }

    fn node(&mut self, line: usize, value: Value) -> Node {
        self.ids += 1;
        Node {
            id: self.ids,
            line,
            value,
        }
    }
}

/// Reads TOML; all the mistakes of its syntax at once.
pub(crate) fn toml(text: &str) -> Result<Node, Vec<Problem>> {
    let mut builder = Builder::new(text);
    let (table, errors) = DeTable::parse_recoverable(text);
    if errors.is_empty() {
        let value = builder.toml_table(table.get_ref());
        return Ok(builder.node(1, value));
    }
    let problem = |error: &toml::de::Error| {
        let line = error.span().map(|span| builder.line(span.start));
        Problem::new(line, error.message())
    };
    Err(errors.iter().map(problem).collect())
}

impl Builder<'_> {
    fn toml_table(&mut self, table: &DeTable<'_>) -> Value {
        let mut entries: Vec<_> = table
            .iter()
            .map(|(key, value)| {
                // The table of a `[header]` or an `a.b = …` begins where its name does.
                let line = self.line(key.span().start);
                let node = self.toml(line.max(self.line(value.span().start)), value.get_ref());
                let key = key.get_ref().to_string();
                Entry { key, line, node }
            })
            .collect();
        entries.sort_by_key(|entry| entry.line);
        Value::Table(entries)
    }

    fn toml(&mut self, line: usize, value: &DeValue<'_>) -> Node {
        let value = match value {
            DeValue::String(text) => Value::Text(text.to_string()),
            DeValue::Integer(number) => {
                match i64::from_str_radix(number.as_str(), number.radix()) {
                    Ok(number) => Value::Integer(number),
                    Err(_) => Value::Float(f64::NAN),
                }
            }
            DeValue::Float(number) => Value::Float(number.as_str().parse().unwrap_or(f64::NAN)),
            DeValue::Boolean(value) => Value::Boolean(*value),
            DeValue::Datetime(_) => Value::Datetime,
            DeValue::Array(list) => {
                let elements = list.iter().map(|value| {
                    let line = self.line(value.span().start);
                    self.toml(line, value.get_ref())
                });
                Value::List(elements.collect())
            }
            DeValue::Table(table) => self.toml_table(table),
        };
        self.node(line, value)
    }
}

/// Reads JSON; the first mistake of its syntax.
pub(crate) fn json(text: &str) -> Result<Node, Vec<Problem>> {
    let mut builder = Builder::new(text);
    let root =
        serde_json::from_str::<&RawValue>(text).map_err(|error| vec![json_problem(1, &error)])?;
    builder.json(root, 0).map_err(|problem| vec![problem])
}

impl<'t> Builder<'t> {
    fn json(&mut self, raw: &'t RawValue, depth: usize) -> Result<Node, Problem> {
        // A borrowed raw value is a piece of the text.
        let offset = (raw.get().as_ptr() as usize).saturating_sub(self.text.as_ptr() as usize);
        let line = self.line(offset);
        if depth > MAX_DEPTH {
            return Err(Problem::new(
                Some(line),
                "is nested more deeply than any description",
            ));
        }
        let problem = |error: serde_json::Error| json_problem(line, &error);
        let value = match raw.get().as_bytes().first() {
            Some(b'{') => {
                let members: Members<'t> = serde_json::from_str(raw.get()).map_err(problem)?;
                let mut entries: Vec<Entry> = Vec::new();
                for (key, raw) in members.0 {
                    let node = self.json(raw, depth + 1)?;
                    if entries.iter().any(|entry| entry.key == key) {
                        let text = format!("duplicate key `{key}`; remove one");
                        return Err(Problem::new(Some(node.line), text));
                    }
                    entries.push(Entry {
                        key,
                        line: node.line,
                        node,
                    });
                }
                Value::Table(entries)
            }
            Some(b'[') => {
                let raw: Vec<&'t RawValue> = serde_json::from_str(raw.get()).map_err(problem)?;
                let elements = raw.into_iter().map(|raw| self.json(raw, depth + 1));
                Value::List(elements.collect::<Result<_, _>>()?)
            }
            Some(b'"') => Value::Text(serde_json::from_str(raw.get()).map_err(problem)?),
            Some(b't' | b'f') => Value::Boolean(raw.get() == "true"),
            Some(b'n') => Value::Null,
            _ => match raw.get().parse() {
                Ok(number) => Value::Integer(number),
                Err(_) => Value::Float(raw.get().parse().unwrap_or(f64::NAN)),
            },
        };
        Ok(self.node(line, value))
    }
}

/// `line` is that of the text that the error is about.
fn json_problem(line: usize, error: &serde_json::Error) -> Problem {
    let text = error.to_string();
    // The position follows as the line.
    let text = text.split(" at line ").next().unwrap_or(&text);
    Problem::new(Some(line + error.line().saturating_sub(1)), text)
}

/// The members of a JSON object in order, doubled keys too.
struct Members<'t>(Vec<(String, &'t RawValue)>);

impl<'de: 't, 't> Deserialize<'de> for Members<'t> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Object;

        impl<'de> Visitor<'de> for Object {
            type Value = Members<'de>;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Members<'de>, A::Error> {
                let mut members = Vec::new();
                while let Some(member) = map.next_entry()? {
                    members.push(member);
                }
                Ok(Members(members))
            }
        }

        deserializer.deserialize_map(Object)
    }
}
