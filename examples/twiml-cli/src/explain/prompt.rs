//! What a caller hears: speech, sounds, silence, and the keys that speech names.

use twiml::voice::{GatherVerb, Pause, Play, PromptVerb, Say, Seconds};

use super::outline::Step;
use super::phrase::{seconds, times, unknown};

pub(super) fn say(say: &Say) -> Step {
    let words = words(say);
    let mut how = Vec::new();
    if let Some(voice) = &say.voice {
        how.push(format!("voice {voice}"));
    }
    if let Some(language) = &say.language {
        how.push(language.to_string());
    }
    let how = if how.is_empty() {
        String::new()
    } else {
        format!(" ({})", how.join(", "))
    };
    if words.is_empty() {
        return Step::new(format!("says nothing{how}"));
    }
    Step::new(times(
        format!("says \u{201c}{words}\u{201d}{how}"),
        say.loop_,
    ))
}

pub(super) fn play(play: &Play) -> Step {
    let text = match (&play.url, &play.digits) {
        (_, Some(digits)) => format!("sends the tones {digits}"),
        (Some(url), None) => format!("plays {url}"),
        (None, None) => "plays nothing".to_owned(),
    };
    Step::new(times(text, play.loop_))
}

pub(super) fn pause(pause: &Pause) -> Step {
    let length = pause.length.unwrap_or(Seconds::new(1));
    Step::new(format!("waits {} in silence", seconds(length)))
}

/// The prompts nested in `<Gather>`.
pub(super) fn gather(verb: &GatherVerb) -> Option<Step> {
    match verb {
        GatherVerb::Say(it) => Some(say(it)),
        GatherVerb::Play(it) => Some(play(it)),
        GatherVerb::Pause(it) => Some(pause(it)),
        GatherVerb::Unchecked(node) => Some(unknown(node)),
        _ => None,
    }
}

/// The prompts nested in `<Prompt>`.
pub(super) fn prompt(verb: &PromptVerb) -> Option<Step> {
    match verb {
        PromptVerb::Say(it) => Some(say(it)),
        PromptVerb::Play(it) => Some(play(it)),
        PromptVerb::Pause(it) => Some(pause(it)),
        PromptVerb::Unchecked(node) => Some(unknown(node)),
        _ => None,
    }
}

/// The keys that English prompts tell the caller to press, in their order.
pub(super) fn keys<'s>(prompts: impl IntoIterator<Item = &'s Say>) -> Vec<char> {
    let mut keys = Vec::new();
    for say in prompts {
        let text = words(say).to_lowercase();
        let mut words = text.split_whitespace().map(|word| {
            word.trim_matches(|character: char| {
                !character.is_alphanumeric() && !matches!(character, '*' | '#')
            })
        });
        while let Some(word) = words.next() {
            if !matches!(word, "press" | "dial" | "enter") {
                continue;
            }
            let mut next = words.next();
            while matches!(next, Some("the" | "key")) {
                next = words.next();
            }
            if let Some(key) = next.and_then(key).filter(|key| !keys.contains(key)) {
                keys.push(key);
            }
        }
    }
    keys
}

fn key(word: &str) -> Option<char> {
    Some(match word {
        "zero" => '0',
        "one" => '1',
        "two" => '2',
        "three" => '3',
        "four" => '4',
        "five" => '5',
        "six" => '6',
        "seven" => '7',
        "eight" => '8',
        "nine" => '9',
        "star" | "asterisk" => '*',
        "pound" | "hash" => '#',
        _ => {
            let mut characters = word.chars();
            let first = characters.next()?;
            if characters.next().is_some() || !matches!(first, '0'..='9' | '*' | '#') {
                return None;
            }
            first
        }
    })
}

/// The words with blanks and line breaks run together, as a voice reads them.
fn words(say: &Say) -> String {
    let text = say.plain_text();
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_read_from_the_words() {
        let say = Say::from(
            "For sales, press 1. For help press TWO; press the pound key to go back, press 1 again.",
        );
        assert_eq!(keys([&say]), ['1', '2', '#']);
        assert_eq!(
            keys([&Say::from("Enter your PIN, or press 12. We press on.")]),
            []
        );
        assert_eq!(keys([&Say::from("Press")]), []);
    }
}
