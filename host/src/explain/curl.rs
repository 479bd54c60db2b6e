//! A curl command line, as the developer tools of browsers copy it: for a POSIX shell, or for Windows' cmd.

use std::iter::Peekable;
use std::str::Chars;

use super::input::{self, Request};

/// The URL and the headers of a curl line.
pub(crate) fn request(line: &str) -> Result<Request, String> {
    let words = words(line).map_err(|error| format!("the curl line cannot be read: {error}"))?;
    let (mut url, mut lines) = (None, Vec::new());
    let mut rest = words.into_iter().skip(1);
    while let Some(word) = rest.next() {
        if word == "-H" || word == "--header" {
            lines.push(rest.next().unwrap_or_default());
        } else if word == "--url" {
            url = rest.next();
        } else if let Some(line) = word.strip_prefix("-H").or_else(|| word.strip_prefix("--header=")) {
            lines.push(line.to_owned());
        } else if word.contains("://") {
            url = Some(word);
        }
    }
    Ok(Request { url, ..input::request(lines.iter().map(String::as_str))? })
}

fn words(line: &str) -> Result<Vec<String>, &'static str> {
    if line.contains("^\"") { microsoft_words(&without_carets(line)) } else { posix_words(line) }
}

const UNCLOSED: &str = "a quote is not closed";

/// Collects words from characters.
#[derive(Default)]
struct Words {
    done: Vec<String>,
    open: Option<String>,
}

impl Words {
    /// The current word; an empty pair of quotes begins one too.
    fn open(&mut self) -> &mut String {
        self.open.get_or_insert_default()
    }

    fn end(&mut self) {
        self.done.extend(self.open.take());
    }

    fn finish(mut self) -> Vec<String> {
        self.end();
        self.done
    }
}

/// Splits as a POSIX shell does; `$'...'` as bash does.
fn posix_words(line: &str) -> Result<Vec<String>, &'static str> {
    let mut words = Words::default();
    let mut rest = line.chars().peekable();
    while let Some(c) = rest.next() {
        match c {
            '\'' => single_quoted(&mut rest, words.open())?,
            '"' => double_quoted(&mut rest, words.open())?,
            '$' if rest.next_if_eq(&'\'').is_some() => ansi_quoted(&mut rest, words.open())?,
            '\\' if is_newline(&mut rest) => {}
            '\\' => words.open().extend(rest.next()),
            c if c.is_whitespace() => words.end(),
            c => words.open().push(c),
        }
    }
    Ok(words.finish())
}

/// Takes the end of a line, after the backslash that continues it.
fn is_newline(rest: &mut Peekable<Chars<'_>>) -> bool {
    rest.next_if_eq(&'\r');
    rest.next_if_eq(&'\n').is_some()
}

fn single_quoted(rest: &mut Peekable<Chars<'_>>, word: &mut String) -> Result<(), &'static str> {
    loop {
        match rest.next().ok_or(UNCLOSED)? {
            '\'' => return Ok(()),
            c => word.push(c),
        }
    }
}

fn double_quoted(rest: &mut Peekable<Chars<'_>>, word: &mut String) -> Result<(), &'static str> {
    loop {
        match rest.next().ok_or(UNCLOSED)? {
            '"' => return Ok(()),
            '\\' => match rest.next().ok_or(UNCLOSED)? {
                '\n' => {}
                c @ ('$' | '`' | '"' | '\\') => word.push(c),
                c => word.extend(['\\', c]),
            },
            c => word.push(c),
        }
    }
}

fn ansi_quoted(rest: &mut Peekable<Chars<'_>>, word: &mut String) -> Result<(), &'static str> {
    loop {
        match rest.next().ok_or(UNCLOSED)? {
            '\'' => return Ok(()),
            '\\' => word.push(escaped(rest).ok_or(UNCLOSED)?),
            c => word.push(c),
        }
    }
}

/// The character of an escape in bash's `$'...'`.
fn escaped(rest: &mut Peekable<Chars<'_>>) -> Option<char> {
    Some(match rest.next()? {
        'a' => '\x07',
        'b' => '\x08',
        'e' | 'E' => '\x1b',
        'f' => '\x0c',
        'n' => '\n',
        'r' => '\r',
        't' => '\t',
        'v' => '\x0b',
        'u' => code_point(rest, None, 16, 4),
        'U' => code_point(rest, None, 16, 8),
        'x' => code_point(rest, None, 16, 2),
        c @ '0'..='7' => code_point(rest, c.to_digit(8), 8, 2),
        c => c,
    })
}

/// The character with the code point in at most `most` digits.
fn code_point(rest: &mut Peekable<Chars<'_>>, first: Option<u32>, radix: u32, most: usize) -> char {
    let mut number = first.unwrap_or(0);
    for _ in 0..most {
        let Some(digit) = rest.next_if(|c| c.is_digit(radix)).and_then(|c| c.to_digit(radix)) else { break };
        number = number.saturating_mul(radix).saturating_add(digit);
    }
    char::from_u32(number).unwrap_or(char::REPLACEMENT_CHARACTER)
}

/// The line as cmd passes it to a program: a caret is removed, and one at the end of a line continues it.
fn without_carets(line: &str) -> String {
    let (mut plain, mut rest) = (String::new(), line.chars().peekable());
    while let Some(c) = rest.next() {
        match c {
            '^' if is_newline(&mut rest) => plain.push(' '),
            '^' => plain.extend(rest.next()),
            c => plain.push(c),
        }
    }
    plain
}

/// Splits by the rules of Microsoft's C library: before a quote two backslashes mean one, and the last of an odd number
/// escapes the quote.
fn microsoft_words(line: &str) -> Result<Vec<String>, &'static str> {
    let (mut words, mut is_quoted) = (Words::default(), false);
    let mut rest = line.chars().peekable();
    while let Some(c) = rest.next() {
        match c {
            '\\' => {
                let mut slashes = 1;
                while rest.next_if_eq(&'\\').is_some() {
                    slashes += 1;
                }
                let is_before_quote = rest.peek() == Some(&'"');
                let kept = if is_before_quote { slashes / 2 } else { slashes };
                words.open().extend(std::iter::repeat_n('\\', kept));
                if is_before_quote && slashes % 2 == 1 {
                    words.open().extend(rest.next());
                }
            }
            '"' => {
                is_quoted = !is_quoted;
                words.open();
            }
            c if c.is_whitespace() && !is_quoted => words.end(),
            c => words.open().push(c),
        }
    }
    if is_quoted { Err(UNCLOSED) } else { Ok(words.finish()) }
}

#[cfg(test)]
mod tests {
    use super::words;

    #[test]
    fn quotes_of_both_shells_are_read() {
        for (quoted, meant) in [
            (r"$'\u00e9\x41\101\t\\\''", "\u{e9}AA\t\\'"),
            (r#"'$'"$'x'"\$"#, "$$'x'$"),
            (r#"a'b'"c\$\d" '' e"#, "abc$\\d||e"),
            ("a\\\nb \\\r\n c", "ab|c"),
            (r#"^"a^\^"b\\^" ^"^^^%^" "#, "a\"b\\|^%"),
            (r#"^"a\b^\\\^"c^" ^"^""#, "a\\b\\\"c|"),
            ("^\"a^\" ^\r\n b", "a|b"),
        ] {
            assert_eq!(words(quoted).map(|words| words.join("|")), Ok(meant.to_owned()), "{quoted}");
        }
        for unclosed in ["'a", "\"a", "$'a", "$'a\\", "\"a\\", "^\"a"] {
            assert_eq!(words(unclosed), Err("a quote is not closed"), "{unclosed}");
        }
    }
}
