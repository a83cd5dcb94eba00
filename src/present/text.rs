//! Small texts that several reports share: times, lengths of time, and foreign texts made safe and short.

use std::fmt::{self, Write};

use crate::history::Failure;
use crate::value::{Timestamp, Value, json};

/// Lines that a block of foreign text may take.
const BLOCK_LINES: usize = 30;
/// Characters that a line of a block may take.
const BLOCK_COLUMNS: usize = 240;
/// Bytes of JSON that are worth laying out.
const BLOCK_BYTES: usize = 64 * 1024;

/// The time of day, UTC, to the millisecond: `14:03:07.120Z`.
pub fn time_of_day(at: Timestamp) -> String {
    at.to_millis_text().split_off(11)
}

/// A length of time as people say it: `340 ms`, `1.5 s`, `2 min 5 s`, `3 h 20 min`, `4 d 1 h`.
pub fn duration(seconds: f64) -> String {
    let seconds = seconds.max(0.0);
    let millis = (seconds * 1_000.0).round();
    if millis < 1_000.0 {
        return format!("{millis} ms");
    }
    if millis < 60_000.0 {
        return format!("{} s", (seconds * 10.0).round() / 10.0);
    }
    let whole = seconds.round() as u64;
    let (large, small) = match whole {
        0..3_600 => ((whole / 60, "min"), (whole % 60, "s")),
        3_600..86_400 => ((whole / 3_600, "h"), (whole / 60 % 60, "min")),
        _ => ((whole / 86_400, "d"), (whole / 3_600 % 24, "h")),
    };
    match small.0 {
        0 => format!("{} {}", large.0, large.1),
        rest => format!("{} {} {rest} {}", large.0, large.1, small.1),
    }
}

/// Time since a beginning, for a column: `0.120`, `1:05.300`, `2:00:05`.
pub fn elapsed(seconds: f64) -> String {
    let millis = (seconds.max(0.0) * 1_000.0).round() as u64;
    let (minutes, rest) = (millis / 60_000, millis % 60_000);
    match minutes {
        0 => format!("{}.{:03}", rest / 1_000, rest % 1_000),
        1..60 => format!("{minutes}:{:02}.{:03}", rest / 1_000, rest % 1_000),
        _ => format!("{}:{:02}:{:02}", minutes / 60, minutes % 60, rest / 1_000),
    }
}

/// `count` things: `1 item`, `3 items`.
pub fn count(count: u64, thing: &str) -> String {
    format!("{count} {thing}{}", if count == 1 { "" } else { "s" })
}

/// Foreign text on one line of at most `limit` characters: control characters are spelled out, and what is cut is marked.
pub fn one_line(text: &str, limit: usize) -> String {
    let mut line = String::new();
    for (length, c) in text.trim_end().chars().enumerate() {
        if length >= limit {
            line.pop();
            line.push('…');
            break;
        }
        match c {
            '\n' | '\r' | '\t' => line.push(' '),
            c if is_unprintable(c) => line.extend(c.escape_default()),
            c => line.push(c),
        }
    }
    line
}

/// Whether a character would steer the terminal, or turn round the order in which text is shown.
pub fn is_unprintable(c: char) -> bool {
    c.is_control() || matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

/// `error: cause` on one line; either may be missing.
pub fn failure(failure: &Failure, limit: usize) -> String {
    let error = failure.error.as_deref().unwrap_or("an error without a name");
    let text = match failure.cause.as_deref() {
        None | Some("") => error.to_owned(),
        Some(cause) => format!("{error}: {}", summary(cause)),
    };
    one_line(&text, limit)
}

/// Foreign text on several lines, each after `indent`; JSON is laid out for people. The first line is not indented.
pub fn block(text: &str, indent: usize) -> String {
    let laid_out = structured(text).map(|value| value.to_pretty());
    let text = laid_out.as_deref().unwrap_or(text).trim_end();
    let mut lines = text.lines();
    let mut out = String::new();
    for (at, line) in lines.by_ref().take(BLOCK_LINES).enumerate() {
        if at > 0 {
            let _ = write!(out, "\n{:indent$}", "");
        }
        out.push_str(&one_line(line, BLOCK_COLUMNS));
    }
    let left = lines.count();
    if left > 0 {
        let _ = write!(out, "\n{:indent$}… {} more", "", count(left as u64, "line"));
    }
    out
}

/// A value on several lines, each after `indent`; of a large one only how it begins.
pub fn value_block(value: &Value, indent: usize) -> String {
    if value.text_size(BLOCK_BYTES) > BLOCK_BYTES {
        return one_line(&value.to_json(), BLOCK_COLUMNS);
    }
    block(&value.to_pretty(), indent)
}

/// A text as one word of a POSIX shell.
pub fn shell_word(text: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./:=@%+,".contains(c);
    if !text.is_empty() && text.chars().all(plain) {
        return text.to_owned();
    }
    format!("'{}'", text.replace('\'', r"'\''"))
}

/// Texts as a list in a sentence: `` `a`, `b` and `c` ``.
pub struct List<'a, T>(pub &'a [T]);

