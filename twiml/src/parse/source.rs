//! A document as it stands, without the vocabulary, for lint.

use alloc::string::String;
use alloc::vec::Vec;

use super::reader::{Part, Reader, Tag, is_space};
use super::{ParseOptions, Result};

/// Reads a whole document without looking at the vocabulary, remembering where everything stands.
pub(crate) fn source(document: &str, options: &ParseOptions) -> Result<Source> {
    Reader::open(document, options)?.root(Reader::source)
}

/// An element and where it stands.
pub(crate) struct Source {
    pub(crate) name: String,
    pub(crate) offset: usize,
    pub(crate) attributes: Vec<SourceAttribute>,
    pub(crate) children: Vec<Self>,
    /// All its text, and where the first of it stands.
    pub(crate) text: String,
    pub(crate) text_offset: usize,
}

/// An attribute and where it stands.
pub(crate) struct SourceAttribute {
    pub(crate) name: String,
    pub(crate) value: String,
    pub(crate) offset: usize,
}

impl Reader<'_> {
    /// Reads an element without looking at the vocabulary, remembering where everything stands.
    fn source(&mut self, tag: &Tag<'_>) -> Result<Source> {
        self.check_name(tag.offset, tag.name())?;
        let mut source = Source {
            name: tag.name().into(),
            offset: tag.offset,
            attributes: Vec::new(),
            children: Vec::new(),
            text: String::new(),
            text_offset: tag.offset,
        };
        for (number, attribute) in tag.start.attributes().with_checks(false).enumerate() {
            let read = self.attribute(tag, number, attribute)?;
            self.check_name(read.offset, read.name)?;
            if source.attributes.iter().any(|kept| kept.name == read.name) {
                return Err(self.twice(tag, &read));
            }
            let (name, value) = (read.name.into(), read.value.into_owned());
            source.attributes.push(SourceAttribute {
                name,
                value,
                offset: read.offset,
            });
        }
        loop {
            let offset = self.offset();
            match self.part(tag)? {
                None => return Ok(source),
                Some(Part::Element(child)) => source.children.push(self.source(&child)?),
                Some(Part::Comment(_)) => {}
                Some(Part::Text(text)) => {
                    if source.text.bytes().all(is_space) {
                        source.text_offset = offset;
                    }
                    source.text.push_str(&text);
                }
            }
        }
    }
}
