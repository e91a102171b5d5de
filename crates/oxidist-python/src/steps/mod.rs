//! Compiler steps: gathered from calls of a compiler's methods, and run by the engine as one graph.
//!
//! A method such as `compile` or `link` says what it would run with [`add_or_run`]. While a command gathers
//! ([`gather`]), that is all it does, and the command runs what it has gathered with [`run`]: the objects and
//! links of many extensions side by side. Otherwise the method runs its own steps at once.
//!
//! Methods may only do so where nobody can tell the difference: see [`compiler_is_ours`].

mod making;
mod screen;
mod settings;

use std::cell::RefCell;
use std::path::Path;

use oxidist_engine::compile::{self, Group, Kind, Outcome, Step};
use pyo3::prelude::*;

pub use making::{archive, compile, forced, generate, link, paths, step};
pub use screen::Texts;
pub use settings::{launched, remember_in, remembers, share, width_of};

use crate::ccompiler::CCompiler;
use crate::errors::{CompileError, DistutilsExecError, LibError, LinkError, OrRaise};
use crate::interrupt::released;
use crate::{door, seam, windows};
use screen::Screen;

/// The methods that a batch of objects skips.
const COMPILING: &[&str] = &["_compile", "spawn", "call"];

/// The methods that a graph of objects and links skips or changes the order of.
///
/// Those of [`COMPILING`], and what [`decides_links`] asks about, are skipped as well.
const BUILDING: &[&str] = &["compile", "link", "link_shared_object", "create_static_lib"];

thread_local! {
    /// The steps that this thread gathers at the moment; `None` where each call runs its own.
    static GATHERED: RefCell<Option<Vec<Step>>> = const { RefCell::new(None) };
}

/// Call `make` (a compiler's method, in the end) and add the steps that it asks for to `steps`.
pub fn gather<T>(steps: &mut Vec<Step>, make: impl FnOnce() -> PyResult<T>) -> PyResult<T> {
    /// Puts back what was gathered before, also where `make` panics.
    struct Scope(Option<Vec<Step>>);
    impl Drop for Scope {
        fn drop(&mut self) {
            GATHERED.set(self.0.take());
        }
    }
    let _scope = Scope(GATHERED.replace(Some(Vec::new())));
    let made = make()?;
    steps.extend(GATHERED.take().unwrap_or_default());
    Ok(made)
}

/// Whether this thread gathers.
pub fn gathering() -> bool {
    GATHERED.with_borrow(Option::is_some)
}

/// Whether a step that this thread has gathered makes `path`.
pub fn will_make(path: &Path) -> bool {
    GATHERED.with_borrow(|gathered| gathered.iter().flatten().any(|step| step.output == path))
}

/// Do `steps` now, or add them to what this thread gathers.
pub fn add_or_run(compiler: &Bound<'_, PyAny>, steps: Vec<Step>) -> PyResult<()> {
    let steps = GATHERED.with_borrow_mut(|gathered| match gathered {
        Some(gathered) => {
            gathered.extend(steps);
            None
        }
        None => Some(steps),
    });
    let Some(steps) = steps else { return Ok(()) };
    let group = Group { name: String::new(), optional: false, steps };
    run_one(compiler, &group, &Texts::default())
}

/// Whether a batch of objects may go to the engine: `_compile` and what it calls are this library's own.
pub fn objects_are_ours(compiler: &Bound<'_, PyAny>) -> PyResult<bool> {
    let py = compiler.py();
    Ok(seam::methods_are_ours(compiler, COMPILING)?
        // Where a class has a `spawn` of its own, it calls this one.
        && seam::class_is_ours(&py.get_type::<CCompiler>(), &["spawn", "call"])?
        && seam::functions_are_ours(py, &[("spawn", "spawn")])?
        && seam::imports_are_ours(py, "ccompiler", &[("spawn", "spawn")])?)
}

/// Whether the steps of `compiler` may be gathered: whatever a script could see between them is this library's own,
/// and all of it can be said beforehand.
pub fn compiler_is_ours(compiler: &Bound<'_, PyAny>) -> PyResult<bool> {
    if !compiler.is_instance_of::<CCompiler>()
        || !seam::methods_are_ours(compiler, BUILDING)?
        || !objects_are_ours(compiler)?
        || !decides_links(compiler)?
    {
        return Ok(false);
    }
    let owner = |method| seam::owner_of(compiler, method);
    Ok(match (owner("_compile")?.as_deref(), owner("link")?.as_deref()) {
        (Some("UnixCCompiler"), Some("UnixCCompiler")) => true,
        (Some("CygwinCCompiler"), Some("CygwinCCompiler")) => {
            seam::imports_are_ours(compiler.py(), "cygwinccompiler", &[("UnixCCompiler", "unixccompiler")])?
        }
        _ => windows::batch::is_known(compiler),
    })
}

