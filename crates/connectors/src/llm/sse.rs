use super::LlmError;

/// The longest line or event of a stream, bytes.
const EVENT_MAX_BYTES: usize = 256 * 1024;

/// Reads server-sent events out of pieces that end anywhere: inside a line, a line end, a character.
///
/// Only `data` matters here; comments, ids, names and unknown fields are passed over.
#[derive(Default)]
pub(super) struct Events {
    line: Vec<u8>,
    data: Option<String>,
    /// The last byte was a carriage return: a line feed right after it belongs to the same line end.
    after_cr: bool,
    begun: bool,
}

impl Events {
    /// Takes the next piece and returns the data of the events that it completes.
    pub(super) fn push(&mut self, bytes: &[u8]) -> Result<Vec<String>, LlmError> {
        let mut complete = Vec::new();
        for &byte in bytes {
            let after_cr = std::mem::replace(&mut self.after_cr, byte == b'\r');
            match byte {
                b'\n' if after_cr => {}
                b'\r' | b'\n' => complete.extend(self.end_line()?),
                _ if self.line.len() >= EVENT_MAX_BYTES => return Err(LlmError::TooLarge),
                _ => self.line.push(byte),
            }
        }
        Ok(complete)
    }

    /// The data of a last event that the other side forgot to end with an empty line.
    pub(super) fn finish(mut self) -> Result<Option<String>, LlmError> {
        Ok(self.end_line()?.or(self.data))
    }

    fn end_line(&mut self) -> Result<Option<String>, LlmError> {
        let line = std::mem::take(&mut self.line);
        let line = String::from_utf8(line).map_err(|_| LlmError::Malformed("it is not UTF-8"))?;
        let line = if self.begun { &line } else { line.trim_start_matches('\u{feff}') };
        self.begun = true;
        if line.is_empty() {
            return Ok(self.data.take());
        }
        let (field, value) = line.split_once(':').unwrap_or((line, ""));
        if field == "data" {
            let value = value.strip_prefix(' ').unwrap_or(value);
            match &mut self.data {
                None => self.data = Some(value.to_owned()),
                Some(data) if data.len() + value.len() >= EVENT_MAX_BYTES => return Err(LlmError::TooLarge),
                Some(data) => {
                    data.push('\n');
                    data.push_str(value);
                }
            }
        }
        Ok(None)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The same events come out wherever the text is cut.
    fn check(text: &str, expected: &[&str]) {
        for size in 1..=text.len() {
            let mut events = Events::default();
            let mut got = Vec::new();
            for piece in text.as_bytes().chunks(size) {
                got.extend(events.push(piece).unwrap());
            }
            got.extend(events.finish().unwrap());
            assert_eq!(got, expected, "cut every {size} bytes");
        }
    }

    #[test]
    fn events_survive_every_cut_and_line_end() {
        check("data: {\"a\":\"é🙂\"}\n\ndata:[DONE]\n\n", &["{\"a\":\"é🙂\"}", "[DONE]"]);
        check("data: one\r\n\r\ndata: two\r\n\r\n", &["one", "two"]);
        check("data: one\r\rdata: two\r\r", &["one", "two"]);
        check("\u{feff}: hello\nevent: x\nid: 7\nretry\ndata: a\ndata: b\n\n", &["a\nb"]);
        check("data: not ended", &["not ended"]);
        check(": only a comment\n\n\n\n", &[]);
    }

    #[test]
    fn a_line_without_end_is_refused() {
        let mut events = Events::default();
        let piece = vec![b'x'; EVENT_MAX_BYTES];
        events.push(&piece).unwrap();
        assert!(matches!(events.push(b"x"), Err(LlmError::TooLarge)));
        assert!(matches!(Events::default().push(b"data: \xff\n"), Err(LlmError::Malformed(_))));
    }
}
