//! Headers of the RFC 822 kind, read as Python's `email` package reads them.

/// The headers of one message, and what follows them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Headers {
    /// In their order, with names as they were written.
    pub fields: Vec<(String, String)>,
    pub body: String,
}

impl Headers {
    /// The value of the first field of that name, in whatever case.
    pub fn get<'a>(&'a self, name: &'a str) -> Option<&'a str> {
        self.all(name).next()
    }

    /// The values of all fields of that name, in whatever case.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.fields
            .iter()
            .filter(move |(known, _)| known.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.as_str())
    }

    /// Reads anything: what is not a header is passed over, or begins the body.
    ///
    /// A value keeps its line breaks and what its continuation lines begin with; only blanks in front and line
    /// breaks at the end are taken off.
    pub fn parse(text: &str) -> Headers {
        let mut headers = Headers::default();
        let mut lines: Vec<&str> = Vec::new();
        let mut rest = text;
        while let Some(line) = first_line(rest).filter(|line| is_header(line)) {
            lines.push(line);
            rest = &rest[line.len()..];
        }
        headers.body = match first_line(rest) {
            Some(line) if line.trim_end_matches(['\r', '\n']).is_empty() => rest[line.len()..].to_string(),
            _ => rest.to_string(),
        };

        let mut open = false;
        for (index, line) in lines.iter().enumerate() {
            if line.starts_with([' ', '\t']) {
                if let Some((_, value)) = headers.fields.last_mut().filter(|_| open) {
                    value.push_str(line);
                }
                continue;
            }
            open = false;
            if line.starts_with("From ") {
                // An envelope line; as the last one it can only belong to the body.
                if index > 0 && index == lines.len() - 1 {
                    headers.body.insert_str(0, line);
                }
                continue;
            }
            match line.split_once(':') {
                Some((name, value)) if !name.is_empty() => {
                    let value = value.trim_start_matches([' ', '\t']);
                    headers.fields.push((name.to_string(), value.to_string()));
                    open = true;
                }
                _ => {}
            }
        }
        for (_, value) in &mut headers.fields {
            value.truncate(value.trim_end_matches(['\r', '\n']).len());
        }
        headers
    }
}

/// The first line of `text` with its line break (`\n`, `\r` or both); `None` at the end.
fn first_line(text: &str) -> Option<&str> {
    if text.is_empty() {
        return None;
    }
    let bytes = text.as_bytes();
    let end = match text.find(['\r', '\n']) {
        Some(at) if bytes[at..].starts_with(b"\r\n") => at + 2,
        Some(at) => at + 1,
        None => text.len(),
    };
    Some(&text[..end])
}

/// Whether a line can stand among headers: a name and a colon, a continuation, or an envelope line.
fn is_header(line: &str) -> bool {
    if line.starts_with([' ', '\t']) || line.starts_with("From ") {
        return true;
    }
    match line.split_once(':') {
        Some((name, _)) => name.bytes().all(|byte| byte.is_ascii_graphic()),
        None => false,
    }
}
