//! Reading whole files that others have made: what never ends, or never begins, is an error and no wait for ever.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;
use std::time::{Duration, Instant};

/// Nothing that people write, and no record of a build, is larger.
pub const LARGEST: u64 = 1 << 28;

/// How long a pipe may be silent.
const SILENCE: Duration = Duration::from_secs(10);

/// A regular file, opened for reading. A device, a pipe or a socket in its place is an error at once.
pub fn open_regular(path: &Path) -> io::Result<File> {
    let file = open(path)?;
    let facts = file.metadata()?;
    if facts.is_file() || facts.is_dir() {
        Ok(file)
    } else {
        Err(io::Error::other("it is not a regular file"))
    }
}

/// All of a regular file.
pub fn regular(path: &Path) -> io::Result<Vec<u8>> {
    to_the_end(open_regular(path)?)
}

/// All of a file that a user names, which may be a pipe (`<(command)`) or `/dev/null`.
pub fn whole(path: &Path) -> io::Result<Vec<u8>> {
    let file = open(path)?;
    let facts = file.metadata()?;
    if facts.is_file() || facts.is_dir() { to_the_end(file) } else { to_the_end(Patient(file)) }
}

/// The same as text.
pub fn text(path: &Path) -> io::Result<String> {
    String::from_utf8(whole(path)?).map_err(|_| io::Error::new(io::ErrorKind::InvalidData, "it is not UTF-8"))
}

fn to_the_end(file: impl Read) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    file.take(LARGEST + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > LARGEST {
        return Err(io::Error::other(format!("it has more than {} MiB, or no end", LARGEST >> 20)));
    }
    Ok(bytes)
}

/// Open a file; a pipe that nobody writes to must not keep the caller.
#[cfg(unix)]
fn open(path: &Path) -> io::Result<File> {
    use std::os::unix::fs::OpenOptionsExt;
    let without_waiting = rustix::fs::OFlags::NONBLOCK.bits().cast_signed();
    File::options().read(true).custom_flags(without_waiting).open(path)
}

#[cfg(not(unix))]
fn open(path: &Path) -> io::Result<File> {
    File::open(path)
}

/// What may have nothing to say yet.
struct Patient(File);

impl Read for Patient {
    #[cfg(unix)]
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        use rustix::event::{PollFd, PollFlags, Timespec, poll};
        let since = Instant::now();
        loop {
            let mut file = [PollFd::new(&self.0, PollFlags::IN)];
            let tick = Timespec { tv_sec: 0, tv_nsec: 50_000_000 };
            // 0: neither bytes nor an end, as of a pipe that nobody has opened for writing.
            match poll(&mut file, Some(&tick)) {
                Ok(0) => {}
                Err(_) => {}
                Ok(_) => match self.0.read(into) {
                    Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                    read => return read,
                },
            }
            if since.elapsed() > SILENCE {
                let text = format!("nothing has come out of this pipe for {} s", SILENCE.as_secs());
                return Err(io::Error::new(io::ErrorKind::TimedOut, text));
            }
        }
    }

    #[cfg(not(unix))]
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        self.0.read(into)
    }
}

#[cfg(all(test, unix))]
mod tests {
    use std::io::Write;

    use super::*;

    #[test]
    fn devices_without_an_end_and_silent_pipes_are_errors() {
        assert!(regular(Path::new("/dev/zero")).unwrap_err().to_string().contains("not a regular file"));
        assert!(whole(Path::new("/dev/zero")).unwrap_err().to_string().contains("no end"));
        assert_eq!(whole(Path::new("/dev/null")).unwrap(), b"");
        assert_eq!(whole(Path::new("/")).unwrap_err().kind(), io::ErrorKind::IsADirectory);
        assert_eq!(whole(Path::new("/nosuch")).unwrap_err().kind(), io::ErrorKind::NotFound);
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_pipe_that_somebody_writes_to_is_read_to_its_end() {
        use std::os::fd::AsRawFd;
        let (reader, mut writer) = io::pipe().unwrap();
        let path = format!("/proc/self/fd/{}", reader.as_raw_fd());
        let writing = std::thread::spawn(move || {
            writer.write_all(b"one ").unwrap();
            std::thread::sleep(Duration::from_millis(60));
            writer.write_all(b"two").unwrap();
        });
        assert_eq!(text(Path::new(&path)).unwrap(), "one two");
        writing.join().unwrap();
    }
}
