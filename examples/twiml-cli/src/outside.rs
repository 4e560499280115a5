//! What the model of a document does not hold: comments around the document element, and processing
//! instructions. Formatting must not lose them in silence.

/// Found in a document that is known to be well-formed.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Outside<'d> {
    /// Comments before the document element, whole.
    pub(crate) before: Vec<&'d str>,
    /// Comments after it.
    pub(crate) after: Vec<&'d str>,
    /// The first processing instruction, which has no place in the model.
    pub(crate) instruction: Option<&'d str>,
}

impl<'d> Outside<'d> {
    /// Looks through the markup of a well-formed document.
    pub(crate) fn of(document: &'d str) -> Self {
        let mut found = Self::default();
        let mut rest = document;
        let (mut depth, mut root_seen) = (0usize, false);
        while let Some(at) = rest.find('<') {
            rest = &rest[at..];
            let markup = markup(rest);
            if markup.starts_with("<!--") {
                match (depth, root_seen) {
                    (0, false) => found.before.push(markup),
                    (0, true) => found.after.push(markup),
                    _ => {}
                }
            } else if markup.starts_with("<?") {
                let declaration = markup.starts_with("<?xml ") || markup.starts_with("<?xml\t");
                if !declaration && found.instruction.is_none() {
                    found.instruction = Some(markup);
                }
            } else if markup.starts_with("</") {
                depth = depth.saturating_sub(1);
            } else if !markup.starts_with("<!") {
                root_seen = true;
                if !markup.ends_with("/>") {
                    depth += 1;
                }
            }
            rest = &rest[markup.len()..];
        }
        found
    }
}

/// The piece of markup that `text` begins with.
fn markup(text: &str) -> &str {
    let end = |mark: &str| text.find(mark).map(|at| at + mark.len());
    let end = if let Some(comment) = text.strip_prefix("<!--") {
        // `<!-->` is no whole comment: the end is looked for behind the beginning.
        comment.find("-->").map(|at| at + "<!---->".len())
    } else if text.starts_with("<![CDATA[") {
        end("]]>")
    } else if text.starts_with("<?") {
        end("?>")
    } else {
        tag_end(text)
    };
    &text[..end.unwrap_or(text.len())]
}

/// Where a tag ends: at the first `>` that is not in quotes.
fn tag_end(text: &str) -> Option<usize> {
    let mut quote = None;
    for (at, byte) in text.bytes().enumerate() {
        match (quote, byte) {
            (None, b'>') => return Some(at + 1),
            (None, b'"' | b'\'') => quote = Some(byte),
            (Some(open), byte) if open == byte => quote = None,
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_around_the_document_element_are_found() {
        let document = "\u{FEFF}<?xml version=\"1.0\"?>\n<!-- a <b> -->\n<!--c--><Response a='>'><!-- in -->\
                        <Say><![CDATA[<!-- text -->]]></Say><Pause/></Response><!-- z -->\n";
        let found = Outside::of(document);
        assert_eq!(found.before, ["<!-- a <b> -->", "<!--c-->"]);
        assert_eq!(found.after, ["<!-- z -->"]);
        assert_eq!(found.instruction, None);
    }

    #[test]
    fn instructions_are_found_but_not_in_text_or_comments() {
        let found =
            Outside::of("<Response><!-- <?a?> --><Say><![CDATA[<?b?>]]></Say><?c d?></Response>");
        assert_eq!(found.instruction, Some("<?c d?>"));
        assert_eq!(
            Outside::of("<?xml-stylesheet x?><Response/>").instruction,
            Some("<?xml-stylesheet x?>")
        );
        assert_eq!(
            Outside::of("<?xml version='1.0'?><Response/>"),
            Outside::default()
        );
    }
}
