//! Lines of a file that may be larger than memory.

use std::io::{BufRead, Read};

use anyhow::{Context, Result, bail};

/// The longest line, bytes: some ten thousand turns.
const LINE_MAX_BYTES: u64 = 64 << 20;

/// A line that is not empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// From 1.
    pub number: u64,
    /// Without its end.
    pub text: String,
}

/// Reads lines one at a time. Empty ones are passed over but counted.
pub struct Lines<R> {
    reader: R,
    number: u64,
}

impl<R: BufRead> Lines<R> {
    /// Lines of `reader`.
    pub fn new(reader: R) -> Self {
        Self { reader, number: 0 }
    }

    fn read(&mut self) -> Result<Option<Line>> {
        loop {
            self.number += 1;
            let number = self.number;
            let mut bytes = vec![];
            let read = (&mut self.reader)
                .take(LINE_MAX_BYTES)
                .read_until(b'\n', &mut bytes)
                .with_context(|| format!("line {number} cannot be read"))?;
            if read as u64 == LINE_MAX_BYTES {
                bail!(
                    "line {number} is longer than {} MiB; split the file by conversation",
                    LINE_MAX_BYTES >> 20
                )
            }
            let Ok(text) = str::from_utf8(&bytes) else {
                bail!("line {number} is not UTF-8; convert the file first")
            };
            let text = text.trim_start_matches('\u{feff}').trim();
            if !text.is_empty() {
                return Ok(Some(Line { number, text: text.to_owned() }));
            }
            if read == 0 {
                return Ok(None);
            }
        }
    }
}

impl<R: BufRead> Iterator for Lines<R> {
    type Item = Result<Line>;

    fn next(&mut self) -> Option<Self::Item> {
        self.read().transpose()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn empty_lines_are_counted_and_passed_over() {
        let lines = Lines::new("\u{feff}a\r\n\n  \nb".as_bytes());
        let read: Vec<_> = lines.map(|line| line.map(|line| (line.number, line.text)).unwrap()).collect();
        assert_eq!(read, [(1, "a".to_owned()), (4, "b".to_owned())]);
    }

    #[test]
    fn a_line_that_is_no_text_is_named() {
        let problem = Lines::new(&b"a\n\xff\xfe\n"[..]).nth(1).unwrap().unwrap_err().to_string();
        assert!(problem.starts_with("line 2 is not UTF-8"), "{problem}");
    }
}
