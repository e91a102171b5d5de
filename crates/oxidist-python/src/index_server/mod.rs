//! Requests to a package index through Python's `urllib`: sent again where that is safe, and told of in one line.

mod body;
mod bounded;
mod failure;
mod reading;

use std::cell::RefCell;
use std::time::Duration;

use oxidist_engine::upload::{
    Failure, LONGEST_PAUSE, PAUSES, Secrets, Sent, Subject, Verdict, has_login, without_login,
};
use oxidist_engine::{terminal, words};
use pyo3::exceptions::PyOSError;
use pyo3::prelude::*;
use pyo3::types::{PyAny, PyDict};

pub use self::body::StreamedBody;
pub use self::bounded::Call;
use self::reading::Heard;
use crate::errors::{DistutilsOptionError, OrRaise};
use crate::{log, seam};

/// How long a server is waited for, unless `OXIDIST_TIMEOUT` or `socket.setdefaulttimeout` says another number of
/// seconds: for each part of what is sent, and for the whole of an answer.
const PATIENCE: Duration = Duration::from_secs(120);

/// More than a socket takes.
const LONGEST_PATIENCE: f64 = 2_000_000.0;

/// Fields of forms and the methods of the metadata that give them, in the order of CPython's forms. The last three are
/// PEP 314's.
pub const METADATA_FIELDS: [(&str, &str); 13] = [
    ("summary", "get_description"),
    ("home_page", "get_url"),
    ("author", "get_contact"),
    ("author_email", "get_contact_email"),
    ("license", "get_licence"),
    ("description", "get_long_description"),
    ("keywords", "get_keywords"),
    ("platform", "get_platforms"),
    ("classifiers", "get_classifiers"),
    ("download_url", "get_download_url"),
    ("provides", "get_provides"),
    ("requires", "get_requires"),
    ("obsoletes", "get_obsoletes"),
];

/// What an address and its answers are called, and what must not be shown of them.
pub struct Server {
    /// Host and port.
    pub name: String,
    pub url: String,
    pub patience: Duration,
    /// Grows: what is learned later must be hidden, too.
    pub secrets: RefCell<Secrets>,
}

impl Server {
    pub fn new(py: Python<'_>, url: &str) -> PyResult<Server> {
        let name: String =
            py.import("urllib.parse")?.call_method1("urlsplit", (url,))?.getattr("netloc")?.extract()?;
        let name = if name.is_empty() { url.to_string() } else { name };
        Ok(Server { name, url: url.to_string(), patience: patience(py)?, secrets: RefCell::default() })
    }

    /// Hide the passwords that a command and its distribution have.
    pub fn learn_passwords(&self, command: &Bound<'_, PyAny>) -> PyResult<()> {
        let text = |holder: &Bound<'_, PyAny>, name: &str| -> PyResult<Option<String>> {
            Ok(holder.getattr_opt(name)?.and_then(|value| value.extract::<String>().ok()))
        };
        let name = text(command, "username")?.unwrap_or_default();
        for holder in [command.clone(), command.getattr("distribution")?] {
            if let Some(secret) = text(&holder, "password")? {
                self.secrets.borrow_mut().add_login(&name, &secret);
            }
        }
        Ok(())
    }

    /// A text that is fit to be shown: without secrets, and without anything that a terminal would obey.
    pub fn hide(&self, text: &str) -> String {
        terminal::lines(&self.secrets.borrow().hide(text)).into_owned()
    }
}

/// The address in a command's `repository`. It must have no login in it, with which it would be shown.
pub fn address(command: &Bound<'_, PyAny>) -> PyResult<String> {
    let url: String = command.getattr("repository")?.str()?.to_str()?.to_string();
    if has_login(&url) {
        return Err(DistutilsOptionError::new_err(format!(
            "the address of the index must not have a login in it ({}): put that into ~/.pypirc",
            without_login(&url)
        )));
    }
    Ok(url)
}

