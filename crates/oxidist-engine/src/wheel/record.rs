//! RECORD: which files a distribution consists of, in a wheel and where it is installed.

/// The row of a file with its digest (SHA-256) and length.
pub fn record_row(name: &str, digest: &[u8], len: u64) -> String {
    format!("{},sha256={},{len}\n", csv_field(name), base64_url(digest))
}

/// The row of RECORD itself.
pub fn record_own_row(name: &str) -> String {
    format!("{},,\n", csv_field(name))
}

/// The files that the text of a RECORD names.
pub fn record_names(text: &str) -> Vec<String> {
    text.lines().map(first_field).filter(|name| !name.is_empty()).collect()
}

fn first_field(row: &str) -> String {
    let Some(quoted) = row.strip_prefix('"') else {
        return row.split(',').next().unwrap_or_default().to_string();
    };
    let mut field = String::new();
    let mut rest = quoted.chars();
    while let Some(c) = rest.next() {
        // Doubled, it stands for itself.
        if c == '"' && rest.next() != Some('"') {
            break;
        }
        field.push(c);
    }
    field
}

fn csv_field(text: &str) -> String {
    if text.contains([',', '"']) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text.to_string() }
}

/// Base 64 in the alphabet of addresses, without padding.
fn base64_url(bytes: &[u8]) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let group =
            chunk.iter().enumerate().fold(0, |group, (at, byte)| group | u32::from(*byte) << (16 - 8 * at));
        for at in 0..=chunk.len() {
            text.push(char::from(ALPHABET[(group >> (18 - 6 * at)) as usize & 63]));
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digests_are_written_in_the_alphabet_of_addresses() {
        assert_eq!(base64_url(&[0xfb, 0xff]), "-_8");
        assert_eq!(base64_url(b"abc"), "YWJj");
        assert_eq!(base64_url(&[0; 32]).len(), 43);
    }

    #[test]
    fn names_are_read_as_they_were_written() {
        let names = ["a.py", "../../bin/x", "a, b.py", "a \"b\".py"];
        let text: String = names.iter().map(|name| record_row(name, b"x", 1)).collect();
        assert_eq!(record_names(&(text + "\r\n" + &record_own_row("R"))), [&names[..], &["R"]].concat());
    }
}
