//! Forms (`multipart/form-data`) as distutils lays them out, sent in blocks.

use std::fs::File;
use std::io::Read;
use std::path::PathBuf;

use memchr::memmem;

use crate::{Error, Result, digest};

/// What distutils puts between the parts of a form.
pub const BOUNDARY: &str = "--------------GHSKFJDLGDS7543FJKLFHRE75642756743254";

/// Bytes.
const BLOCK: usize = 256 * 1024;

/// How lines end, and what follows a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Layout {
    /// Lines end as HTTP's do, and values stand as they are.
    Upload,
    /// Of CPython's `register`: lines end with a line feed; a value that ends with a carriage return gets one, too.
    Register,
}

impl Layout {
    fn line_end(self) -> &'static str {
        match self {
            Layout::Upload => "\r\n",
            Layout::Register => "\n",
        }
    }
}

/// What a part holds.
#[derive(Debug, Clone)]
pub enum Content {
    Bytes(Vec<u8>),
    /// A file of that many bytes, read when it is sent.
    File {
        path: PathBuf,
        bytes: u64,
    },
}

/// Something to send: bytes, or a file.
type Piece = Content;

struct Part {
    title: String,
    content: Content,
}

/// A form that is being filled in.
pub struct Form {
    layout: Layout,
    parts: Vec<Part>,
}

impl Form {
    pub fn new(layout: Layout) -> Form {
        Form { layout, parts: Vec::new() }
    }

    /// Add a field's value.
    pub fn field(&mut self, name: &str, value: &str) {
        let title = format!("Content-Disposition: form-data; name=\"{name}\"");
        self.parts.push(Part { title, content: Content::Bytes(value.as_bytes().to_vec()) });
    }

    /// Add a file of that name (without folders).
    pub fn attach(&mut self, name: &str, file_name: &str, content: Content) {
        let title = format!("Content-Disposition: form-data; name=\"{name}\"; filename=\"{file_name}\"");
        self.parts.push(Part { title, content });
    }

    /// Whether the usual boundary occurs in what is held in memory.
    fn has_boundary(&self) -> bool {
        let finder = memmem::Finder::new(BOUNDARY);
        self.parts.iter().any(|part| match &part.content {
            Content::Bytes(bytes) => finder.find(bytes).is_some(),
            Content::File { .. } => false,
        })
    }

    /// The form as it is sent. `file_has_boundary`: the usual boundary occurs in a file that it names.
    pub fn finish(self, file_has_boundary: bool) -> Body {
        let boundary = if file_has_boundary || self.has_boundary() {
            // Of what none of the parts can be aware: the digest of them all.
            format!("--------------{}", &digest::sha256(self.fingerprint().as_bytes())[..48])
        } else {
            BOUNDARY.to_string()
        };
        let end = self.layout.line_end();
        let mut body = Body { boundary, pieces: Vec::new() };
        for part in self.parts {
            body.write(format!("{end}--{}{end}{}{end}{end}", body.boundary, part.title).as_bytes());
            let ends_with_return =
                matches!(&part.content, Content::Bytes(bytes) if bytes.last() == Some(&b'\r'));
            match part.content {
                Content::Bytes(bytes) => body.write(&bytes),
                file => body.pieces.push(file),
            }
            if self.layout == Layout::Register && ends_with_return {
                body.write(b"\n");
            }
        }
        body.write(format!("{end}--{}--{end}", body.boundary).as_bytes());
        body
    }

    fn fingerprint(&self) -> String {
        let shown = |part: &Part| match &part.content {
            Content::Bytes(bytes) => format!("{}{}", part.title, digest::sha256(bytes)),
            Content::File { path, bytes } => format!("{}{}{bytes}", part.title, path.display()),
        };
        self.parts.iter().map(shown).collect()
    }
}

/// The body of a request.
#[derive(Debug, Clone)]
pub struct Body {
    boundary: String,
    pieces: Vec<Piece>,
}

impl Body {
    fn write(&mut self, bytes: &[u8]) {
        match self.pieces.last_mut() {
            Some(Content::Bytes(last)) => last.extend_from_slice(bytes),
            _ => self.pieces.push(Content::Bytes(bytes.to_vec())),
        }
    }

    pub fn boundary(&self) -> &str {
        &self.boundary
    }

    /// Bytes.
    pub fn length(&self) -> u64 {
        self.pieces.iter().map(length).sum()
    }

    /// How many bytes stand before the first file that is read while it is sent; all where there is none.
    pub fn before_file(&self) -> u64 {
        self.pieces.iter().take_while(|piece| matches!(piece, Content::Bytes(_))).map(length).sum()
    }

    /// The body from its beginning, a block at a time.
    pub fn blocks(&self) -> Blocks {
        Blocks { pieces: self.pieces.clone().into_iter(), open: None }
    }

    /// All of it at once.
    pub fn to_bytes(&self) -> Result<Vec<u8>> {
        let mut bytes = Vec::new();
        for block in self.blocks() {
            bytes.extend(block?);
        }
        Ok(bytes)
    }
}