impl<T: fmt::Display> fmt::Display for List<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, item) in self.0.iter().enumerate() {
            match at {
                0 => {}
                _ if at + 1 == self.0.len() => f.write_str(" and ")?,
                _ => f.write_str(", ")?,
            }
            write!(f, "`{item}`")?;
        }
        Ok(())
    }
}

/// Of a JSON object the message that Lambda's runtimes put there, which is what people look for; else the text.
fn summary(cause: &str) -> String {
    let message = structured(cause).and_then(|value| value.get("errorMessage")?.as_str().map(str::to_owned));
    message.unwrap_or_else(|| cause.to_owned())
}

fn structured(text: &str) -> Option<Value> {
    let may_be = text.len() <= BLOCK_BYTES && text.trim_start().starts_with(['{', '[']);
    may_be.then(|| json::read(text).ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_take_the_unit_that_fits() {
        for (seconds, text) in [
            (0.0, "0 ms"),
            (0.0124, "12 ms"),
            (0.9996, "1 s"),
            (1.5, "1.5 s"),
            (60.0, "1 min"),
            (125.2, "2 min 5 s"),
            (12_000.0, "3 h 20 min"),
            (349_200.0, "4 d 1 h"),
            (-3.0, "0 ms"),
        ] {
            assert_eq!(duration(seconds), text);
        }
    }

    #[test]
    fn elapsed_time_keeps_its_milliseconds_below_an_hour() {
        assert_eq!(elapsed(0.12), "0.120");
        assert_eq!(elapsed(65.3), "1:05.300");
        assert_eq!(elapsed(7_205.9), "2:00:05");
    }

    #[test]
    fn foreign_text_cannot_leave_its_line_or_colour_the_screen() {
        assert_eq!(one_line("a\nb\u{1b}[31mc", 80), r"a b\u{1b}[31mc");
        assert_eq!(one_line("a\u{202e}b", 80), r"a\u{202e}b");
        assert_eq!(one_line("abcdef", 4), "abc…");
        assert_eq!(one_line("abcd", 4), "abcd");
    }

    #[test]
    fn a_block_lays_json_out_and_is_bounded() {
        assert_eq!(block(r#"{"a":1}"#, 2), "{\n    \"a\": 1\n  }");
        let long = block(&"x\n".repeat(50), 0);
        assert_eq!(long.lines().count(), BLOCK_LINES + 1);
        assert!(long.ends_with("… 20 lines more"));
    }

    #[test]
    fn shell_words_survive_the_shell() {
        assert_eq!(shell_word("/a/b.c"), "/a/b.c");
        assert_eq!(shell_word("it's $x"), r"'it'\''s $x'");
        assert_eq!(shell_word(""), "''");
    }

    #[test]
    fn of_a_lambda_error_its_message_is_shown() {
        let cause = r#"{"errorType":"E","errorMessage":"no money","stackTrace":[]}"#;
        let declined = Failure { error: Some("E".into()), cause: Some(cause.into()) };
        assert_eq!(failure(&declined, 80), "E: no money");
        assert_eq!(failure(&Failure::default(), 80), "an error without a name");
    }

    #[test]
    fn lists_read_like_sentences() {
        assert_eq!(List(&["a", "b", "c"]).to_string(), "`a`, `b` and `c`");
        assert_eq!(List(&["a"]).to_string(), "`a`");
    }
}
