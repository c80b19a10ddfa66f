//! The identities of a user who loses all of them.

use super::item::string;
use super::{Expression, Table, Transaction, schema};
use crate::domain::{LinkedIdentity, StoreError, User};

/// Those that are to be deleted. One that another user signs in with by now stays.
pub(super) struct OwnIdentities<'u> {
    user: &'u User,
    identities: Vec<&'u LinkedIdentity>,
}

impl<'u> OwnIdentities<'u> {
    pub(super) fn of(user: &'u User) -> Self {
        Self { user, identities: user.identities.iter().collect() }
    }

    /// The transaction with their deletions, which come last in it.
    pub(super) fn deleted_in(&self, transaction: Transaction, table: &Table) -> Result<Transaction, StoreError> {
        let own = if_own(table, self.user);
        let mut identities = self.identities.iter();
        identities.try_fold(transaction, |deletion, identity| deletion.delete(table, identity.key().as_str(), &own))
    }

    /// Gives up those whose deletions were refused. `first` is the place of the first of them. `false` if something else was
    /// refused too.
    pub(super) fn give_up(&mut self, refused: &[usize], first: usize) -> bool {
        let mut place = first..;
        self.identities.retain(|_identity| place.next().is_some_and(|place| !refused.contains(&place)));
        refused.iter().all(|action| *action >= first)
    }
}

/// The write happens only if the item is this user's, or is not there.
pub(super) fn if_own(table: &Table, user: &User) -> Expression {
    Expression::new()
        .condition("attribute_not_exists(#key) OR #user = :user")
        .name("#key", table.key_name())
        .name("#user", schema::USER_ID)
        .value(":user", string(user.id.as_str()))
}