fn length(piece: &Piece) -> u64 {
    match piece {
        Content::Bytes(bytes) => bytes.len() as u64,
        Content::File { bytes, .. } => *bytes,
    }
}

/// A body that is being sent, in blocks of equal length. A file that is not as long as it was is an error.
///
/// What is small comes as one block: a server that refuses without reading on can then still be heard.
pub struct Blocks {
    pieces: std::vec::IntoIter<Piece>,
    open: Option<Open>,
}

struct Open {
    file: File,
    path: PathBuf,
    left: u64,
}

impl Open {
    /// Add at most `wanted` bytes to `block`; false: there are no more.
    fn read(&mut self, block: &mut Vec<u8>, wanted: usize) -> Result<bool> {
        let before = block.len();
        // One more than is left tells whether it has grown.
        let asked = (wanted as u64).min(self.left + 1);
        (&self.file).take(asked).read_to_end(block).map_err(Error::file("read", &self.path))?;
        let got = (block.len() - before) as u64;
        if got > self.left || (got < asked && got < self.left) {
            return Err(Error::Changed(self.path.clone()));
        }
        self.left -= got;
        Ok(got == asked)
    }
}

impl Blocks {
    /// Add to `block` until it is full; false: there is no more.
    fn fill(&mut self, block: &mut Vec<u8>) -> Result<bool> {
        while block.len() < BLOCK {
            if let Some(open) = &mut self.open {
                if !open.read(block, BLOCK - block.len())? {
                    self.open = None;
                }
                continue;
            }
            match self.pieces.next() {
                None => return Ok(false),
                Some(Content::Bytes(bytes)) => block.extend(bytes),
                Some(Content::File { path, bytes }) => {
                    let file = File::open(&path).map_err(Error::file("open", &path))?;
                    self.open = Some(Open { file, path, left: bytes });
                }
            }
        }
        Ok(true)
    }
}

impl Iterator for Blocks {
    type Item = Result<Vec<u8>>;

    fn next(&mut self) -> Option<Self::Item> {
        let mut block = Vec::with_capacity(BLOCK);
        match self.fill(&mut block) {
            Err(error) => Some(Err(error)),
            Ok(_) if block.is_empty() => None,
            Ok(_) => Some(Ok(block)),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    fn form(path: &Path, bytes: u64) -> Form {
        let mut form = Form::new(Layout::Upload);
        form.field("name", "p\r");
        form.attach("content", "p.tar", Content::File { path: path.to_path_buf(), bytes });
        form.field("comment", "");
        form
    }

    #[test]
    fn a_form_with_a_file_is_laid_out_as_distutils_does() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("p.tar");
        std::fs::write(&path, "data\r").unwrap();
        let body = form(&path, 5).finish(false);
        let expected = "\r\n--B\r\nContent-Disposition: form-data; name=\"name\"\r\n\r\np\r\
             \r\n--B\r\nContent-Disposition: form-data; name=\"content\"; filename=\"p.tar\"\r\n\r\ndata\r\
             \r\n--B\r\nContent-Disposition: form-data; name=\"comment\"\r\n\r\n\r\n--B--\r\n"
            .replace('B', BOUNDARY);
        assert_eq!(String::from_utf8(body.to_bytes().unwrap()).unwrap(), expected);
        assert_eq!(body.length(), expected.len() as u64);
        assert_eq!(body.before_file() as usize, expected.find("data\r\r").unwrap());
    }

    #[test]
    fn registers_form_has_plain_lines() {
        let mut form = Form::new(Layout::Register);
        form.field("a", "x\r");
        form.field("b", "y");
        let expected = "\n--B\nContent-Disposition: form-data; name=\"a\"\n\nx\r\n\
             \n--B\nContent-Disposition: form-data; name=\"b\"\n\ny\n--B--\n"
            .replace('B', BOUNDARY);
        assert_eq!(form.finish(false).to_bytes().unwrap(), expected.as_bytes());
    }

    #[test]
    fn a_part_that_contains_the_boundary_gets_another() {
        let mut form = Form::new(Layout::Upload);
        form.field("a", &format!("--{BOUNDARY}--"));
        let body = form.finish(false);
        assert_ne!(body.boundary(), BOUNDARY);
        assert!(body.boundary().len() <= 70);
    }

    #[test]
    fn a_large_file_comes_in_blocks() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("p.tar");
        File::create(&path).unwrap().set_len(700_000).unwrap();
        let body = form(&path, 700_000).finish(false);
        let lengths: Vec<usize> = body.blocks().map(|block| block.unwrap().len()).collect();
        assert_eq!(lengths[..2], [BLOCK, BLOCK]);
        assert_eq!(lengths.iter().sum::<usize>() as u64, body.length());
        assert_eq!(lengths.len(), 3);
    }

    #[test]
    fn a_file_that_changes_while_it_is_sent_is_an_error() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("p.tar");
        std::fs::write(&path, "data").unwrap();
        for announced in [3, 5] {
            let error = form(&path, announced).finish(false).to_bytes().unwrap_err();
            assert!(error.to_string().ends_with("p.tar' has changed while it was being read"), "{error}");
        }
    }
}
