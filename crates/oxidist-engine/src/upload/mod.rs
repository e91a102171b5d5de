//! What is said to a package index and what is heard from it: bodies of requests, answers, second tries, secrets.
//!
//! Nothing here opens a connection: that is left to Python's own `urllib`, so that proxies, certificates and whatever
//! a script has installed there keep their say.

mod answer;
mod attempts;
mod file;
mod form;
mod secrets;

pub use answer::{Answer, Subject, Verdict, charset};
pub use attempts::{Failure, LONGEST_PAUSE, PAUSES, Sent};
pub use file::{Inspected, inspect};
pub use form::{BOUNDARY, Blocks, Body, Content, Form, Layout};
pub use secrets::{Secrets, has_login, without_login};
