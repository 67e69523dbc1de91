//! Words of others, fit for a column, a header and a screen.

/// Most characters of a title.
const TITLE: usize = 200;

/// Most characters of a body.
const BODY: usize = 4_000;

/// One line without control characters, at most 200 characters; `otherwise` where nothing is left.
pub(super) fn title(text: &str, otherwise: &str) -> String {
    let words: Vec<&str> = text
        .split(|letter: char| letter.is_whitespace() || letter.is_control())
        .filter(|word| !word.is_empty())
        .collect();
    cut(if words.is_empty() { otherwise.to_owned() } else { words.join(" ") }, TITLE)
}

/// Lines without control characters, at most 4,000 characters.
pub(super) fn body(text: &str) -> String {
    let lines =
        text.lines().map(|line| line.replace(|letter: char| letter.is_control() && letter != '\t', " "));
    cut(lines.collect::<Vec<_>>().join("\n").trim().to_owned(), BODY)
}

/// The text, or its beginning with an ellipsis.
pub(super) fn cut(text: String, most: usize) -> String {
    match text.char_indices().nth(most) {
        None => text,
        Some(_) => text.chars().take(most - 1).chain(['…']).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_is_one_bounded_line() {
        assert_eq!(title(" NIFTY\r\nBcc: all@example.com\0 ", "X"), "NIFTY Bcc: all@example.com");
        assert_eq!(title("\n\u{7}", "PRICE_SPIKE"), "PRICE_SPIKE");
        assert_eq!(title(&"ü".repeat(200), ""), "ü".repeat(200));
        assert_eq!(title(&"ü".repeat(201), ""), format!("{}…", "ü".repeat(199)));
    }

    #[test]
    fn a_body_keeps_its_lines_and_nothing_that_controls() {
        assert_eq!(body("one\r\ntwo\0\u{1b}[31m\n"), "one\ntwo  [31m");
    }
}
