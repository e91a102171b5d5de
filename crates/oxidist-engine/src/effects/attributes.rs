//! What a file that takes another's place has from it: permission bits, owner, extended attributes.

use std::fs::File;
use std::io;

/// Give `new` what `old` has, as if `old` had been written to. `false` where this process may not: then only `old`
/// itself can keep them.
#[cfg(unix)]
pub(super) fn keep(old: &File, new: &File) -> io::Result<bool> {
    use std::os::unix::fs::{MetadataExt, PermissionsExt, fchown};
    let (had, has) = (old.metadata()?, new.metadata()?);
    let changed = |had: u32, has: u32| (had != has).then_some(had);
    let (owner, group) = (changed(had.uid(), has.uid()), changed(had.gid(), has.gid()));
    if (owner.is_some() || group.is_some()) && fchown(new, owner, group).is_err() {
        return Ok(false);
    }
    // Writing to a file takes its set-user-id bit away, too.
    new.set_permissions(std::fs::Permissions::from_mode(had.mode() & super::COPIED_MODE))?;
    Ok(keep_extended(old, new))
}

#[cfg(not(unix))]
pub(super) fn keep(_: &File, _: &File) -> io::Result<bool> {
    Ok(true)
}

/// Access control lists and attributes of the user's own. Those of the system (`security.*`) are the system's affair.
#[cfg(any(target_os = "linux", target_os = "macos"))]
fn keep_extended(old: &File, new: &File) -> bool {
    use rustix::fs::{XattrFlags, fgetxattr, flistxattr, fsetxattr};
    let mut names = vec![0; 64 * 1024];
    // A file system that has none says so with an error.
    let Ok(length) = flistxattr(old, &mut names[..]) else { return true };
    let mut value = vec![0; 64 * 1024];
    let kept = |name: &[u8]| name.starts_with(b"user.") || name.starts_with(b"system.posix_acl_");
    names[..length].split(|byte| *byte == 0).filter(|name| kept(name)).all(|name| {
        fgetxattr(old, name, &mut value[..])
            .is_ok_and(|length| fsetxattr(new, name, &value[..length], XattrFlags::empty()).is_ok())
    })
}

#[cfg(not(any(target_os = "linux", target_os = "macos")))]
#[cfg(unix)]
fn keep_extended(_: &File, _: &File) -> bool {
    true
}
