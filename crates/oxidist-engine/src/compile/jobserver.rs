//! GNU make's jobserver: a pipe with one byte for each further job that a tree of processes may run at once.
//!
//! Every process of the tree runs one job without asking. For each one more it takes a byte out of the pipe, and
//! puts the same byte back when that job has ended. Where the pipe is, `MAKEFLAGS` says: as the numbers of two
//! inherited files (`--jobserver-auth=R,W`; before GNU make 4.2 `--jobserver-fds`), or as the path of a named
//! pipe (`fifo:PATH`, since 4.4).
//!
//! A pipe that is shared with other processes must stay as it is: whether reading from it blocks is a property that
//! all of them share. So it is opened once more (`/proc/self/fd/R`), and what is opened here is ours alone. That is
//! Linux's; elsewhere a named pipe can be joined, and nothing is offered.

use std::env;
use std::ffi::{OsStr, OsString};
use std::fs::File;
use std::io;
#[cfg(unix)]
use std::os::fd::OwnedFd;
use std::time::Duration;

/// The variable that make reads and writes.
pub(super) const MAKEFLAGS: &str = "MAKEFLAGS";

/// The same for cargo, which looks here first.
pub(super) const CARGO_MAKEFLAGS: &str = "CARGO_MAKEFLAGS";

/// Options that say where the jobserver is, in all versions of GNU make. They are followed by `=`.
const AUTH: &[&str] = &["--jobserver-auth", "--jobserver-fds"];

/// What an environment says about a jobserver. Whether there is one, only joining it tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Offer {
    /// `R,W` or `fifo:PATH`.
    pub(super) auth: String,
    /// The number of jobs that the tree may run at once, where it is told.
    pub(super) jobs: Option<usize>,
}

impl Offer {
    /// What this process was offered.
    pub(super) fn of_environment() -> Option<Offer> {
        let mut values = [MAKEFLAGS, CARGO_MAKEFLAGS].into_iter().filter_map(env::var_os);
        values.find_map(|flags| Offer::parse(flags.to_str()?))
    }

    pub(super) fn parse(flags: &str) -> Option<Offer> {
        let mut offer = Offer { auth: String::new(), jobs: None };
        for word in options(flags).0 {
            if let Some(auth) = auth_of(word) {
                offer.auth = auth.to_string();
            } else if let Some(jobs) = word.strip_prefix("-j") {
                offer.jobs = jobs.parse().ok().filter(|jobs| *jobs > 0);
            }
        }
        (!offer.auth.is_empty()).then_some(offer)
    }

    /// `MAKEFLAGS` with this offer in it, in place of any other; `flags` is what it was.
    pub(super) fn written_into(&self, flags: &str) -> String {
        let (words, variables) = options(flags);
        let is_own = |word: &str| auth_of(word).is_some() || word.starts_with("-j");
        let mut kept: Vec<String> = words.filter(|word| !is_own(word)).map(str::to_string).collect();
        kept.push(self.jobs.map_or("-j".to_string(), |jobs| format!("-j{jobs}")));
        kept.extend(AUTH.iter().rev().map(|option| format!("{option}={}", self.auth)));
        kept.join(" ") + variables
    }
}

/// The words of `MAKEFLAGS` that are options, and what comes after them: ` -- NAME=value ...`.
fn options(flags: &str) -> (impl Iterator<Item = &str>, &str) {
    let end = flags.find(" -- ").unwrap_or(flags.len());
    (flags[..end].split_ascii_whitespace(), &flags[end..])
}

fn auth_of(word: &str) -> Option<&str> {
    AUTH.iter().find_map(|option| word.strip_prefix(option)?.strip_prefix('='))
}

/// A jobserver that this process can take from. Bytes taken are the caller's to give back.
#[derive(Debug)]
pub(super) struct Jobserver {
    take: File,
    give: File,
    /// Ends a [`wait`](Jobserver::wait) from within this process.
    #[cfg(unix)]
    bell: (io::PipeReader, io::PipeWriter),
    /// The pipe itself, where it was made here: open under the numbers that children know.
    #[cfg(unix)]
    made: Option<(OwnedFd, OwnedFd)>,
}

/// Numbers from here on are free in a shell script, which uses single digits for its own files.
#[cfg(target_os = "linux")]
const FIRST_NUMBER: i32 = 20;

