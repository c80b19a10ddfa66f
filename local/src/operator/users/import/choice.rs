//! Which of the rows with one email address makes the account.

use std::collections::HashMap;
use std::hash::{BuildHasher as _, RandomState};

use shared::domain::EmailAddress;

/// The rows that may become accounts with an address: 24 bytes for each. Addresses are hashes of 64 bits: in a
/// file with a million addresses, the chance that two share a hash is 1 in 37 million.
#[derive(Debug, Default)]
pub(super) struct Claimants {
    hasher: RandomState,
    rows: Vec<Claimant>,
}

/// A row with an address, in the order in which it is preferred: whoever proved the address goes before anyone who merely
/// came first.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Claimant {
    address: u64,
    is_unverified: bool,
    row: u64,
}

impl Claimants {
    /// Adds a row that may become an account.
    pub(super) fn add(&mut self, row: u64, email: &EmailAddress, is_verified: bool) {
        let address = self.hasher.hash_one(email.canonical());
        self.rows.push(Claimant { address, is_unverified: !is_verified, row });
    }

    /// Chooses a row for each address.
    pub(super) fn choose(mut self) -> Choice {
        self.rows.sort_unstable();
        let mut chosen_instead = HashMap::new();
        for rows in self.rows.chunk_by(|one, next| one.address == next.address) {
            if let [chosen, others @ ..] = rows {
                chosen_instead.extend(others.iter().map(|other| (other.row, chosen.row)));
            }
        }
        Choice { chosen_instead }
    }
}

/// The rows whose address another row of the file gets.
#[derive(Debug)]
pub(super) struct Choice {
    chosen_instead: HashMap<u64, u64>,
}

impl Choice {
    /// The row that gets the address of this one, if this one does not.
    pub(super) fn instead_of(&self, row: u64) -> Option<u64> {
        self.chosen_instead.get(&row).copied()
    }
}
