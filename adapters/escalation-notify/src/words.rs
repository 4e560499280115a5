//! What a delivery says.

use escalation_core::{Cause, Delivery, Reason, Template};

/// The message of each notification that is delivered, or the notifier's own words for one that has
/// none.
pub(crate) struct Words(Vec<String>);

impl Words {
    pub(crate) fn of(delivery: &Delivery, otherwise: &Template) -> Result<Self, Reason> {
        let each = delivery.all().map(|each| match each.message() {
            Some(message) => Ok(message.to_owned()),
            None => filled(otherwise, each),
        });
        each.collect::<Result<_, _>>().map(Self)
    }

    /// All of them, a line each.
    pub(crate) fn lines(&self) -> String {
        self.0.join("\n")
    }

    /// As many as there is room for, and how many more there are; the first is cut if it must be.
    pub(crate) fn within(&self, characters: usize) -> String {
        let all = self.lines();
        if all.chars().count() <= characters {
            return all;
        }
        let more = |shown: usize| match self.0.len() - shown {
            0 => String::new(),
            more => format!("\n(and {more} more)"),
        };
        // From all but one down to the first.
        for shown in (1..self.0.len()).rev() {
            let text = self.0[..shown].join("\n") + &more(shown);
            if text.chars().count() <= characters {
                return text;
            }
        }
        let more = more(1);
        let room = characters.saturating_sub(more.chars().count());
        let first = self.0.first().map(String::as_str).unwrap_or_default();
        first.chars().take(room).chain(more.chars()).collect()
    }

    /// The same for a voice: control characters have no sound, and no place in XML.
    pub(crate) fn spoken(&self, characters: usize) -> String {
        let silent = |c: char| c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}');
        self.within(characters)
            .chars()
            .map(|c| if silent(c) && c != '\n' { ' ' } else { c })
            .collect()
    }
}

/// The words of a template of the notifier's own.
pub(crate) fn filled(template: &Template, delivery: &Delivery) -> Result<String, Reason> {
    template
        .render(delivery)
        .map_err(|error| Reason::new(Cause::BadMessage, error.to_string()))
}

/// Without what would begin another line, or ring a terminal's bell.
pub(crate) fn on_one_line(words: &str) -> String {
    words
        .chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_has_no_room_is_counted() {
        let words = Words(vec!["one".into(), "two".into(), "three".into()]);
        assert_eq!(words.within(13), "one\ntwo\nthree");
        assert_eq!(words.within(20), "one\ntwo\nthree");
        let words = Words(vec!["one".into(), "two".into(), "three and more".into()]);
        assert_eq!(words.within(20), "one\ntwo\n(and 1 more)");
        assert_eq!(words.within(18), "one\n(and 2 more)");
        assert_eq!(words.within(15), "on\n(and 2 more)");
        let words = Words(vec!["one \u{7}&\u{ffff}".into()]);
        assert_eq!(words.within(2), "on");
        assert_eq!(words.spoken(99), "one  & ");
    }
}
