//! Text from outside made harmless in HTML.

use std::fmt;

/// Text in which nothing is markup, in elements and in quoted attributes alike. Control characters become spaces.
pub(super) struct Text<'a>(pub(super) &'a str);

impl fmt::Display for Text<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for letter in self.0.chars() {
            match letter {
                '&' => f.write_str("&amp;")?,
                '<' => f.write_str("&lt;")?,
                '>' => f.write_str("&gt;")?,
                '"' => f.write_str("&quot;")?,
                '\'' => f.write_str("&#39;")?,
                letter if letter.is_control() => f.write_str(" ")?,
                letter => write!(f, "{letter}")?,
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_left_that_could_be_markup() {
        let escaped = Text("<img src=x onerror='alert(1)'> & \"\0\u{1b}\n").to_string();
        assert_eq!(escaped, "&lt;img src=x onerror=&#39;alert(1)&#39;&gt; &amp; &quot;   ");
    }
}
