//! Version numbers of distutils' two kinds, and requirements on them.

mod loose;
mod number;
mod predicate;
mod repr;
mod strict;

pub use loose::{LooseVersion, Part};
pub use number::Number;
pub use predicate::{Comparison, Provision, VersionPredicate, split_comparison, split_provision};
pub use strict::{Prerelease, StrictVersion};
