//! What a server's answer means.

use std::time::Duration;

use chrono::{DateTime, Utc};

use super::attempts::unknown;
use crate::terminal;

/// An answer, as far as it matters here.
#[derive(Debug, Clone, Default)]
pub struct Answer<'a> {
    pub status: u16,
    /// What stands behind the status.
    pub reason: &'a str,
    /// The header `Content-Type`, or empty.
    pub content_type: &'a str,
    /// The header `Location`.
    pub location: Option<&'a str>,
    /// The header `Retry-After`.
    pub retry_after: Option<&'a str>,
    /// What it says, as far as it was read.
    pub text: &'a str,
    /// Whether all of it came.
    pub complete: bool,
    /// The address that the answer is from, where that is not the one that was asked.
    pub from_elsewhere: Option<&'a str>,
}

/// What an answer is about, for the texts.
#[derive(Debug, Clone, Copy)]
pub struct Subject<'a> {
    /// The server's name.
    pub server: &'a str,
    /// `'dist/p-1.0.tar.gz'`.
    pub what: &'a str,
    /// Hexadecimal digests of what was sent, by which a server may tell that it has it.
    pub digests: &'a [&'a str],
}

/// What became of a request. The texts are one line each.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    Accepted,
    /// A file of that name is there; `same`: with this very content, by the digest that the server names.
    AlreadyThere {
        same: bool,
        text: String,
    },
    /// Nothing was done, and after this time (where the server says one) it may be.
    TryLater {
        after: Option<Duration>,
        text: String,
    },
    /// It said no.
    Refused(String),
    /// It said yes, and what else it said makes that hard to believe.
    Unbelievable(String),
}

/// What marks a page that asks for a login.
const PASSWORD_FIELDS: [&str; 3] = ["type=\"password\"", "type='password'", "type=password"];

impl Verdict {
    pub fn of(answer: &Answer<'_>, subject: Subject<'_>) -> Verdict {
        let Subject { server, what, .. } = subject;
        if let Some(place) = answer.from_elsewhere {
            return Verdict::Unbelievable(format!(
                "{server} sent this request on to {}, which got neither login nor file: {what} has not arrived. \
                 Set 'repository' to the place that takes uploads",
                shown(place)
            ));
        }
        match answer.status {
            200 | 201 | 202 | 204 => accepted(answer, subject),
            300..=399 => Verdict::Refused(format!(
                "Upload failed ({}): {}: {server} sends uploads on to {}, and logins do not follow. \
                 Set 'repository' to the place that takes them",
                answer.status,
                shown(answer.reason),
                answer.location.map_or_else(|| "nowhere".to_string(), shown)
            )),
            429 => Verdict::TryLater { after: answer.patience(), text: refusal(answer) },
            502 | 503 if answer.retry_after.is_some() => {
                Verdict::TryLater { after: answer.patience(), text: refusal(answer) }
            }
            502..=504 => Verdict::Refused(format!("{}: {}", refusal(answer), unknown(what))),
            400 | 403 | 409 if says_already_there(answer) => already_there(answer, subject),
            _ => Verdict::Refused(refusal(answer)),
        }
    }
}

impl Answer<'_> {
    /// How long the server asks to wait: a number of seconds, or a date.
    fn patience(&self) -> Option<Duration> {
        let text = self.retry_after?.trim();
        if let Ok(seconds) = text.parse() {
            return Some(Duration::from_secs(seconds));
        }
        let date = DateTime::parse_from_rfc2822(text).ok()?;
        Some(date.signed_duration_since(Utc::now()).to_std().unwrap_or_default())
    }

    fn is_page(&self) -> bool {
        self.content_type.trim_start().to_ascii_lowercase().starts_with("text/html")
    }
}

fn accepted(answer: &Answer<'_>, subject: Subject<'_>) -> Verdict {
    let Subject { server, what, .. } = subject;
    let lower = answer.text.to_ascii_lowercase();
    if answer.is_page() && PASSWORD_FIELDS.iter().any(|field| lower.contains(field)) {
        return Verdict::Unbelievable(format!(
            "{server} answered {} with a page that asks for a login: {what} has not arrived. \
             Is 'repository' the address for uploads?",
            answer.status
        ));
    }
    if !answer.complete {
        return Verdict::Unbelievable(format!(
            "{server} answered {}, but the answer is cut off: {}",
            answer.status,
            unknown(what)
        ));
    }
    Verdict::Accepted
}

/// distutils' own wording, with the first line of a plain text behind it.
fn refusal(answer: &Answer<'_>) -> String {
    let text = format!("Upload failed ({}): {}", answer.status, shown(answer.reason));
    let first = answer.text.lines().next().unwrap_or_default().trim();
    let is_plain = answer.content_type.trim_start().to_ascii_lowercase().starts_with("text/plain");
    if !is_plain || first.is_empty() || answer.reason.contains(first) {
        return text;
    }
    format!("{text}: {}", shown(first))
}

fn says_already_there(answer: &Answer<'_>) -> bool {
    let said = format!("{} {}", answer.reason, answer.text).to_ascii_lowercase();
    said.contains("already exist") || answer.status == 409
}

