//! The body of a request as Python's `http.client` takes it: an iterable of blocks, from the beginning each time.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use oxidist_engine::upload::{Blocks, Body, Sent};
use pyo3::prelude::*;
use pyo3::types::PyBytes;

use crate::errors::OrRaise;

/// A form that is read from its files as it is sent, and counts what has been taken of it.
#[pyclass(frozen, module = "distutils.command.upload", name = "_StreamedBody")]
pub struct StreamedBody {
    body: Body,
    /// Where what must not arrive twice begins.
    content_from: u64,
    taken: Arc<AtomicU64>,
}

impl StreamedBody {
    /// A form of which nothing but the file counts.
    pub fn with_file(body: Body) -> StreamedBody {
        let content_from = body.before_file();
        StreamedBody { body, content_from, taken: Arc::default() }
    }

    /// A form that counts as soon as any of it is sent.
    pub fn whole(body: Body) -> StreamedBody {
        StreamedBody { body, content_from: 0, taken: Arc::default() }
    }

    /// Forget what was taken.
    pub fn rewind(&self) {
        self.taken.store(0, Ordering::Relaxed);
    }

    pub fn sent(&self) -> Sent {
        Sent {
            bytes: self.taken.load(Ordering::Relaxed),
            total: self.body.length(),
            content_from: self.content_from,
        }
    }
}

#[pymethods]
impl StreamedBody {
    fn __iter__(&self) -> TakenBlocks {
        self.rewind();
        TakenBlocks { blocks: Mutex::new(self.body.blocks()), taken: self.taken.clone() }
    }
}

/// The blocks that are left.
#[pyclass(frozen, module = "distutils.command.upload", name = "_Blocks")]
struct TakenBlocks {
    blocks: Mutex<Blocks>,
    taken: Arc<AtomicU64>,
}

#[pymethods]
impl TakenBlocks {
    fn __iter__(slf: PyRef<'_, Self>) -> PyRef<'_, Self> {
        slf
    }

    fn __next__<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyBytes>>> {
        let next = py.detach(|| self.blocks.lock().unwrap_or_else(PoisonError::into_inner).next());
        let Some(block) = next else { return Ok(None) };
        let block = block.or_raise()?;
        self.taken.fetch_add(block.len() as u64, Ordering::Relaxed);
        Ok(Some(PyBytes::new(py, &block)))
    }
}