#[cfg(target_os = "linux")]
impl Jobserver {
    /// A new one for `jobs` jobs, and how to offer it.
    pub(super) fn make(jobs: usize) -> io::Result<(Jobserver, Offer)> {
        use rustix::io::{FdFlags, fcntl_dupfd_cloexec, fcntl_setfd};
        use std::io::Write;
        use std::os::fd::AsRawFd;
        let (read, write) = io::pipe()?;
        let read = fcntl_dupfd_cloexec(&read, FIRST_NUMBER)?;
        let write = fcntl_dupfd_cloexec(&write, FIRST_NUMBER)?;
        let auth = format!("{},{}", read.as_raw_fd(), write.as_raw_fd());
        // Children that are not told of it have two more files open, and no use for them: a program started by
        // `posix_spawn` cannot be given just these.
        for end in [&read, &write] {
            fcntl_setfd(end, FdFlags::empty())?;
        }
        let unusable = || io::Error::other("the pipe cannot be opened again");
        let mut server = Jobserver::join(&auth).ok_or_else(unusable)?;
        server.give.write_all(&vec![b'+'; jobs.saturating_sub(1)])?;
        server.made = Some((read, write));
        Ok((server, Offer { auth, jobs: Some(jobs) }))
    }

    /// Both ends of the pipe with these numbers, if it is one that was inherited.
    fn inherited(read: &str, write: &str) -> Option<(File, File)> {
        use std::os::unix::fs::MetadataExt;
        let place = |number: u32| format!("/proc/self/fd/{number}");
        let (read, write) = (read.parse().ok()?, write.parse().ok()?);
        if !(inheritable_for(read, READ) && inheritable_for(write, WRITE)) {
            return None;
        }
        let give = File::options().write(true).open(place(write)).ok()?;
        let take = open_to_take(&place(read))?;
        // Two ends of one pipe are one file. Numbers that have been closed since, and mean something else now, are
        // hardly ever that.
        let (one, other) = (take.metadata().ok()?, give.metadata().ok()?);
        (is_pipe(&take) && one.ino() == other.ino() && one.dev() == other.dev()).then_some((take, give))
    }
}

#[cfg(all(unix, not(target_os = "linux")))]
impl Jobserver {
    pub(super) fn make(_: usize) -> io::Result<(Jobserver, Offer)> {
        Err(io::ErrorKind::Unsupported.into())
    }

    fn inherited(_: &str, _: &str) -> Option<(File, File)> {
        None
    }
}

#[cfg(unix)]
impl Jobserver {
    /// `None` where there is none, or none any more: it ended, or did not let this process have its files (a recipe
    /// without `+` in front).
    pub(super) fn join(auth: &str) -> Option<Jobserver> {
        let (take, give) = match auth.strip_prefix("fifo:") {
            Some(path) => named(path)?,
            None => auth.split_once(',').and_then(|(read, write)| Jobserver::inherited(read, write))?,
        };
        let bell = io::pipe().ok()?;
        // It is only a hint, and must not stop anybody: not where it is full, and not where a process that was forked
        // off hears this one's.
        rustix::io::ioctl_fionbio(&bell.0, true).ok()?;
        rustix::io::ioctl_fionbio(&bell.1, true).ok()?;
        Some(Jobserver { take, give, bell, made: None })
    }

