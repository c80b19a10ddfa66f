//! A new password: typed, piped, or random.
#![allow(clippy::doc_markdown, reason = "these comments are shown as they are by --help, which knows no Markdown")]

use std::error::Error;
use std::io::{self, BufRead as _, IsTerminal as _, Write as _};

use aws_lc_rs::rand;
use shared::domain::{EmailAddress, Invalid, Name, PasswordContext, PasswordHash, PasswordHasher, PasswordPolicy};
use shared::environment::Environment;

use crate::operator::CommandError;

/// 32 letters and digits, none of which looks like another one: 5 bits each.
const ALPHABET: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";
/// 125 bits, in groups that can be read out.
const GROUPS: usize = 5;
const GROUP: usize = 5;

/// A password, and its hash with the parameters of the environment.
#[derive(Debug)]
pub(super) struct NewSecret {
    pub(super) hash: PasswordHash,
    /// The password, if it is random: nobody else knows it.
    pub(super) random: Option<String>,
}

/// Makes a random password, or reads one from standard input, which must be one that a sign-up takes.
pub(super) async fn new_secret(
    is_random: bool,
    name: Option<&Name>,
    email: &EmailAddress,
    environment: &Environment,
) -> Result<NewSecret, Box<dyn Error>> {
    let (policy, hasher) = (PasswordPolicy::read(environment)?, PasswordHasher::read(environment)?);
    let random = is_random.then(random).transpose()?;
    let typed = match &random {
        Some(random) => random.clone(),
        None => read_line()?,
    };
    let refused = |invalid: Invalid| CommandError::new(format!("the password is refused: {}", invalid.detail));
    let proposed = policy.parse(&typed).map_err(refused)?;
    let password = proposed.score(PasswordContext { name, email: Some(email) }).map_err(refused)?;
    Ok(NewSecret { hash: hasher.hash(password).await?, random })
}

fn random() -> Result<String, CommandError> {
    let mut bytes = [0_u8; GROUPS * GROUP];
    let none = |_unspecified| CommandError::new("the system has no randomness for a password".to_owned());
    rand::fill(&mut bytes).map_err(none)?;
    let letter = |byte: &u8| ALPHABET.get(usize::from(byte % 32)).copied().map(char::from);
    let groups: Vec<String> = bytes.chunks(GROUP).map(|group| group.iter().filter_map(letter).collect()).collect();
    Ok(groups.join("-"))
}

/// Reads one line. On a terminal, what is typed can be seen: a random password needs no typing.
fn read_line() -> io::Result<String> {
    let mut stdin = io::stdin().lock();
    if stdin.is_terminal() {
        write!(io::stderr().lock(), "New password (it is shown while you type; --random makes one): ")?;
    }
    let mut line = String::new();
    stdin.read_line(&mut line)?;
    Ok(line.trim_end_matches(['\r', '\n']).to_owned())
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::random;

    #[test]
    fn random_passwords_can_be_read_out_and_do_not_repeat() {
        let passwords: HashSet<String> = (0..100).map(|_| random().unwrap()).collect();
        assert_eq!(passwords.len(), 100);
        for password in passwords {
            assert!(password.split('-').all(|group| group.len() == 5 && !group.contains(['0', 'o', '1', 'l'])));
            assert_eq!(password.len(), 29);
        }
    }
}
