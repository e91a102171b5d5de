//! Version numbers of distutils' two kinds, and requirements on them.

mod loose;
mod number;
mod predicate;
mod repr;
mod strict;

pub use loose::{LooseVersion, Part};
pub use number::Number;
pub use predicate::{Comparison, Provision, VersionPredicate, split_comparison, split_provision};
pub use predicate::{comparison_words, predicate_words, provision_words};
pub use strict::{Prerelease, StrictVersion};