    /// A byte, if there is one now.
    pub(super) fn take(&self) -> io::Result<Option<u8>> {
        use std::io::Read;
        let mut byte = [0];
        loop {
            match (&self.take).read(&mut byte) {
                Ok(0) => return Err(io::ErrorKind::UnexpectedEof.into()),
                Ok(_) => return Ok(Some(byte[0])),
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return Ok(None),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
    }

    pub(super) fn give(&self, byte: u8) -> io::Result<()> {
        use std::io::Write;
        (&self.give).write_all(&[byte])
    }

    /// Wait until there is a byte or the bell rings, but no longer than that. Somebody else may have the byte first.
    pub(super) fn wait(&self, longest: Duration) {
        use rustix::event::{PollFd, PollFlags, Timespec, poll};
        let longest = Timespec { tv_sec: 0, tv_nsec: longest.subsec_nanos().into() };
        let mut either = [PollFd::new(&self.take, PollFlags::IN), PollFd::new(&self.bell.0, PollFlags::IN)];
        // Whatever it says, a signal or that nothing came: the caller looks again.
        let _ = poll(&mut either, Some(&longest));
    }

    /// End every [`wait`](Jobserver::wait) until the bell is [silenced](Jobserver::silence).
    pub(super) fn ring(&self) {
        use std::io::Write;
        let _ = (&self.bell.1).write(b"!");
    }

    pub(super) fn silence(&self) {
        use std::io::Read;
        let _ = (&self.bell.0).read(&mut [0; 64]);
    }
}

/// The pipe of that path. Its server has it open for reading: with nobody there, it cannot be opened for writing.
#[cfg(unix)]
fn named(path: &str) -> Option<(File, File)> {
    use std::os::unix::fs::OpenOptionsExt;
    let without_waiting = rustix::fs::OFlags::NONBLOCK.bits() as i32;
    let give = File::options().write(true).custom_flags(without_waiting).open(path).ok()?;
    is_pipe(&give).then_some(())?;
    Some((open_to_take(path)?, give))
}

#[cfg(unix)]
fn open_to_take(path: &str) -> Option<File> {
    use std::os::unix::fs::OpenOptionsExt;
    let without_waiting = rustix::fs::OFlags::NONBLOCK.bits() as i32;
    File::options().read(true).custom_flags(without_waiting).open(path).ok()
}

#[cfg(unix)]
fn is_pipe(file: &File) -> bool {
    use std::os::unix::fs::FileTypeExt;
    file.metadata().is_ok_and(|metadata| metadata.file_type().is_fifo())
}

/// How a file is open, in the lowest bits of what `/proc/self/fdinfo` tells. 2 means both ways.
#[cfg(target_os = "linux")]
const READ: u32 = 0;
#[cfg(target_os = "linux")]
const WRITE: u32 = 1;

/// Whether this number is an open file that children inherit, as everything is that was inherited itself: files
/// that Python or Rust open are not.
#[cfg(target_os = "linux")]
fn inheritable_for(number: u32, way: u32) -> bool {
    let closed_for_children = rustix::fs::OFlags::CLOEXEC.bits();
    let about = std::fs::read_to_string(format!("/proc/self/fdinfo/{number}")).unwrap_or_default();
    let flags = about.lines().find_map(|line| line.strip_prefix("flags:"));
    let flags = flags.and_then(|flags| u32::from_str_radix(flags.trim(), 8).ok());
    flags.is_some_and(|flags| flags & closed_for_children == 0 && [way, 2].contains(&(flags & 3)))
}

#[cfg(not(unix))]
impl Jobserver {
    pub(super) fn make(_: usize) -> io::Result<(Jobserver, Offer)> {
        Err(io::ErrorKind::Unsupported.into())
    }

    pub(super) fn join(_: &str) -> Option<Jobserver> {
        None
    }

    pub(super) fn take(&self) -> io::Result<Option<u8>> {
        Err(io::ErrorKind::Unsupported.into())
    }

    pub(super) fn give(&self, _: u8) -> io::Result<()> {
        Err(io::ErrorKind::Unsupported.into())
    }

    pub(super) fn wait(&self, _: Duration) {}

    pub(super) fn ring(&self) {}

    pub(super) fn silence(&self) {}
}

/// `variables`, an environment for a child, with `offer` in it: what has to be set beside what is there.
pub(super) fn variables_for(
    offer: &Offer,
    variable: impl Fn(&str) -> Option<OsString>,
) -> Vec<(OsString, OsString)> {
    let mut more = Vec::new();
    for name in [MAKEFLAGS, CARGO_MAKEFLAGS] {
        let flags = variable(name);
        // Cargo's own is only there if somebody set it; but then it must not lead anywhere else.
        if name == CARGO_MAKEFLAGS && flags.is_none() {
            continue;
        }
        let flags = flags.unwrap_or_default();
        let Some(flags) = OsStr::new(&flags).to_str() else { continue };
        if Offer::parse(flags).is_none_or(|there| there.auth != offer.auth) {
            more.push((name.into(), offer.written_into(flags).into()));
        }
    }
    more
}

#[cfg(test)]
mod tests {
    use super::*;

    fn offer(auth: &str, jobs: Option<usize>) -> Option<Offer> {
        Some(Offer { auth: auth.into(), jobs })
    }

    #[test]
    fn an_offer_is_found_among_the_other_flags() {
        assert_eq!(Offer::parse("k -j3 --jobserver-auth=3,4 -- X=1"), offer("3,4", Some(3)));
        assert_eq!(Offer::parse(" -j --jobserver-fds=5,6 --jobserver-auth=5,6"), offer("5,6", None));
        assert_eq!(
            Offer::parse("w -j8 --jobserver-auth=fifo:/tmp/GMfifo12"),
            offer("fifo:/tmp/GMfifo12", Some(8))
        );
        // make itself goes by the last one.
        assert_eq!(Offer::parse("--jobserver-auth=3,4 --jobserver-auth=7,8"), offer("7,8", None));
    }

    #[test]
    fn no_offer_is_found_where_there_is_none() {
        for flags in ["", "k", "-j3", " -j3 -- A=--jobserver-auth=3,4", "A=1 -- --jobserver-auth=3,4", "-j0"]
        {
            assert_eq!(Offer::parse(flags), None, "{flags}");
        }
    }

    #[test]
    fn an_offer_takes_the_place_of_another_and_leaves_the_other_flags() {
        let mine = Offer { auth: "20,21".into(), jobs: Some(2) };
        let own = "-j2 --jobserver-fds=20,21 --jobserver-auth=20,21";
        assert_eq!(mine.written_into(""), own);
        assert_eq!(mine.written_into("k -j3 --jobserver-auth=3,4 -- X=1"), format!("k {own} -- X=1"));
        assert_eq!(Offer::parse(&mine.written_into("wk -j")), Some(mine));
    }

    #[test]
    fn cargos_variable_is_changed_where_it_would_lead_elsewhere() {
        let mine = Offer { auth: "20,21".into(), jobs: Some(2) };
        let names = |variables: &[(&str, &str)]| -> Vec<OsString> {
            let value =
                |name: &str| variables.iter().find(|(key, _)| *key == name).map(|(_, value)| value.into());
            variables_for(&mine, value).into_iter().map(|(name, _)| name).collect()
        };
        assert_eq!(names(&[]), [MAKEFLAGS]);
        assert_eq!(names(&[(CARGO_MAKEFLAGS, "-j --jobserver-auth=8,9")]), [MAKEFLAGS, CARGO_MAKEFLAGS]);
        assert!(names(&[(MAKEFLAGS, "-j2 --jobserver-auth=20,21")]).is_empty());
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn what_was_taken_can_be_taken_again_once_it_is_back() {
        let (server, offer) = Jobserver::make(3).unwrap();
        let other = Jobserver::join(&offer.auth).unwrap();
        assert_eq!((server.take().unwrap(), other.take().unwrap()), (Some(b'+'), Some(b'+')));
        assert_eq!((server.take().unwrap(), other.take().unwrap()), (None, None));
        other.give(b'x').unwrap();
        server.wait(Duration::from_secs(0));
        assert_eq!(server.take().unwrap(), Some(b'x'));
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn what_is_no_inherited_pipe_is_not_joined() {
        use std::os::fd::AsRawFd;
        let numbers =
            |read: &dyn AsRawFd, write: &dyn AsRawFd| format!("{},{}", read.as_raw_fd(), write.as_raw_fd());
        // A pipe that this process made for itself, as Python's are: children do not have it.
        let (read, write) = io::pipe().unwrap();
        assert!(Jobserver::join(&numbers(&read, &write)).is_none());
        let file = tempfile::tempfile().unwrap();
        assert!(Jobserver::join(&numbers(&file, &file)).is_none());
        let (server, _) = Jobserver::make(2).unwrap();
        let (read, write) = server.made.as_ref().unwrap();
        assert!(Jobserver::join(&numbers(read, write)).is_some());
        assert!(Jobserver::join(&numbers(write, read)).is_none(), "the wrong way round");
        let (other, _) = Jobserver::make(2).unwrap();
        let (_, other_write) = other.made.as_ref().unwrap();
        assert!(Jobserver::join(&numbers(read, other_write)).is_none(), "two pipes");
        for text in ["", "3", "-2,-2", "x,y", "99999,99998", "fifo:", "fifo:/no/such/pipe", "fifo:/dev/null"]
        {
            assert!(Jobserver::join(text).is_none(), "{text}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_named_pipe_is_joined_while_its_server_lives() {
        use std::os::unix::fs::OpenOptionsExt;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("jobs");
        assert!(std::process::Command::new("mkfifo").arg(&path).status().unwrap().success());
        let auth = format!("fifo:{}", path.display());
        assert!(Jobserver::join(&auth).is_none(), "left behind by a server that has ended");
        let without_waiting = rustix::fs::OFlags::NONBLOCK.bits() as i32;
        let server = File::options().read(true).custom_flags(without_waiting).open(&path).unwrap();
        let client = Jobserver::join(&auth).unwrap();
        assert_eq!(client.take().unwrap(), None);
        client.give(b'q').unwrap();
        assert_eq!(client.take().unwrap(), Some(b'q'));
        drop(server);
    }
}
