//! Texts without the name of the person they are about: reasons and messages go to the ledger and to the agent, and
//! no name may follow them there.

use std::borrow::Cow;

/// Puts `instead` in the place of a name, wherever it stands by itself in a text: not within a longer word or number.
pub fn hide<'a>(text: &'a str, name: &str, instead: &str) -> Cow<'a, str> {
    if name.is_empty() || !text.contains(name) {
        return Cow::Borrowed(text);
    }
    let mut hidden = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(name) {
        let (before, from) = rest.split_at(at);
        let after = &from[name.len()..];
        let apart =
            !hidden_end(&hidden, before).is_some_and(is_part) && !after.chars().next().is_some_and(is_part);
        hidden.push_str(before);
        hidden.push_str(if apart { instead } else { name });
        rest = after;
    }
    hidden.push_str(rest);
    Cow::Owned(hidden)
}

/// The character before a name.
fn hidden_end(hidden: &str, before: &str) -> Option<char> {
    before.chars().next_back().or_else(|| hidden.chars().next_back())
}

fn is_part(character: char) -> bool {
    character.is_alphanumeric() || character == '_'
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_hidden_where_it_stands_by_itself() {
        let hide = |text| hide(text, "u7", "the trader").into_owned();
        assert_eq!(hide("u7 doubled after a loss of u7."), "the trader doubled after a loss of the trader.");
        assert_eq!(hide("u71 and mu7 and u7_x are others"), "u71 and mu7 and u7_x are others");
        assert_eq!(hide("u7u7"), "u7u7");
        assert_eq!(hide("nobody"), "nobody");
    }

    #[test]
    fn an_empty_name_hides_nothing() {
        assert_eq!(super::hide("text", "", "x"), "text");
    }
}