fn already_there(answer: &Answer<'_>, subject: Subject<'_>) -> Verdict {
    let said = format!("{} {}", answer.reason, answer.text).to_ascii_lowercase();
    let same = subject.digests.iter().any(|digest| said.contains(*digest));
    let with = if same { ", with the same content" } else { "" };
    let text = format!("{}: {} has a file of this name already{with}", refusal(answer), subject.server);
    Verdict::AlreadyThere { same, text }
}

/// What a server says, on one line and no longer than that: control characters could do anything to a terminal.
fn shown(text: &str) -> String {
    terminal::short(&text.replace(['\r', '\n', '\t'], " "), 300)
}

/// The encoding that a `Content-Type` names; `ascii` where it names none.
pub fn charset(content_type: &str) -> String {
    content_type
        .split(';')
        .skip(1)
        .filter_map(|parameter| parameter.split_once('='))
        .find(|(name, _)| name.trim().eq_ignore_ascii_case("charset"))
        .map(|(_, value)| value.trim().trim_matches('"').to_string())
        .filter(|value| !value.is_empty())
        .unwrap_or_else(|| "ascii".to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    const SUBJECT: Subject<'_> = Subject { server: "host", what: "'p.zip'", digests: &["abc123"] };

    fn answer(status: u16, reason: &'static str) -> Answer<'static> {
        Answer { status, reason, complete: true, ..Answer::default() }
    }

    #[test]
    fn a_status_says_whether_the_file_is_there() {
        assert_eq!(Verdict::of(&answer(200, "OK"), SUBJECT), Verdict::Accepted);
        assert_eq!(Verdict::of(&answer(201, "Created"), SUBJECT), Verdict::Accepted);
        let refused = Verdict::of(&answer(403, "Forbidden"), SUBJECT);
        assert_eq!(refused, Verdict::Refused("Upload failed (403): Forbidden".into()));
    }

    #[test]
    fn a_plain_text_explains_a_refusal_and_a_page_does_not() {
        let said =
            Answer { content_type: "text/plain", text: "no such user\nat all", ..answer(403, "Forbidden") };
        let Verdict::Refused(text) = Verdict::of(&said, SUBJECT) else { panic!() };
        assert_eq!(text, "Upload failed (403): Forbidden: no such user");
        let page = Answer { content_type: "text/html", text: "<html>", ..answer(403, "Forbidden") };
        let Verdict::Refused(text) = Verdict::of(&page, SUBJECT) else { panic!() };
        assert_eq!(text, "Upload failed (403): Forbidden");
    }

    #[test]
    fn a_login_page_is_no_success_and_another_page_is() {
        let page = |text| Answer { content_type: "text/html; charset=UTF-8", text, ..answer(200, "OK") };
        let login = page("<form><INPUT TYPE=\"password\"></form>");
        assert!(
            matches!(Verdict::of(&login, SUBJECT), Verdict::Unbelievable(text) if text.contains("login"))
        );
        assert_eq!(Verdict::of(&page("<p>Thanks"), SUBJECT), Verdict::Accepted);
    }

    #[test]
    fn a_cut_off_success_is_doubted() {
        let cut = Answer { complete: false, ..answer(200, "OK") };
        assert!(
            matches!(Verdict::of(&cut, SUBJECT), Verdict::Unbelievable(text) if text.contains("cut off"))
        );
    }

    #[test]
    fn a_redirection_names_the_place_and_is_not_followed() {
        let away = Answer { location: Some("http://evil/\n"), ..answer(302, "Found") };
        let Verdict::Refused(text) = Verdict::of(&away, SUBJECT) else { panic!() };
        assert!(text.contains("on to http://evil/ ,"), "{text}");
    }

    #[test]
    fn a_busy_server_is_asked_again_when_it_wants_to_be() {
        let busy = |status, after| Answer { retry_after: after, ..answer(status, "Busy") };
        let after = |answer: Answer<'_>| match Verdict::of(&answer, SUBJECT) {
            Verdict::TryLater { after, .. } => Some(after),
            _ => None,
        };
        assert_eq!(after(busy(429, None)), Some(None));
        assert_eq!(after(busy(503, Some("7"))), Some(Some(Duration::from_secs(7))));
        assert_eq!(after(busy(503, Some("Sun, 06 Nov 1994 08:49:37 GMT"))), Some(Some(Duration::ZERO)));
        assert_eq!(after(busy(503, None)), None);
        assert_eq!(after(busy(500, Some("7"))), None);
    }

    #[test]
    fn a_file_that_is_there_is_told_by_its_digest() {
        let there = Answer {
            text: "File already exists ('p.zip', with blake2_256 hash 'abc123')",
            ..answer(400, "Bad Request")
        };
        assert!(matches!(Verdict::of(&there, SUBJECT), Verdict::AlreadyThere { same: true, .. }));
        let other = answer(409, "Conflict");
        assert!(matches!(Verdict::of(&other, SUBJECT), Verdict::AlreadyThere { same: false, .. }));
    }

    #[test]
    fn a_charset_is_read_as_it_stands() {
        assert_eq!(charset("text/plain; a=b; Charset=\"utf-8\""), "utf-8");
        assert_eq!(charset("text/plain"), "ascii");
    }
}
