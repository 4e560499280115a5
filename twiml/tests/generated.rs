//! Proves that `src/generated` is what the vocabulary makes; `TWIML_BLESS=1` renews it.
#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod generator;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::{env, fs};

use generator::vocabulary::Vocabulary;

#[test]
fn generated_code_is_current() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let vocabulary = Vocabulary::read(&root.join("vocabulary"));
    let expected = generator::files(&vocabulary);
    let folder = root.join("src/generated");
    if env::var_os("TWIML_BLESS").is_some() {
        let _ = fs::remove_dir_all(&folder);
        for (path, text) in &expected {
            let path = folder.join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
    }
    let forms = root.join("tests/every_form/forms.rs");
    if env::var_os("TWIML_BLESS").is_some() {
        fs::write(&forms, generator::forms::file(&vocabulary)).unwrap();
    }
    let mut found = BTreeMap::new();
    collect(&folder, &folder, &mut found);
    let renew = "run TWIML_BLESS=1 cargo test -p twiml --test generated";
    assert_eq!(
        found.keys().collect::<Vec<_>>(),
        expected.keys().collect::<Vec<_>>(),
        "{renew}"
    );
    for (path, text) in &expected {
        assert!(&found[path] == text, "{path} is not current: {renew}");
    }
    let forms = fs::read_to_string(forms).unwrap_or_default();
    assert!(
        forms == generator::forms::file(&vocabulary),
        "tests/every_form/forms.rs is not current: {renew}"
    );
}

fn collect(root: &Path, folder: &Path, found: &mut BTreeMap<String, String>) {
    let Ok(entries) = fs::read_dir(folder) else {
        return;
    };
    for path in entries.map(|entry| entry.unwrap().path()) {
        if path.is_dir() {
            collect(root, &path, found);
        } else {
            let name: PathBuf = path.strip_prefix(root).unwrap().into();
            found.insert(
                name.to_str().unwrap().replace('\\', "/"),
                fs::read_to_string(&path).unwrap(),
            );
        }
    }
}
