//! Whether an object file or a static library is whole, by its own tables: looked at after a link has failed.
//!
//! A compiler that was cut off (a full disk, a cache with half an entry, a wrapper that loses the exit status) may leave
//! half a file and say that all is well. The linker then complains, build after build, as long as nobody compiles the
//! source again.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::path::Path;

/// What a look at a file's tables shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// All that the tables speak of is there. The number tells which machine it is for, where the format says so.
    Whole(Option<u32>),
    /// It ends before its own tables say, or is of no known format.
    Broken,
}

/// Larger tables are not read; what they speak of is taken to be there.
const MOST: u64 = 16 << 20;

/// The shape of the object file or static library at `path`; `None` where there is no such file.
pub fn shape(path: &Path) -> Option<Shape> {
    let metadata = path.metadata().ok().filter(|metadata| metadata.is_file())?;
    let mut file = File::open(path).ok()?;
    Some(look(&mut file, metadata.len()).unwrap_or(Shape::Broken))
}

fn look(file: &mut File, len: u64) -> Option<Shape> {
    let head = at(file, 0, 64.min(len))?;
    match head.get(..4)? {
        b"\x7fELF" => elf(file, &head, len),
        [0xcf | 0xce, 0xfa, 0xed, 0xfe] => mach_o(file, &head, len),
        // LLVM's bitcode, bare and wrapped.
        [b'B', b'C', 0xc0, 0xde] | [0xde, 0xc0, 0x17, 0x0b] => Some(Shape::Whole(None)),
        b"!<ar" => archive(file, len, head.starts_with(b"!<arch>\n")),
        b"!<th" => Some(Shape::Whole(None)),
        b"\0asm" => Some(Shape::Whole(None)),
        _ => coff(&head, len),
    }
}

/// `count` bytes at `offset`; `None` where the file ends before.
fn at(file: &mut File, offset: u64, count: u64) -> Option<Vec<u8>> {
    file.seek(SeekFrom::Start(offset)).ok()?;
    let mut bytes = Vec::new();
    file.take(count).read_to_end(&mut bytes).ok()?;
    (bytes.len() as u64 == count).then_some(bytes)
}

/// A number of `size` bytes in a table.
fn number(bytes: &[u8], offset: usize, size: usize, is_big_endian: bool) -> Option<u64> {
    let bytes = bytes.get(offset..offset.checked_add(size)?)?;
    let put = |sum: u64, byte: &u8| (sum << 8) | u64::from(*byte);
    Some(if is_big_endian { bytes.iter().fold(0, put) } else { bytes.iter().rev().fold(0, put) })
}

fn elf(file: &mut File, head: &[u8], len: u64) -> Option<Shape> {
    let (is_64, is_big) = (*head.get(4)? == 2, *head.get(5)? == 2);
    let field = |offset, size| number(head, offset, size, is_big);
    let (table, entry_size, count) = match is_64 {
        true => (field(0x28, 8)?, field(0x3a, 2)?, field(0x3c, 2)?),
        false => (field(0x20, 4)?, field(0x2e, 2)?, field(0x30, 2)?),
    };
    let machine = field(0x12, 2)? << 8 | u64::from(is_64) << 1 | u64::from(is_big);
    // An object has sections: a header without a table was written first and not completed.
    let size = entry_size.checked_mul(count)?;
    if table == 0 || table.checked_add(size)? > len {
        return None;
    }
    for section in at(file, table, size.min(MOST))?.chunks_exact(usize::try_from(entry_size.max(1)).ok()?) {
        let of_section = |offset, size| number(section, offset, size, is_big);
        let (offset, size) = match is_64 {
            true => (of_section(0x18, 8)?, of_section(0x20, 8)?),
            false => (of_section(0x10, 4)?, of_section(0x14, 4)?),
        };
        // Sections without contents have a size all the same.
        const NO_CONTENTS: u64 = 8;
        let kind = of_section(4, 4)?;
        if kind != 0 && kind != NO_CONTENTS && offset.checked_add(size)? > len {
            return None;
        }
    }
    Some(Shape::Whole(u32::try_from(machine).ok()))
}

