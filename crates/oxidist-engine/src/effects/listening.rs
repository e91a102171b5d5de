//! What a child says through a pipe: read while it runs, kept up to a bound, and waited for after its end.

use std::io::{self, PipeReader};
use std::time::Duration;

/// Bytes that are kept of what one process says: more is for nobody to read.
const KEPT: usize = 64 << 20;

/// What was said.
#[derive(Default)]
struct Said {
    bytes: Vec<u8>,
    /// Bytes that were not kept.
    more: u64,
}

impl Said {
    fn add(&mut self, said: &[u8]) {
        let kept = said.len().min(KEPT.saturating_sub(self.bytes.len()));
        self.bytes.extend_from_slice(&said[..kept]);
        self.more = self.more.saturating_add((said.len() - kept) as u64);
    }

    fn take(&mut self) -> Vec<u8> {
        let mut bytes = std::mem::take(&mut self.bytes);
        if self.more > 0 {
            bytes.extend_from_slice(format!("\n[and {} bytes more]\n", self.more).as_bytes());
        }
        bytes
    }
}

/// The end of a pipe, and what has come out of it. No thread is needed for it.
#[cfg(unix)]
pub(super) struct Listener {
    pipe: PipeReader,
    said: Said,
    closed: bool,
}

#[cfg(unix)]
impl Listener {
    pub(super) fn new(pipe: PipeReader) -> io::Result<Listener> {
        // This end alone: how the child writes is its own affair.
        rustix::io::ioctl_fionbio(&pipe, true)?;
        Ok(Listener { pipe, said: Said::default(), closed: false })
    }

    /// Hear what is said, for so long at most; whether the pipe is closed at its other end.
    pub(super) fn listen(&mut self, longest: Duration) -> bool {
        use rustix::event::{PollFd, PollFlags, Timespec, poll};
        use std::io::Read;
        if self.closed {
            return true;
        }
        let longest = Timespec { tv_sec: 0, tv_nsec: longest.subsec_nanos().into() };
        // Whatever it says, a signal or that nothing came: the caller listens again.
        let _ = poll(&mut [PollFd::new(&self.pipe, PollFlags::IN)], Some(&longest));
        let mut buffer = [0; 16 * 1024];
        // One that never stops talking must not keep the caller from looking after other things.
        for _ in 0..64 {
            match self.pipe.read(&mut buffer) {
                Ok(0) => self.closed = true,
                Ok(count) => {
                    self.said.add(&buffer[..count]);
                    continue;
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                Err(_) => self.closed = true,
            }
            break;
        }
        self.closed
    }

    pub(super) fn take(mut self) -> Vec<u8> {
        self.said.take()
    }

    /// Whether a process of this session has the other end: one that a wrapper has started to filter what it says, and
    /// no server, which has a session of its own. `true` where this cannot be known.
    pub(super) fn may_say_more(&self) -> bool {
        cfg!(not(target_os = "linux")) || has_writer_in_session(&self.pipe).unwrap_or(true)
    }
}

#[cfg(target_os = "linux")]
fn has_writer_in_session(pipe: &PipeReader) -> Option<bool> {
    use std::os::fd::AsRawFd;
    let own = std::fs::read_link(format!("/proc/self/fd/{}", pipe.as_raw_fd())).ok()?;
    let session = session_of("self")?;
    for process in std::fs::read_dir("/proc").ok()?.flatten() {
        let name = process.file_name();
        let Some(number) = name.to_str().filter(|name| name.bytes().all(|byte| byte.is_ascii_digit())) else {
            continue;
        };
        if number == std::process::id().to_string() || session_of(number) != Some(session) {
            continue;
        }
        let Ok(files) = std::fs::read_dir(process.path().join("fd")) else { continue };
        if files.flatten().any(|file| std::fs::read_link(file.path()).is_ok_and(|target| target == own)) {
            return Some(true);
        }
    }
    Some(false)
}

#[cfg(all(unix, not(target_os = "linux")))]
fn has_writer_in_session(_: &PipeReader) -> Option<bool> {
    None
}

/// The session that a process is in: the fourth number behind its name, which is in parentheses.
#[cfg(target_os = "linux")]
fn session_of(process: &str) -> Option<i32> {
    let facts = std::fs::read(format!("/proc/{process}/stat")).ok()?;
    let facts = String::from_utf8_lossy(&facts);
    facts.rsplit_once(')')?.1.split_ascii_whitespace().nth(3)?.parse().ok()
}

/// The same by a thread that reads: there is no waiting for a pipe with a bound.
#[cfg(not(unix))]
pub(super) struct Listener {
    said: std::sync::Arc<std::sync::Mutex<Said>>,
    /// Disconnected once the pipe is closed at its other end.
    ended: std::sync::mpsc::Receiver<()>,
}

#[cfg(not(unix))]
impl Listener {
    pub(super) fn new(mut pipe: PipeReader) -> io::Result<Listener> {
        use std::io::Read;
        let said = std::sync::Arc::new(std::sync::Mutex::new(Said::default()));
        let (open, ended) = std::sync::mpsc::channel();
        let heard = std::sync::Arc::clone(&said);
        std::thread::Builder::new().spawn(move || {
            let _open: std::sync::mpsc::Sender<()> = open;
            let mut buffer = vec![0; 16 * 1024];
            loop {
                match pipe.read(&mut buffer) {
                    Ok(0) => break,
                    Ok(count) => {
                        heard.lock().unwrap_or_else(std::sync::PoisonError::into_inner).add(&buffer[..count]);
                    }
                    Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                    Err(_) => break,
                }
            }
        })?;
        Ok(Listener { said, ended })
    }

    pub(super) fn listen(&mut self, longest: Duration) -> bool {
        self.ended.recv_timeout(longest) != Err(std::sync::mpsc::RecvTimeoutError::Timeout)
    }

    pub(super) fn take(self) -> Vec<u8> {
        self.said.lock().unwrap_or_else(std::sync::PoisonError::into_inner).take()
    }

    pub(super) fn may_say_more(&self) -> bool {
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn more_than_anybody_reads_is_counted_and_not_kept() {
        let mut said = Said::default();
        said.add(&vec![b'x'; KEPT - 1]);
        said.add(b"yz");
        said.add(b"more");
        let text = said.take();
        assert!(text.ends_with(b"xy\n[and 5 bytes more]\n"));
    }
}