/// Whether the engine knows better than file times what is to be linked, and nobody else is asked.
pub fn decided_by_engine(compiler: &Bound<'_, PyAny>) -> PyResult<bool> {
    Ok((gathering() || remembers(compiler)?) && decides_links(compiler)? && objects_are_ours(compiler)?)
}

/// Whether `compile` should hand over this many objects at once: where there is something to win.
pub fn wants_batch(compiler: &Bound<'_, PyAny>, objects: usize) -> PyResult<bool> {
    Ok(objects > 1 || gathering() || remembers(compiler)?)
}

/// Whether the engine may say what is to be linked again: nobody replaced what distutils asks instead.
pub fn decides_links(compiler: &Bound<'_, PyAny>) -> PyResult<bool> {
    Ok(seam::methods_are_ours(compiler, &["_need_link"])?
        && seam::imports_are_ours(compiler.py(), "ccompiler", &[("newer_group", "dep_util")])?)
}

/// Run the steps of all groups, with what `compiler` remembers, and tell on the way what is done.
pub fn run(compiler: &Bound<'_, PyAny>, groups: &[Group], texts: &Texts) -> PyResult<Vec<Outcome>> {
    run_and_look(compiler, groups, texts).map(|(outcomes, _)| outcomes)
}

/// The outcomes, and whether anything was out of date.
fn run_and_look(
    compiler: &Bound<'_, PyAny>,
    groups: &[Group],
    texts: &Texts,
) -> PyResult<(Vec<Outcome>, bool)> {
    let py = compiler.py();
    let settings = settings::of(compiler)?;
    let door = door::of(compiler)?;
    let screen = Screen::new(py, texts, compiler.getattr("dry_run")?.is_truthy()?)?;
    let outcomes = released(py, |cancel| compile::run(groups, &settings, door, cancel, &screen));
    let began = screen.close(py)?;
    Ok((outcomes?.or_raise()?, began))
}

/// Run the steps of one group; its failure is the error.
pub fn run_one(compiler: &Bound<'_, PyAny>, group: &Group, texts: &Texts) -> PyResult<()> {
    run_part(compiler, group, texts).map(drop)
}

/// As [`run_one`], for a group that is not whole yet. Whether anything was out of date: the text that the group
/// begins has been told then.
pub fn run_part(compiler: &Bound<'_, PyAny>, group: &Group, texts: &Texts) -> PyResult<bool> {
    let (outcomes, began) = run_and_look(compiler, std::slice::from_ref(group), texts)?;
    outcomes.iter().try_for_each(|outcome| raise_failure(group, outcome))?;
    Ok(began)
}

/// Whether what is remembered of `output` says that it is out of date: a header that it was made of has changed.
///
/// For the long way, which goes by the times of sources and says nothing of headers.
pub fn is_known_stale(compiler: &Bound<'_, PyAny>, output: &Path) -> PyResult<bool> {
    let py = compiler.py();
    if !remembers(compiler)? {
        return Ok(false);
    }
    let Some(folder) = settings::of(compiler)?.records else { return Ok(false) };
    let door = door::of(compiler)?;
    let texts = Texts::default();
    let screen = Screen::new(py, &texts, false)?;
    let stale = released(py, |cancel| compile::is_known_stale(&folder, output, door, cancel, &screen));
    screen.close(py)?;
    stale?.or_raise()
}

/// The exception of a group that failed, by the kind of its step.
pub fn raise_failure(group: &Group, outcome: &Outcome) -> PyResult<()> {
    let Outcome::Failed { step, why } = outcome else { return Ok(()) };
    let text = why.to_string();
    Err(match group.steps.get(*step).map(|step| step.kind) {
        Some(Kind::Compile) => CompileError::new_err(text),
        Some(Kind::Link) => LinkError::new_err(text),
        Some(Kind::Archive) => LibError::new_err(text),
        Some(Kind::Generate) | None => DistutilsExecError::new_err(text),
    })
}
