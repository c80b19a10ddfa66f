//! That it is the owner of an account who asks, and not somebody with a stolen token (OWASP ASVS 5.0 7.5.1).

use lambda_http::http::StatusCode;
use shared::attempts::{LoginAttempt, source_digest};
use shared::authentication::{Authenticated, INVALID_CREDENTIALS};
use shared::clock::Timestamp;
use shared::domain::{Credential, EmailAddress, PasswordHash, PresentedPassword, Source, Verdict};
use shared::http::{Call, Failure, FieldError, Members, Problem, TokenTransport};
use shared::logging::Part;

use super::Account;

/// No signer has stored the digest keys since the update that brought them, so no attempt can be counted.
pub const NO_KEYS_YET: Problem = Problem::new(
    StatusCode::SERVICE_UNAVAILABLE,
    "no_keys_yet",
    "The keys for this do not exist yet. The next log-in makes them. Log in again, and repeat this.",
);

/// The member of a body that holds the password.
const PASSWORD: &str = "password";

/// What a request presents to prove that its owner sends it.
pub(crate) struct Proof {
    password: Option<PresentedPassword>,
    source: Source,
    now: Timestamp,
    /// Whether the attempt is counted: a request is one attempt, however often it is tried.
    counted: bool,
    /// The hash that the password was right for.
    right_for: Option<PasswordHash>,
}

impl Proof {
    pub(crate) fn new(password: Option<PresentedPassword>, source: Source, now: Timestamp) -> Self {
        Self { password, source, now, counted: false, right_for: None }
    }
}

/// The password in a body. Only a user who has none may leave it out, and who that is shows later.
pub(crate) fn presented_password(body: &Members) -> Result<Option<PresentedPassword>, FieldError> {
    match body.optional_text(PASSWORD)? {
        None => Ok(None),
        Some(_) => body.parse(PASSWORD, PresentedPassword::parse).map(Some),
    }
}

impl Account {
    /// Where the call comes from. If the digest key is in memory, its digest is noted for the log at once.
    pub(crate) fn source(&self, call: &Call) -> Result<Source, Problem> {
        let source = call.source()?;
        if let Some(keys) = self.digest_keys.any() {
            call.note_source_digest(source_digest(&keys.digest, source));
        }
        Ok(source)
    }

    /// The user of the presented token, which may change something.
    pub(crate) async fn authenticate(
        &self,
        call: &Call,
        transport: TokenTransport,
        now: Timestamp,
    ) -> Result<Authenticated, Failure> {
        let authenticated = self.authenticator.authenticate(call, call.presented_token(), now).await?;
        call.check_token_transport(transport)?;
        Ok(authenticated)
    }

    /// Whether the user has proved that they ask. If they have a password they need it, and get the credential that it was
    /// right for. Guesses count as those of a log-in do, so that a stolen token buys no further ones. If they have none, they
    /// need a recent log-in.
    pub(crate) async fn prove(
        &self,
        call: &Call,
        authenticated: &Authenticated,
        email: Option<&EmailAddress>,
        proof: &mut Proof,
    ) -> Result<Option<Credential>, Failure> {
        let user = &authenticated.user;
        if user.passwordless {
            authenticated.check_recent(proof.now)?;
            return Ok(None);
        }
        let password = proof.password.clone().ok_or_else(|| Failure::Fields(vec![Members::missing(PASSWORD)]))?;
        let email = email.ok_or_else(|| Failure::Internal("a user with a password has no email address".into()))?;

        let keys = self.digest_keys(call, proof.now).await?;
        let attempt = LoginAttempt::new(self.limits, &keys.digest, email, proof.source, proof.now);
        call.note_email_digest(attempt.email_digest().to_owned());
        call.note_source_digest(attempt.source_digest().clone());
        let credential = call.timed(Part::Store, self.admit(&attempt, email, proof)).await?;
        let own = credential.filter(|credential| credential.user_id == user.id);
        let hash = own.as_ref().and_then(|credential| credential.password_hash.clone());
        if hash.is_some() && hash == proof.right_for {
            return Ok(own);
        }
        let verdict = match &hash {
            Some(hash) => call.timed(Part::Argon2, self.hasher.verify(password, hash.clone())).await?,
            None => Verdict::Wrong,
        };
        if verdict == Verdict::Wrong {
            call.timed(Part::Store, attempt.count_failure(self.stores.attempts.as_ref())).await?;
            return Err(INVALID_CREDENTIALS.into());
        }
        proof.right_for = hash;
        Ok(own)
    }

    /// Counts the attempt, unless it is counted, and reads what it is checked against.
    async fn admit(
        &self,
        attempt: &LoginAttempt,
        email: &EmailAddress,
        proof: &mut Proof,
    ) -> Result<Option<Credential>, Failure> {
        let (attempts, credentials) = (self.stores.attempts.as_ref(), &self.stores.credentials);
        if proof.counted {
            return Ok(credentials.credential(email).await?);
        }
        let (counts, credential) = tokio::join!(attempt.count(attempts), credentials.credential(email));
        let (counts, credential) = (counts?, credential?);
        let known = credential.as_ref().map(|credential| credential.known_sources.clone()).unwrap_or_default();
        attempt.admit(counts, &known, attempts).await?;
        proof.counted = true;
        Ok(credential)
    }
}