fn mach_o(file: &mut File, head: &[u8], len: u64) -> Option<Shape> {
    let is_64 = head[0] == 0xcf;
    let (machine, count, size) =
        (number(head, 4, 4, false)?, number(head, 16, 4, false)?, number(head, 20, 4, false)?);
    let commands = at(file, if is_64 { 32 } else { 28 }, size.min(MOST))?;
    let mut rest = &commands[..];
    for _ in 0..count {
        let (kind, size) = (number(rest, 0, 4, false)?, usize::try_from(number(rest, 4, 4, false)?).ok()?);
        let end = match kind {
            // LC_SEGMENT, LC_SEGMENT_64 and LC_SYMTAB with its strings.
            0x1 => number(rest, 32, 4, false)?.checked_add(number(rest, 36, 4, false)?)?,
            0x19 => number(rest, 40, 8, false)?.checked_add(number(rest, 48, 8, false)?)?,
            0x2 => number(rest, 16, 4, false)?.checked_add(number(rest, 20, 4, false)?)?,
            _ => 0,
        };
        if end > len || size == 0 {
            return None;
        }
        rest = rest.get(size..)?;
    }
    Some(Shape::Whole(u32::try_from(machine).ok()))
}

/// Objects of Windows have no mark but their machine.
fn coff(head: &[u8], len: u64) -> Option<Shape> {
    const MACHINES: &[u64] = &[0x14c, 0x8664, 0xaa64, 0x1c4, 0];
    let machine = number(head, 0, 2, false).filter(|machine| MACHINES.contains(machine))?;
    // `/bigobj` and import objects begin with 0 and 0xffff.
    if machine == 0 {
        return (number(head, 2, 2, false)? == 0xffff).then_some(Shape::Whole(None));
    }
    let (symbols, count) = (number(head, 8, 4, false)?, number(head, 12, 4, false)?);
    let end = symbols.checked_add(count.checked_mul(18)?)?;
    (end <= len).then_some(Shape::Whole(u32::try_from(machine).ok()))
}

fn archive(file: &mut File, len: u64, is_archive: bool) -> Option<Shape> {
    let mut offset = 8;
    while is_archive && offset < len {
        let head = at(file, offset, 60)?;
        let size: u64 = std::str::from_utf8(head.get(48..58)?).ok()?.trim_end().parse().ok()?;
        offset = offset.checked_add(60)?.checked_add(size)?;
        if offset > len {
            return None;
        }
        offset += offset % 2;
    }
    is_archive.then_some(Shape::Whole(None))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::fs;
    use std::process::Command;

    #[cfg(target_os = "linux")]
    #[test]
    fn what_a_compiler_and_an_archiver_write_is_whole_and_any_part_of_it_is_not() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        fs::write(path("a.c"), "int a = 1; int b(void) { return a; }\n").unwrap();
        let run = |program: &str, arguments: &[&str]| {
            assert!(Command::new(program).args(arguments).current_dir(&folder).status().unwrap().success());
        };
        run("gcc", &["-g", "-c", "a.c"]);
        run("ar", &["rcs", "a.a", "a.o"]);
        assert!(matches!(shape(&path("a.o")), Some(Shape::Whole(Some(_)))));
        assert_eq!(shape(&path("a.a")), Some(Shape::Whole(None)));
        for name in ["a.o", "a.a"] {
            let whole = fs::read(path(name)).unwrap();
            for cut in [0, 3, 60, whole.len() / 2, whole.len() - 1] {
                fs::write(path("cut"), &whole[..cut]).unwrap();
                assert_eq!(shape(&path("cut")), Some(Shape::Broken), "{name} of {cut} bytes");
            }
        }
        assert_eq!(shape(&path("a.c")), Some(Shape::Broken));
        assert_eq!(shape(&path("gone")), None);
        assert_eq!(shape(folder.path()), None);
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_without_a_panic(kind in 0usize..5, bytes in prop::collection::vec(any::<u8>(), 0..300)) {
            let heads: [&[u8]; 5] = [b"\x7fELF\x02\x01", b"\xcf\xfa\xed\xfe", b"!<arch>\n", b"\x64\x86", b""];
            let folder = tempfile::tempdir().unwrap();
            let path = folder.path().join("x");
            fs::write(&path, [heads[kind], &bytes].concat()).unwrap();
            let _ = shape(&path);
        }
    }
}
