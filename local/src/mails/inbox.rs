//! The inbox of everybody.

use std::collections::VecDeque;
use std::fs;
use std::io::{self, Write as _};
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

use async_trait::async_trait;
use mail::{Letter, SendError, Transport};
use serde::Serialize;
use shared::clock::Clock;
use tokio::sync::watch;

/// How many mails are kept in memory. The folder keeps all.
const MOST: usize = 1000;

/// A mail that arrived.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ReceivedMail {
    /// When it arrived, in milliseconds since the Unix epoch.
    pub at: u64,
    /// Whom it is for.
    pub to: String,
    /// What kind of mail it is, such as `reset`.
    pub kind: &'static str,
    /// Its subject.
    pub subject: String,
    /// Its plain text.
    pub text: String,
    /// Its code, if it has one, as the mail shows it.
    pub code: Option<String>,
    /// Its link, if it has one.
    pub link: Option<String>,
}

/// Takes every mail in the place of a mail server.
#[derive(Debug)]
pub struct Inbox {
    mails: Mutex<VecDeque<ReceivedMail>>,
    arrived: watch::Sender<usize>,
    folder: Option<PathBuf>,
    announces: bool,
    clock: Clock,
}

impl Inbox {
    /// An empty inbox. Mails are also written into the folder, if there is one, and each is announced by a line on the terminal
    /// if `announces` says so.
    #[must_use]
    pub fn new(folder: Option<PathBuf>, announces: bool, clock: Clock) -> Self {
        Self { mails: Mutex::default(), arrived: watch::Sender::new(0), folder, announces, clock }
    }

    /// The mails, newest first.
    #[must_use]
    pub fn list(&self) -> Vec<ReceivedMail> {
        self.mails.lock().unwrap_or_else(PoisonError::into_inner).iter().cloned().collect()
    }

    /// Waits until so many mails have arrived, counted from the start.
    pub async fn has_got(&self, count: usize) {
        // The sender lives as long as this inbox.
        let _ = self.arrived.subscribe().wait_for(|arrived| *arrived >= count).await;
    }

    fn write(&self, letter: &Letter, at: u64) -> io::Result<()> {
        if let Some(folder) = &self.folder {
            fs::create_dir_all(folder)?;
            let mut file = folder.join(format!("{at}-{}.eml", letter.kind.as_str()));
            // Another one of this millisecond keeps its name.
            for number in 2..MOST {
                if !file.exists() {
                    break;
                }
                file = folder.join(format!("{at}-{}-{number}.eml", letter.kind.as_str()));
            }
            fs::write(file, &letter.message)?;
        }
        if self.announces {
            let about = letter.code.as_deref().unwrap_or(&letter.subject);
            writeln!(io::stdout().lock(), "mail to {}: {about}", shortened(&letter.to))?;
        }
        Ok(())
    }
}

#[async_trait]
impl Transport for Inbox {
    async fn send(&self, letter: &Letter) -> Result<(), SendError> {
        let at = self.clock.now().as_millis();
        self.write(letter, at).map_err(|error| {
            let what = "the mail cannot be written".to_owned();
            SendError::Failed { what, source: Some(error.into()) }
        })?;
        let Letter { kind, to, subject, text, code, link, .. } = letter.clone();
        let mut mails = self.mails.lock().unwrap_or_else(PoisonError::into_inner);
        mails.push_front(ReceivedMail { at, to, kind: kind.as_str(), subject, text, code, link });
        mails.truncate(MOST);
        self.arrived.send_modify(|arrived| *arrived += 1);
        Ok(())
    }
}

/// An address that its owner recognises, such as `g…@example.com`.
fn shortened(address: &str) -> String {
    match address.rsplit_once('@') {
        Some((local, domain)) => format!("{}…@{domain}", local.chars().next().unwrap_or_default()),
        None => "…".to_owned(),
    }
}
