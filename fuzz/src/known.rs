//! The function that knows Grace by her token.

use std::sync::Arc;

use me::Me;
use shared::authentication::Authenticator;
use shared::lambda::Context;

use crate::{Harness, Keys, Tokens, Users};

/// `me` over a store that holds Grace, and her tokens.
pub struct Known {
    /// Tokens of the keys that `me` verifies with.
    pub tokens: Tokens,
    /// The function.
    pub function: Harness<Me>,
}

impl Known {
    /// With new keys.
    pub fn new() -> Self {
        let tokens = Tokens::new();
        let function = Harness::new(|context| Me::new(context, authenticator(context, &tokens)));
        Self { tokens, function }
    }
}

impl Default for Known {
    fn default() -> Self {
        Self::new()
    }
}

/// Knows Grace by these tokens.
pub fn authenticator(context: &Context, tokens: &Tokens) -> Authenticator {
    let users = Users { tokens_valid_after: Tokens::ENDED_AT };
    Authenticator::new(&context.environment, Arc::new(users), Arc::new(Keys::AtHand(tokens.keys.clone())))
}
