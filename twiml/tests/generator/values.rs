//! One file per value list.

use std::collections::{BTreeMap, BTreeSet};

use super::vocabulary::Vocabulary;
use super::{HEADER, names};

pub(crate) fn files(vocabulary: &Vocabulary, files: &mut BTreeMap<String, String>) {
    let mut index = format!("{HEADER}//! The value lists.\n\n");
    let mut uses = String::new();
    for list in &vocabulary.lists {
        let file = names::snake(&list.name);
        let name = &list.name;
        line!(index, "mod {file};");
        line!(uses, "pub use {file}::{name};");
        let mut out = format!(
            "{HEADER}crate::value::open_enum! {{\n    /// {}.\n    {name} {{\n",
            list.meaning
        );
        let mut values = list.values.clone();
        values.sort();
        let mut variants = BTreeSet::new();
        for (value, deprecated) in values {
            let variant = names::camel(&value);
            assert!(
                variant != "Other" && variants.insert(variant.clone()),
                "{name}: {variant} twice"
            );
            if !deprecated.is_empty() {
                line!(out, "        /// ({deprecated})");
            }
            line!(out, "        {variant} = \"{value}\",");
        }
        out.push_str("    }\n}\n");
        files.insert(format!("values/{file}.rs"), out);
    }
    files.insert("values/mod.rs".into(), format!("{index}\n{uses}"));
}
