//! Writes `src/generated` from `vocabulary`.

/// Appends one line of code.
macro_rules! line {
    ($out:expr, $($code:tt)*) => {{
        $out.push_str(&format!($($code)*));
        $out.push('\n');
    }};
}

pub(crate) mod element;
pub(crate) mod forms;
pub(crate) mod names;
pub(crate) mod rules;
pub(crate) mod values;
pub(crate) mod vocabulary;

use std::collections::BTreeMap;

use vocabulary::Vocabulary;

pub(crate) const HEADER: &str = "// Written by `TWIML_BLESS=1 cargo test -p twiml --test generated` from twiml/vocabulary: edit that instead.\n\n";

/// Every generated file: path below `src/generated`, and text.
pub(crate) fn files(vocabulary: &Vocabulary) -> BTreeMap<String, String> {
    let mut files = BTreeMap::new();
    files.insert(
        "mod.rs".into(),
        format!(
            "{HEADER}pub(crate) mod messaging;\npub(crate) mod values;\n#[cfg(feature = \"parse\")]\npub(crate) mod vocabulary;\npub(crate) mod voice;\n"
        ),
    );
    for (family, doc) in [
        ("voice", "Verbs and nouns of a voice answer."),
        ("messaging", "Verbs and nouns of a messaging answer."),
    ] {
        let mut index = format!("{HEADER}//! {doc}\n\n");
        if family == "voice" {
            index.push_str("pub mod ssml;\n");
        }
        let mut uses = String::new();
        for element in vocabulary
            .elements
            .iter()
            .filter(|element| element.family() == family && !element.is_ssml())
        {
            let file = element.file();
            line!(index, "mod {file};");
            let mut names = vec![element.rust.clone()];
            if element.has_own_children() {
                names.push(element.children_type.clone());
            }
            names.sort();
            line!(uses, "pub use {file}::{};", list(&names));
            files.insert(
                format!("{family}/{file}.rs"),
                element::file(vocabulary, element),
            );
        }
        files.insert(format!("{family}/mod.rs"), format!("{index}\n{uses}"));
    }
    let mut index = format!("{HEADER}//! SSML: how the words of `<Say>` are spoken.\n\n");
    let mut uses = String::new();
    for element in vocabulary
        .elements
        .iter()
        .filter(|element| element.is_ssml())
    {
        let file = element.file();
        line!(index, "mod {file};");
        line!(uses, "pub use {file}::{};", element.rust);
        files.insert(
            format!("voice/ssml/{file}.rs"),
            element::file(vocabulary, element),
        );
    }
    line!(index, "mod node;\n\n{uses}pub use node::Node;");
    files.insert("voice/ssml/mod.rs".into(), index);
    files.insert("voice/ssml/node.rs".into(), element::ssml_node(vocabulary));
    files.insert("vocabulary.rs".into(), rules::file(vocabulary));
    values::files(vocabulary, &mut files);
    files
}

fn list(names: &[String]) -> String {
    if let [name] = names {
        name.clone()
    } else {
        format!("{{{}}}", names.join(", "))
    }
}
