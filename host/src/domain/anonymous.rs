//! Texts without the name of the person they are about: reasons and messages go to the ledger and to the agent, and
//! no name may follow them there.

use std::borrow::Cow;

/// Names of so many characters are taken out wherever they stand; shorter ones, which numbers and words may contain by
/// chance, where they stand by themselves.
const DISTINCT: usize = 4;

/// Puts `instead` in the place of a name.
pub fn hide<'a>(text: &'a str, name: &str, instead: &str) -> Cow<'a, str> {
    if name.is_empty() || !text.contains(name) {
        return Cow::Borrowed(text);
    }
    if name.chars().count() >= DISTINCT {
        return Cow::Owned(text.replace(name, instead));
    }
    let mut hidden = String::with_capacity(text.len());
    let mut end = 0;
    for (at, _) in text.match_indices(name) {
        let (before, after) = (&text[..at], &text[at + name.len()..]);
        let alone = !before.ends_with(char::is_alphanumeric) && !after.starts_with(char::is_alphanumeric);
        hidden.push_str(&text[end..at]);
        hidden.push_str(if alone { instead } else { name });
        end = at + name.len();
    }
    hidden.push_str(&text[end..]);
    Cow::Owned(hidden)
}

#[cfg(test)]
mod tests {
    use super::hide;

    #[test]
    fn a_short_name_is_hidden_where_it_stands_by_itself() {
        let hide = |text| hide(text, "u7", "the trader").into_owned();
        assert_eq!(hide("u7 doubled after a loss of u7."), "the trader doubled after a loss of the trader.");
        assert_eq!(
            hide("u71 and mu7 are others, u7_x is not"),
            "u71 and mu7 are others, the trader_x is not"
        );
        assert_eq!(hide("u7u7"), "u7u7");
        assert_eq!(hide("nobody"), "nobody");
    }

    #[test]
    fn a_long_name_is_hidden_wherever_it_stands() {
        assert_eq!(hide("xanna.leex", "anna.lee", "the trader"), "xthe traderx");
    }

    #[test]
    fn an_empty_name_hides_nothing() {
        assert_eq!(hide("text", "", "x"), "text");
    }
}
