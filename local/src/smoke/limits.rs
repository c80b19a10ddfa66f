//! The limit of log-ins.

use super::account::ThrowAway;
use super::site::{Site, Wrong};

/// Tries wrong passwords until the limit of log-ins refuses them, `limit` in a window. A window may end meanwhile, and in one
/// of two windows there are then more than `limit`.
pub(super) async fn refused_log_in(site: &Site, user: &ThrowAway, limit: u64) -> Result<(), Wrong> {
    let tries = limit.saturating_mul(2).saturating_add(1);
    for _ in 0..tries {
        let answer = user.mistype(site).await?;
        match (answer.status, answer.code()) {
            (401, Some("invalid_credentials")) => {}
            (429, Some("too_many_attempts")) => {
                let seconds = answer.header("retry-after").and_then(|value| value.parse::<u32>().ok());
                return seconds.map(drop).ok_or_else(|| {
                    let advice = "Clients wait as long as it says: what stands in front must pass all headers on.";
                    Wrong::new("the 429 has no header Retry-After", advice)
                });
            }
            _ => return Err(answer.unexpected()),
        }
    }
    let advice = "Passwords can be guessed without end. Set LimitPair, 10/900 by default. If it is higher on purpose, pass \
                  it with --limit-pair.";
    Err(Wrong::new(format!("none of {tries} wrong passwords was refused with 429"), advice))
}
