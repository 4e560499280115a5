//! Reads the vocabulary's tables.

use std::fs;
use std::path::Path;

use super::names;

pub(crate) struct Vocabulary {
    pub(crate) elements: Vec<Element>,
    pub(crate) lists: Vec<List>,
}

pub(crate) struct Element {
    pub(crate) id: String,
    pub(crate) rust: String,
    pub(crate) name: String,
    pub(crate) kind: String,
    pub(crate) text: String,
    pub(crate) text_rule: String,
    pub(crate) text_check: String,
    pub(crate) field: String,
    pub(crate) text_in_new: bool,
    pub(crate) children_field: String,
    pub(crate) children_type: String,
    pub(crate) children: Vec<String>,
    pub(crate) boxed: bool,
    pub(crate) terminal: bool,
    pub(crate) deprecated: String,
    pub(crate) page: String,
    pub(crate) meaning: String,
    pub(crate) attributes: Vec<Attribute>,
}

pub(crate) struct Attribute {
    pub(crate) name: String,
    pub(crate) kind: String,
    pub(crate) values: String,
    pub(crate) default: String,
    pub(crate) default_from: String,
    pub(crate) rule: String,
    pub(crate) check: String,
    pub(crate) misspelt: Vec<String>,
    pub(crate) codes: Vec<String>,
    pub(crate) required: bool,
    pub(crate) deprecated: String,
    pub(crate) seen_in: String,
    pub(crate) meaning: String,
}

pub(crate) struct List {
    pub(crate) name: String,
    pub(crate) open: bool,
    pub(crate) meaning: String,
    pub(crate) values: Vec<(String, String)>,
}

impl Vocabulary {
    pub(crate) fn read(folder: &Path) -> Self {
        let mut elements: Vec<Element> = table(folder, "elements.tsv")
            .into_iter()
            .map(|row| Element {
                id: row.get("id"),
                rust: row.get("type"),
                name: row.get("name"),
                kind: row.get("kind"),
                text: row.get("text"),
                text_rule: row.get("text_rule"),
                text_check: row.get("text_check"),
                field: row.get("field"),
                text_in_new: row.get("new") == "text",
                children_field: row.get("children_field"),
                children_type: row.get("children_type"),
                children: row
                    .get("children")
                    .split_whitespace()
                    .map(Into::into)
                    .collect(),
                boxed: row.get("boxed") == "boxed",
                terminal: row.get("terminal") == "terminal",
                deprecated: row.get("deprecated"),
                page: row.get("page"),
                meaning: row.get("meaning"),
                attributes: Vec::new(),
            })
            .collect();
        for row in table(folder, "attributes.tsv") {
            let id = row.get("element");
            let element = elements
                .iter_mut()
                .find(|element| element.id == id)
                .unwrap_or_else(|| panic!("no element {id}"));
            element.attributes.push(Attribute {
                name: row.get("name"),
                kind: row.get("type"),
                values: row.get("values"),
                default: row.get("default"),
                default_from: row.get("default_from"),
                rule: row.get("rule"),
                check: row.get("check"),
                misspelt: row
                    .get("misspelt")
                    .split_whitespace()
                    .map(Into::into)
                    .collect(),
                codes: row
                    .get("codes")
                    .split_whitespace()
                    .map(Into::into)
                    .collect(),
                required: row.get("required") == "required",
                deprecated: row.get("deprecated"),
                seen_in: row.get("seen_in"),
                meaning: row.get("meaning"),
            });
        }
        let mut lists: Vec<List> = table(folder, "lists.tsv")
            .into_iter()
            .map(|row| List {
                name: row.get("list"),
                open: row.get("open") == "open",
                meaning: row.get("meaning"),
                values: Vec::new(),
            })
            .collect();
        for row in table(folder, "values.tsv") {
            let name = row.get("list");
            let list = lists
                .iter_mut()
                .find(|list| list.name == name)
                .unwrap_or_else(|| panic!("no list {name}"));
            list.values.push((row.get("value"), row.get("deprecated")));
        }
        Self { elements, lists }
    }

    /// The element named `key` in the family of `parent`.
    pub(crate) fn child(&self, parent: &Element, key: &str) -> &Element {
        let id = format!("{}.{key}", parent.family());
        self.elements
            .iter()
            .find(|element| element.id == id)
            .unwrap_or_else(|| panic!("no element {id}"))
    }
}

impl Element {
    pub(crate) fn family(&self) -> &str {
        self.id.split_once('.').unwrap().0
    }

    pub(crate) fn key(&self) -> &str {
        self.id.split_once('.').unwrap().1
    }

    pub(crate) fn is_ssml(&self) -> bool {
        self.kind == "ssml"
    }

    pub(crate) fn is_mixed(&self) -> bool {
        self.text == "mixed"
    }

    pub(crate) fn has_children(&self) -> bool {
        !self.children_type.is_empty()
    }

    /// Whether its children are an enum of its own rather than SSML's one.
    pub(crate) fn has_own_children(&self) -> bool {
        self.has_children() && !self.is_mixed()
    }

    pub(crate) fn text_required(&self) -> bool {
        self.text.ends_with('!')
    }

    pub(crate) fn file(&self) -> String {
        names::snake(&self.rust)
    }

    /// The method of its parent that adds it, which is also its variant's name in small letters.
    pub(crate) fn method(&self) -> String {
        names::snake(if self.is_ssml() {
            &self.rust
        } else {
            &self.name
        })
    }

    pub(crate) fn variant(&self) -> String {
        if self.is_ssml() {
            self.rust.clone()
        } else {
            self.name.clone()
        }
    }

    /// Attributes with a typed field.
    pub(crate) fn typed(&self) -> impl Iterator<Item = &Attribute> {
        self.attributes
            .iter()
            .filter(|attribute| attribute.deprecated != "legacy")
    }

    pub(crate) fn required(&self) -> impl Iterator<Item = &Attribute> {
        self.typed().filter(|attribute| attribute.required)
    }

    /// Whether a value without arguments makes sense.
    pub(crate) fn has_default(&self) -> bool {
        self.required().next().is_none() && !self.text_required()
    }
}

struct Row {
    columns: Vec<String>,
    cells: Vec<String>,
}

impl Row {
    fn get(&self, column: &str) -> String {
        let at = self
            .columns
            .iter()
            .position(|name| name == column)
            .unwrap_or_else(|| panic!("no column {column}"));
        self.cells[at].clone()
    }
}

fn table(folder: &Path, file: &str) -> Vec<Row> {
    let text =
        fs::read_to_string(folder.join(file)).unwrap_or_else(|error| panic!("{file}: {error}"));
    let mut lines = text
        .lines()
        .filter(|line| !line.is_empty() && !line.starts_with("# "));
    let columns: Vec<String> = lines.next().unwrap().split('\t').map(Into::into).collect();
    lines
        .map(|line| {
            let cells: Vec<String> = line.split('\t').map(Into::into).collect();
            assert_eq!(
                cells.len(),
                columns.len(),
                "{file}: wrong number of cells in {line:?}"
            );
            Row {
                columns: columns.clone(),
                cells,
            }
        })
        .collect()
}
