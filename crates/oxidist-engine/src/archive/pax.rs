//! Tar headers in the PAX format: a `ustar` block, and before it an extended one for what does not fit.

use ::tar::{EntryType, Header};

use super::entry::name_bytes;
use super::ownership::Names;
use super::{Content, Entry};
use crate::effects::COPIED_MODE;

/// Tar counts in blocks of this many bytes.
pub(super) const BLOCK: u64 = 512;

/// Both headers of one member. Their length depends only on the entry.
pub(super) fn header(entry: &Entry, names: &Names<'_>) -> Vec<u8> {
    let (kind, target) = match &entry.content {
        Content::File { .. } | Content::Memory(_) => (EntryType::Regular, None),
        Content::Folder => (EntryType::Directory, None),
        Content::Symlink(target) => (EntryType::Symlink, Some(name_bytes(target))),
        Content::HardLink(target) => (EntryType::Link, Some(member_name(target))),
        Content::Pipe => (EntryType::Fifo, None),
    };
    let mut name = member_name(&entry.name);
    if kind == EntryType::Directory && !name.ends_with(b"/") {
        name.push(b'/');
    }
    let attributes = &entry.attributes;
    let (uid, user) = names.user(attributes.uid);
    let (gid, group) = names.group(attributes.gid);

    let mut extended = Extended::default();
    let mut header = Header::new_ustar();
    header.set_entry_type(kind);
    header.set_mode(attributes.mode & COPIED_MODE);
    if let Some(ustar) = header.as_ustar_mut() {
        extended.text(&mut ustar.name, "path", &name);
        extended.text(&mut ustar.linkname, "linkpath", target.as_deref().unwrap_or_default());
        extended.text(&mut ustar.uname, "uname", user.as_bytes());
        extended.text(&mut ustar.gname, "gname", group.as_bytes());
    }
    header.set_uid(extended.number("uid", 7, i64::from(uid)));
    header.set_gid(extended.number("gid", 7, i64::from(gid)));
    header.set_size(extended.number("size", 11, entry.len() as i64));
    header.set_mtime(extended.number("mtime", 11, attributes.modified));
    header.set_cksum();

    let mut bytes = extended.header();
    bytes.extend_from_slice(header.as_bytes());
    bytes
}

/// A name without the slashes in front that would make it absolute.
fn member_name(name: &std::path::Path) -> Vec<u8> {
    let mut name = name_bytes(name);
    let slashes = name.iter().take_while(|&&byte| byte == b'/').count();
    name.drain(..slashes);
    name
}

/// The fields that do not fit into a `ustar` header.
#[derive(Default)]
struct Extended(Vec<(&'static str, Vec<u8>)>);

impl Extended {
    /// Fill a text field with as much as it holds; what is longer or not ASCII is repeated in full here.
    fn text(&mut self, field: &mut [u8], keyword: &'static str, value: &[u8]) {
        let fits = value.len().min(field.len());
        field[..fits].copy_from_slice(&value[..fits]);
        if value.len() > field.len() || !value.is_ascii() {
            self.0.push((keyword, value.to_vec()));
        }
    }

    /// The number for a field of so many octal digits; 0, and the number here, if it needs more.
    fn number(&mut self, keyword: &'static str, digits: u32, value: i64) -> u64 {
        match u64::try_from(value) {
            Ok(number) if number < 8u64.pow(digits) => number,
            _ => {
                self.0.push((keyword, value.to_string().into_bytes()));
                0
            }
        }
    }

    /// The extended header and its records, or nothing.
    fn header(self) -> Vec<u8> {
        if self.0.is_empty() {
            return Vec::new();
        }
        let mut records = Vec::new();
        if self.0.iter().any(|(_, value)| std::str::from_utf8(value).is_err()) {
            record(&mut records, "hdrcharset", b"BINARY");
        }
        for (keyword, value) in &self.0 {
            record(&mut records, keyword, value);
        }
        let mut header = Header::new_ustar();
        if let Some(ustar) = header.as_ustar_mut() {
            let name = b"././@PaxHeader";
            ustar.name[..name.len()].copy_from_slice(name);
        }
        header.set_entry_type(EntryType::XHeader);
        header.set_mode(0o644);
        header.set_uid(0);
        header.set_gid(0);
        header.set_mtime(0);
        header.set_size(records.len() as u64);
        header.set_cksum();
        let mut bytes = header.as_bytes().to_vec();
        bytes.extend_from_slice(&records);
        bytes.resize(bytes.len().next_multiple_of(BLOCK as usize), 0);
        bytes
    }
}

/// `length keyword=value\n`, where the length counts its own digits too.
fn record(records: &mut Vec<u8>, keyword: &str, value: &[u8]) {
    let rest = keyword.len() + value.len() + 3;
    let mut length = rest + 1;
    while length != rest + length.to_string().len() {
        length = rest + length.to_string().len();
    }
    records.extend_from_slice(format!("{length} {keyword}=").as_bytes());
    records.extend_from_slice(value);
    records.push(b'\n');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_counts_the_digits_of_its_own_length() {
        for len in 0..1200 {
            let mut bytes = Vec::new();
            record(&mut bytes, "path", &vec![b'x'; len]);
            let text = String::from_utf8(bytes).unwrap();
            let (length, _) = text.split_once(' ').unwrap();
            assert_eq!(length.parse::<usize>().unwrap(), text.len());
        }
    }
}
