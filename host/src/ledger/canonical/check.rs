use super::{CanonicalError, MAX_BYTES, MAX_DEPTH};

/// Whether `bytes` are canonical JSON, which is to say that reading and writing them again gives the same bytes.
///
/// # Errors
/// With the place of the first byte that is not.
pub fn check(bytes: &[u8]) -> Result<(), CanonicalError> {
    if bytes.len() > MAX_BYTES {
        return Err(CanonicalError::TooLong(bytes.len()));
    }
    let text =
        str::from_utf8(bytes).map_err(|error| CanonicalError::NotCanonical { at: error.valid_up_to() })?;
    let mut scanner = Scanner { text, at: 0 };
    scanner.value(0)?;
    if scanner.at == text.len() { Ok(()) } else { scanner.refuse() }
}

struct Scanner<'a> {
    text: &'a str,
    at: usize,
}

type Scanned<T = ()> = Result<T, CanonicalError>;

impl<'a> Scanner<'a> {
    fn refuse<T>(&self) -> Scanned<T> {
        Err(CanonicalError::NotCanonical { at: self.at })
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn skip(&mut self, wanted: u8) -> bool {
        let found = self.peek() == Some(wanted);
        self.at += usize::from(found);
        found
    }

    fn expect(&mut self, wanted: &str) -> Scanned {
        for byte in wanted.bytes() {
            if !self.skip(byte) {
                return self.refuse();
            }
        }
        Ok(())
    }

    fn value(&mut self, depth: usize) -> Scanned {
        match self.peek() {
            Some(b'{' | b'[') if depth == MAX_DEPTH => Err(CanonicalError::TooDeep),
            Some(b'{') => self.object(depth + 1),
            Some(b'[') => self.array(depth + 1),
            Some(b'"') => self.string().map(|_| ()),
            Some(b't') => self.expect("true"),
            Some(b'f') => self.expect("false"),
            Some(b'n') => self.expect("null"),
            _ => self.number(),
        }
    }

    fn array(&mut self, depth: usize) -> Scanned {
        self.expect("[")?;
        if self.skip(b']') {
            return Ok(());
        }
        loop {
            self.value(depth)?;
            if !self.skip(b',') {
                return self.expect("]");
            }
        }
    }

    fn object(&mut self, depth: usize) -> Scanned {
        self.expect("{")?;
        if self.skip(b'}') {
            return Ok(());
        }
        let mut before: Option<&str> = None;
        loop {
            let start = self.at;
            let key = self.string()?;
            if before.is_some_and(|before| !ascending(before, key)) {
                self.at = start;
                return self.refuse();
            }
            before = Some(key);
            self.expect(":")?;
            self.value(depth)?;
            if !self.skip(b',') {
                return self.expect("}");
            }
        }
    }

    /// A string as it is written, without its quotes.
    fn string(&mut self) -> Scanned<&'a str> {
        self.expect("\"")?;
        let start = self.at;
        loop {
            match self.peek() {
                None | Some(..b' ') => return self.refuse(),
                Some(b'"') => break,
                Some(b'\\') => self.escape()?,
                Some(_) => self.at += 1,
            }
        }
        self.at += 1;
        Ok(&self.text[start..self.at - 1])
    }

    fn escape(&mut self) -> Scanned {
        self.expect("\\")?;
        match self.peek() {
            Some(b'"' | b'\\' | b'b' | b't' | b'n' | b'f' | b'r') => self.at += 1,
            Some(b'u') => {
                self.expect("u00")?;
                let digits = self.text.get(self.at..self.at + 2);
                if digits.is_none_or(|digits| control(digits).is_none()) {
                    return self.refuse();
                }
                self.at += 2;
            }
            _ => return self.refuse(),
        }
        Ok(())
    }

    fn number(&mut self) -> Scanned {
        let rest = &self.text[self.at..];
        let length =
            rest.find(|c: char| !matches!(c, '0'..='9' | '-' | '+' | '.' | 'e')).unwrap_or(rest.len());
        let written = &rest[..length];
        let value = written.parse().ok().filter(|value: &f64| value.is_finite());
        if value.is_none_or(|value| ryu_js::Buffer::new().format_finite(value) != written) {
            return self.refuse();
        }
        self.at += length;
        Ok(())
    }
}

/// A control character without a short escape, from two lower-case hexadecimal digits.
fn control(digits: &str) -> Option<u8> {
    let value = u8::from_str_radix(digits, 16).ok()?;
    let short = matches!(value, 8 | 9 | 10 | 12 | 13);
    let lower = !digits.bytes().any(|digit| digit.is_ascii_uppercase() || digit == b'+');
    (value < b' ' && !short && lower).then_some(value)
}

/// Whether two keys, as written, are in the order of their UTF-16 code units and differ.
fn ascending(before: &str, after: &str) -> bool {
    let plain = |key: &str| key.is_ascii() && !key.contains('\\');
    if plain(before) && plain(after) {
        return before < after;
    }
    utf16(before).lt(utf16(after))
}

/// The UTF-16 code units of a string as it is written.
fn utf16(written: &str) -> impl Iterator<Item = u16> {
    let mut rest = written.chars();
    let unescaped = std::iter::from_fn(move || {
        let next = rest.next()?;
        if next != '\\' {
            return Some(next);
        }
        Some(match rest.next()? {
            'b' => '\u{8}',
            't' => '\t',
            'n' => '\n',
            'f' => '\u{c}',
            'r' => '\r',
            'u' => {
                let code = rest.as_str().get(2..4).and_then(control)?;
                rest.nth(3)?;
                char::from(code)
            }
            same => same,
        })
    });
    unescaped.collect::<String>().encode_utf16().collect::<Vec<_>>().into_iter()
}
