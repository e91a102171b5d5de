//! Requests without an answer: what to say of them, and which may be sent again.
//!
//! | what happened | sent again |
//! | --- | --- |
//! | refused, or closed, before the first byte of a file was sent | yes |
//! | 429; 502 or 503 with a `Retry-After` of at most a minute | yes |
//! | anything after that | no: the file may have arrived |
//! | no such host, no trust, no answer in time | no: it would end as the first time did |

use std::time::Duration;

/// How long to wait before each further try.
pub const PAUSES: [Duration; 2] = [Duration::from_millis(500), Duration::from_secs(2)];

/// A server that asks for more patience than this is told of, and not waited for.
pub const LONGEST_PAUSE: Duration = Duration::from_secs(60);

/// Why there is no answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Failure {
    /// Nobody listens there.
    Refused,
    UnknownHost,
    /// The certificate is not one that this machine trusts.
    Untrusted,
    /// Nothing was heard for as long as one is prepared to wait.
    Slow,
    /// An answer began, and had not ended after as long as one is prepared to wait for all of it.
    Unfinished,
    /// The connection was closed or reset.
    CutOff,
    /// Something came that is no HTTP.
    Garbled,
    Other,
}

/// How much of a request's body was handed to the connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sent {
    pub bytes: u64,
    pub total: u64,
    /// Where the content begins that must not be there twice.
    pub content_from: u64,
}

impl Sent {
    /// Whether nothing was sent that a server could keep.
    pub fn nothing(self) -> bool {
        self.bytes <= self.content_from && self.bytes < self.total
    }
}

impl Failure {
    /// Whether the same request, sent again, can neither do harm nor is bound to fail.
    pub fn is_safe_to_repeat(self, sent: Sent) -> bool {
        sent.nothing() && matches!(self, Failure::Refused | Failure::CutOff)
    }

    /// One line on what happened, and on what became of `what` (`'dist/p-1.0.tar.gz'`).
    ///
    /// `detail` is the system's own word for it, `patience` in seconds.
    pub fn told(self, server: &str, what: &str, detail: &str, patience: f64, sent: Sent) -> String {
        let happened = match self {
            Failure::Refused => format!("{server} refuses connections ({detail})"),
            Failure::UnknownHost => format!("{server} is not known ({detail})"),
            Failure::Untrusted => {
                format!("the certificate of {server} is not to be trusted ({detail}; see SSL_CERT_FILE)")
            }
            Failure::Slow => format!("{server} said nothing for {patience} seconds"),
            Failure::Unfinished => format!("{server} did not finish its answer in {patience} seconds"),
            Failure::CutOff => format!("{server} closed the connection"),
            Failure::Garbled => format!("what {server} answered is not HTTP ({detail})"),
            Failure::Other => format!("{server} could not be spoken to ({detail})"),
        };
        format!("{happened}: {}", outcome(what, sent))
    }
}

/// What is known of `what` after a request that has no answer.
fn outcome(what: &str, sent: Sent) -> String {
    if sent.nothing() {
        return format!("{what} was not sent");
    }
    if sent.bytes < sent.total {
        return format!(
            "{what} was not sent whole ({} of {} bytes). Servers do so when they refuse a login or a size",
            sent.bytes, sent.total
        );
    }
    unknown(what)
}

/// The advice where a request was sent, and its answer is missing or cannot be believed.
pub(super) fn unknown(what: &str) -> String {
    format!("{what} may have arrived all the same. Look at the index before you send it again")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sent(bytes: u64) -> Sent {
        Sent { bytes, total: 100, content_from: 10 }
    }

    #[test]
    fn only_what_cannot_have_arrived_is_sent_again() {
        for (failure, bytes, safe) in [
            (Failure::Refused, 0, true),
            (Failure::CutOff, 10, true),
            (Failure::CutOff, 11, false),
            (Failure::CutOff, 100, false),
            (Failure::Slow, 0, false),
            (Failure::Untrusted, 0, false),
            (Failure::Garbled, 100, false),
        ] {
            assert_eq!(failure.is_safe_to_repeat(sent(bytes)), safe, "{failure:?} after {bytes}");
        }
        let without_file = Sent { bytes: 100, total: 100, content_from: 100 };
        assert!(!without_file.nothing());
    }

    #[test]
    fn each_text_says_what_happened_and_what_became_of_the_file() {
        let told = |failure: Failure, bytes| failure.told("host", "'p.zip'", "why", 2.5, sent(bytes));
        assert_eq!(told(Failure::Refused, 0), "host refuses connections (why): 'p.zip' was not sent");
        assert_eq!(
            told(Failure::CutOff, 50),
            "host closed the connection: 'p.zip' was not sent whole (50 of 100 bytes). Servers do so when \
             they refuse a login or a size"
        );
        assert_eq!(
            told(Failure::Slow, 100),
            "host said nothing for 2.5 seconds: 'p.zip' may have arrived all the same. Look at the index \
             before you send it again"
        );
    }
}
