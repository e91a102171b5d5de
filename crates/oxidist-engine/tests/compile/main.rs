//! Builds of C, from the outside: with gcc where headers matter, with small scripts where failures do.
#![cfg(unix)]
#![allow(clippy::unwrap_used, reason = "what makes up the folders is a part of the tests")]

mod beside;
mod broken;
mod builds;
mod concurrent;
mod failures;
mod generated;
mod model;
mod rebuilds;
mod shared;
mod workshop;
