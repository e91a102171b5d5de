//! A token that asks running work to stop.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::{Error, Result};

/// Shared between the thread that works and the one that hears Ctrl-C. Clones are the same token.
#[derive(Clone, Default)]
pub struct Cancel(Arc<Token>);

#[derive(Default)]
struct Token {
    is_set: AtomicBool,
    /// Where the thread that hears Ctrl-C is the one that works: what listens for it, and answers whether to stop.
    listens: Option<Box<dyn Fn() -> bool + Send + Sync>>,
}

impl Cancel {
    /// One that asks `listens` each time that it is asked itself, until that says to stop.
    pub fn listening(listens: impl Fn() -> bool + Send + Sync + 'static) -> Cancel {
        Cancel(Arc::new(Token { is_set: AtomicBool::default(), listens: Some(Box::new(listens)) }))
    }

    /// Ask whoever holds this token to stop at the next file.
    pub fn set(&self) {
        self.0.is_set.store(true, Ordering::Relaxed);
    }

    pub fn is_set(&self) -> bool {
        if !self.0.is_set.load(Ordering::Relaxed) && self.0.listens.as_ref().is_some_and(|listens| listens())
        {
            self.set();
        }
        self.0.is_set.load(Ordering::Relaxed)
    }

    /// `Err(Error::Interrupted)` once the token is set: called between one file and the next.
    pub fn check(&self) -> Result<()> {
        if self.is_set() { Err(Error::Interrupted) } else { Ok(()) }
    }
}

impl fmt::Debug for Cancel {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_tuple("Cancel").field(&self.0.is_set).finish()
    }
}