/// Whether a function that distutils' modules have from `urllib.request` is still Python's own.
pub fn is_pythons_own(function: &Bound<'_, PyAny>) -> PyResult<bool> {
    let library = function.py().import("urllib.request")?;
    Ok(match function.getattr_opt("__globals__")? {
        Some(globals) => globals.is(library.dict()),
        // A class has no names of its own: it knows where it is from.
        None => library
            .getattr_opt(function.getattr_opt("__name__")?.map_or(Ok(String::new()), |name| name.extract())?)?
            .is_some_and(|original| original.is(function)),
    })
}

/// Seconds: `OXIDIST_TIMEOUT`, else what the script has set for all sockets, else [`PATIENCE`].
fn patience(py: Python<'_>) -> PyResult<Duration> {
    let given = py.import("os")?.getattr("environ")?.call_method1("get", ("OXIDIST_TIMEOUT",))?;
    if !given.is_none() {
        let text = given.str()?.to_string_lossy().into_owned();
        if let Some(patience) = words::seconds("OXIDIST_TIMEOUT", &text).or_raise()? {
            return Ok(patience);
        }
    }
    let default = py.import("socket")?.call_method0("getdefaulttimeout")?;
    if default.is_none() {
        return Ok(PATIENCE);
    }
    let seconds: f64 = default.extract()?;
    Ok(Duration::try_from_secs_f64(seconds.clamp(0.001, LONGEST_PATIENCE)).unwrap_or(PATIENCE))
}

/// `{"timeout": seconds}` for `urlopen` and the like.
pub fn timeout<'py>(py: Python<'py>, server: &Server) -> PyResult<Bound<'py, PyDict>> {
    let keywords = PyDict::new(py);
    keywords.set_item("timeout", server.patience.as_secs_f64())?;
    Ok(keywords)
}

/// Keep a request where it was sent to: `urllib` follows a redirection only as long as it has not been to too
/// many places, and this one has. (It would make a GET without the form of a POST, and take it for a success.)
pub fn stay(request: &Bound<'_, PyAny>) -> PyResult<()> {
    let visited = PyDict::new(request.py());
    for place in 0..32 {
        visited.set_item(place, 1)?;
    }
    request.setattr("redirect_dict", visited)
}

/// What a request ended with.
pub struct Response<'py> {
    /// What `urllib` gave; its text was read, and `read()` gives it again.
    pub response: Bound<'py, PyAny>,
    pub status: u16,
    pub reason: String,
    pub verdict: Verdict,
}

/// Send a request with `open` until there is an answer that stands, and tell what it is.
///
/// `Err`: OSError in one line, where there is no answer, and Python's own for anything but a failed connection.
pub fn send<'py>(
    py: Python<'py>,
    server: &Server,
    subject: Subject<'_>,
    body: &Bound<'py, StreamedBody>,
    open: &dyn Fn() -> PyResult<Call<'py>>,
) -> PyResult<Response<'py>> {
    let mut pauses = PAUSES.iter().copied();
    let mut tried = false;
    loop {
        body.get().rewind();
        let call = open()?;
        // A large file takes its time: as long as some of it goes out, the server is there.
        let progress = || body.get().sent().bytes;
        let Some(opened) = call.within(server.patience, &progress)? else {
            let text = told(server, subject, Failure::Unfinished, "", body);
            return Err(PyOSError::new_err(text));
        };
        let heard = match opened {
            Ok(response) => reading::heard(&response, server),
            Err(error) => match failure::answer_in(py, &error)? {
                Some(response) => reading::heard(&response, server),
                None => Err(error),
            },
        };
        let pause = match heard {
            Ok(heard) => match judged(&heard, server, subject, tried) {
                Verdict::TryLater { after, text } => match wait(after, &mut pauses) {
                    Some(pause) => (pause, text),
                    None => return Ok(heard.ended(Verdict::Refused(too_busy(text, after)))),
                },
                verdict => return Ok(heard.ended(verdict)),
            },
            Err(error) => {
                let Some((failure, detail)) = failure::of(py, &error)? else { return Err(error) };
                let text = told(server, subject, failure, &detail, body);
                let next = if failure.is_safe_to_repeat(body.get().sent()) { pauses.next() } else { None };
                match next {
                    Some(pause) => (pause, text),
                    None => return Err(PyOSError::new_err(text)),
                }
            }
        };
        tried = true;
        let (pause, text) = pause;
        let text = server.hide(&text);
        log::warn(py, &format!("{text}; trying again in {} s", pause.as_secs_f64()))?;
        py.import("time")?.call_method1("sleep", (pause.as_secs_f64(),))?;
    }
}

