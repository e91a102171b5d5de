//! Who owns the members of a tar file: the files' own owners by name, or the ones asked for.

use std::collections::HashMap;

use super::Entry;

/// Owners that replace the files' own.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Ownership {
    pub user: Option<Owner>,
    pub group: Option<Owner>,
}

/// A user or a group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Owner {
    pub name: String,
    pub id: u32,
}

impl Ownership {
    /// The owners behind distutils' `--owner` and `--group`. As there, a name that the system does not know
    /// changes nothing.
    pub fn named(user: Option<&str>, group: Option<&str>) -> Ownership {
        Ownership {
            user: user.and_then(|name| Some(Owner { name: name.into(), id: system::user_id(name)? })),
            group: group.and_then(|name| Some(Owner { name: name.into(), id: system::group_id(name)? })),
        }
    }
}

/// The user and group that new files of this process belong to.
pub(super) fn of_this_process() -> (u32, u32) {
    system::of_this_process()
}

/// The names behind the owners' numbers in one list of entries, each looked up once.
pub(super) struct Names<'a> {
    ownership: &'a Ownership,
    users: HashMap<u32, String>,
    groups: HashMap<u32, String>,
}

impl<'a> Names<'a> {
    pub(super) fn of(entries: &[Entry], ownership: &'a Ownership) -> Names<'a> {
        let mut users = HashMap::new();
        let mut groups = HashMap::new();
        for entry in entries {
            let (uid, gid) = (entry.attributes.uid, entry.attributes.gid);
            users.entry(uid).or_insert_with(|| system::user_name(uid).unwrap_or_default());
            groups.entry(gid).or_insert_with(|| system::group_name(gid).unwrap_or_default());
        }
        Names { ownership, users, groups }
    }

    /// The number and name to write for a member that belongs to user `uid`.
    pub(super) fn user(&self, uid: u32) -> (u32, &str) {
        named(&self.ownership.user, &self.users, uid)
    }

    /// The number and name to write for a member that belongs to group `gid`.
    pub(super) fn group(&self, gid: u32) -> (u32, &str) {
        named(&self.ownership.group, &self.groups, gid)
    }
}

fn named<'n>(replaced: &'n Option<Owner>, names: &'n HashMap<u32, String>, id: u32) -> (u32, &'n str) {
    match replaced {
        Some(owner) => (owner.id, &owner.name),
        None => (id, names.get(&id).map_or("", String::as_str)),
    }
}

#[cfg(unix)]
mod system {
    use nix::unistd::{Gid, Group, Uid, User};

    pub(super) fn user_id(name: &str) -> Option<u32> {
        User::from_name(name).ok().flatten().map(|user| user.uid.as_raw())
    }

    pub(super) fn group_id(name: &str) -> Option<u32> {
        Group::from_name(name).ok().flatten().map(|group| group.gid.as_raw())
    }

    pub(super) fn user_name(id: u32) -> Option<String> {
        User::from_uid(Uid::from_raw(id)).ok().flatten().map(|user| user.name)
    }

    pub(super) fn group_name(id: u32) -> Option<String> {
        Group::from_gid(Gid::from_raw(id)).ok().flatten().map(|group| group.name)
    }

    pub(super) fn of_this_process() -> (u32, u32) {
        (nix::unistd::geteuid().as_raw(), nix::unistd::getegid().as_raw())
    }
}

#[cfg(not(unix))]
mod system {
    pub(super) fn user_id(_: &str) -> Option<u32> {
        None
    }

    pub(super) fn group_id(_: &str) -> Option<u32> {
        None
    }

    pub(super) fn user_name(_: u32) -> Option<String> {
        None
    }

    pub(super) fn group_name(_: u32) -> Option<String> {
        None
    }

    pub(super) fn of_this_process() -> (u32, u32) {
        (0, 0)
    }
}
