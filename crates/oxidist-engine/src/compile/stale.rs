//! Whether an output is out of date by what is remembered of it: asked where its steps are not known.

use std::collections::HashSet;
use std::path::Path;

use super::known::Known;
use super::outcome::Watch;
use super::records::Records;
use super::stamp::Stamp;
use crate::Result;
use crate::effects::{Cancel, Effects, absolute};

/// Whether anything that `output` was made of, through its objects down to their headers, has changed since.
///
/// `folder` is where the records are. The answer is `false` too where they know nothing of the file that is there.
///
/// # Errors
///
/// As [`run`](super::run): records that cannot be read, or `cancel` while another build has them.
pub fn is_known_stale(
    folder: &Path,
    output: &Path,
    effects: &dyn Effects,
    cancel: &Cancel,
    watch: &dyn Watch,
) -> Result<bool> {
    if !effects.is_folder(folder) {
        return Ok(false);
    }
    let records = Records::open(folder, effects, cancel, watch)?;
    Ok(records.known(|known| {
        let owner = known.output(&absolute(output)).and_then(|output| output.owner());
        let Some((_, record)) = owner else { return false };
        let is_it = known.file(record.made).is_still(Stamp::of(effects, output));
        is_it && Question { known, effects, asked: HashSet::new() }.has_changed(record.build)
    }))
}

struct Question<'a> {
    known: &'a Known,
    effects: &'a dyn Effects,
    /// Files that are as they were: most headers are read by many objects.
    asked: HashSet<u32>,
}

impl Question<'_> {
    /// Whether something that this job read has changed, or is made by another job now.
    fn has_changed(&mut self, build: u64) -> bool {
        let Some(record) = self.known.record_of(build) else { return true };
        record.inputs.iter().chain(&record.depends).chain(&record.sought).any(|file| !self.is_still(*file))
            || record.built.iter().any(|(_, build)| self.has_changed(*build))
    }

    fn is_still(&mut self, number: u32) -> bool {
        if self.asked.contains(&number) {
            return true;
        }
        let seen = self.known.file(number);
        let same = seen.is_still(Stamp::of(self.effects, &seen.path));
        if same {
            self.asked.insert(number);
        }
        same
    }
}
