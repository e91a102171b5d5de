//! The three standard streams: each is open, so that no file of ours gets the number of one.

use std::io;

/// Open `/dev/null` in the place of standard streams that are closed (`>&-`). Else the next file to be opened would
/// have that number, and what is printed, here or by a child, would be written into it.
#[cfg(unix)]
pub fn open_closed_streams() -> io::Result<()> {
    use std::fs::File;
    use std::os::fd::{AsRawFd, IntoRawFd};
    loop {
        // The lowest number that is free.
        let file = File::options().read(true).write(true).open("/dev/null")?;
        if file.as_raw_fd() > 2 {
            return Ok(());
        }
        // Children have it as well.
        rustix::io::fcntl_setfd(&file, rustix::io::FdFlags::empty())?;
        let _ = file.into_raw_fd();
    }
}

#[cfg(not(unix))]
pub fn open_closed_streams() -> io::Result<()> {
    Ok(())
}