fn told(
    server: &Server,
    subject: Subject<'_>,
    failure: Failure,
    detail: &str,
    body: &Bound<'_, StreamedBody>,
) -> String {
    let sent = body.get().sent();
    server.hide(&failure.told(&server.name, subject.what, detail, server.patience.as_secs_f64(), sent))
}

/// What an answer means. After a second try, a server that has exactly this file has it from the first.
fn judged(heard: &Heard<'_>, server: &Server, subject: Subject<'_>, tried: bool) -> Verdict {
    let verdict = heard.verdict(subject);
    let hide = |text: String| server.hide(&text);
    match verdict {
        Verdict::AlreadyThere { same: true, .. } if tried => Verdict::Accepted,
        Verdict::AlreadyThere { same, text } => Verdict::AlreadyThere { same, text: hide(text) },
        Verdict::TryLater { after, text } => Verdict::TryLater { after, text: hide(text) },
        Verdict::Refused(text) => Verdict::Refused(hide(text)),
        Verdict::Unbelievable(text) => Verdict::Unbelievable(hide(text)),
        Verdict::Accepted => Verdict::Accepted,
    }
}

/// How long to wait before the next try; `None` where there is none.
fn wait(asked: Option<Duration>, pauses: &mut dyn Iterator<Item = Duration>) -> Option<Duration> {
    let own = pauses.next()?;
    match asked {
        Some(asked) if asked > LONGEST_PAUSE => None,
        Some(asked) => Some(asked.max(own)),
        None => Some(own),
    }
}

fn too_busy(text: String, asked: Option<Duration>) -> String {
    match asked {
        Some(asked) if asked > LONGEST_PAUSE => {
            format!("{text}: the server asks to try again in {} s", asked.as_secs())
        }
        _ => text,
    }
}

/// What `--show-response` shows, between two lines: without secrets, in whatever form the server repeats them.
pub fn show_response(
    command: &Bound<'_, PyAny>,
    server: &Server,
    response: &Bound<'_, PyAny>,
) -> PyResult<()> {
    let text: String = command.call_method1("_read_pypi_response", (response,))?.extract()?;
    let line = "-".repeat(75);
    let text = format!("{line}\n{}\n{line}", server.hide(&text));
    command.call_method1("announce", (text, log::INFO)).map(drop)
}

/// What a response says, in the encoding that it names; what does not fit that comes as `\ufffd`.
pub fn text_of<'py>(response: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
    reading::text_of(response)
}

/// Whether a script has put something else in `urllib.request`'s place of that name, as `module` sees it.
pub fn is_replaced(py: Python<'_>, module: &str, name: &str) -> PyResult<bool> {
    Ok(!is_pythons_own(&seam::global(py, module, name)?)?)
}

/// The answer to a question that changes nothing on the server; what goes wrong is told in one line.
pub fn asked<'py>(
    py: Python<'py>,
    server: &Server,
    what: &str,
    call: Call<'py>,
) -> PyResult<Bound<'py, PyAny>> {
    let nothing = Sent { bytes: 0, total: 1, content_from: 0 };
    let tell = |failure: Failure, detail: &str| {
        let text = failure.told(&server.name, what, detail, server.patience.as_secs_f64(), nothing);
        PyOSError::new_err(server.hide(&text))
    };
    let error = match call.within(server.patience, &|| 0)? {
        Some(Ok(response)) => {
            let complete = reading::heard(&response, server)?.is_complete();
            return if complete { Ok(response) } else { Err(tell(Failure::Unfinished, "")) };
        }
        Some(Err(error)) => error,
        None => return Err(tell(Failure::Unfinished, "")),
    };
    if failure::answer_in(py, &error)?.is_some() {
        let text =
            format!("{} did not give {what}: {}", server.name, error.value(py).str()?.to_string_lossy());
        return Err(PyOSError::new_err(server.hide(&text)));
    }
    let Some((failure, detail)) = failure::of(py, &error)? else { return Err(error) };
    Err(tell(failure, &detail))
}
