//! The function that knows Grace by her token.

use me::{Config, Me};

use crate::{Harness, Keys, Tokens, Users};

/// `me` over a store that holds Grace, and her tokens.
pub struct Known {
    /// Tokens of the keys that `me` verifies with.
    pub tokens: Tokens,
    /// The function.
    pub function: Harness<Me<Users, Keys>>,
}

impl Known {
    /// With new keys.
    pub fn new() -> Self {
        let tokens = Tokens::new();
        let (users, keys) = (Users { tokens_valid_after: Tokens::ENDED_AT }, Keys::AtHand(tokens.keys.clone()));
        let function = Harness::new(|environment, clock| {
            Me::new(Config::read(environment).expect("a configuration"), users, keys, clock)
        });
        Self { tokens, function }
    }
}

impl Default for Known {
    fn default() -> Self {
        Self::new()
    }
}
