//! What the caller of a route wants that signs users in.

use crate::http::{Call, FieldError, Members, Problem, TokenTransport};
use crate::tokens::Issuer;

/// Where the tokens go, who issues them, and whether there is to be a session. Read it first, so that a bad request costs
/// no work.
#[derive(Clone, Copy, Debug)]
pub struct Wanted<'c> {
    pub(super) transport: TokenTransport,
    pub(super) issuer: &'c Issuer,
    pub(super) refresh: bool,
}

impl<'c> Wanted<'c> {
    /// Reads what the headers say.
    pub fn of_call(call: &'c Call) -> Result<Self, Problem> {
        Ok(Self { transport: call.token_transport()?, issuer: call.issuer()?, refresh: false })
    }

    /// Whether the member `refresh` of a body asks for a session. Xano's dialect has none.
    pub fn refresh_in(call: &Call, body: &Members) -> Result<bool, FieldError> {
        if call.may_have_sessions() { body.flag("refresh") } else { Ok(false) }
    }

    /// With a session or without.
    #[must_use]
    pub fn with_refresh(self, refresh: bool) -> Self {
        Self { refresh, ..self }
    }

    /// Whether the tokens travel in cookies.
    #[must_use]
    pub fn in_cookies(&self) -> bool {
        self.transport == TokenTransport::Cookie
    }
}
