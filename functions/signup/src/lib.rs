//! Sign-up: a name, an email address and a password become a user and a first token, at once or after a code by mail.

mod begin;
mod confirm;
mod confirmation;
mod invitation;
mod resend;

use std::sync::Arc;

use lambda_http::http::StatusCode;
use shared::attempts::{AttemptStore, SignupAttempt, SignupLimits, source_digest};
use shared::clock::{Clock, Timestamp};
use shared::domain::{
    AllowedDomains, Authentication, CreateError, EmailAddress, HashError, Invalid, Name, NewSession, PasswordContext,
    PasswordHash, PasswordHasher, PasswordPolicy, Profile, ProfileFields, ProposedPassword, SignUps, SourceDigest,
    User, UserId, UserIdKind,
};
use shared::environment::ConfigError;
use shared::error_chain::with_causes;
use shared::http::problem::{SIGNUP_CLOSED, TOO_MANY_ATTEMPTS, UNAVAILABLE, VALIDATION_FAILED};
use shared::http::{Answer, Call, Endpoint, Failure, FieldError, HttpConfig, Problem, Route};
use shared::lambda::{Context, Function};
use shared::logging::Part;
use shared::mail::{
    AccountStore, EmailVerification, InvitationCode, InvitationStore, MailSettings, NewAccount as StoredAccount,
    Subject, UsedInvitation,
};
use shared::sign_in::{Admitted, AdmittedTo, SignIn, Wanted};
use shared::store::{AccountTables, AttemptTable, InvitationTable, OutboxTable, SigningKeyTables, SignupTables};

use confirmation::Confirmation;

pub use confirm::INVALID_CODE;
pub use confirmation::{CODE_NEEDED, ConfirmationStores, NO_CONFIRMATION};
pub use invitation::{INVALID_INVITE, INVITE_REQUIRED};

/// Somebody has this email address.
pub const EMAIL_TAKEN: Problem =
    Problem::new(StatusCode::CONFLICT, "email_taken", "An account with this email address exists. Log in instead.");

/// The metric of a sign-up that succeeds.
const SIGN_UPS: &str = "sign_ups";

/// The member of the body that holds the password.
const PASSWORD: &str = "password";

/// What the body of a sign-up holds.
struct SignupRequest {
    name: Option<Name>,
    email: EmailAddress,
    password: ProposedPassword,
    profile: Profile,
    invite: Option<InvitationCode>,
    refresh: bool,
}

impl Signup {
    /// Reads all of the fields, so that the response can name every one that is wrong. How hard the password is to guess is
    /// not looked at: that takes time, and nothing is counted yet.
    fn read_request(&self, call: &Call) -> Result<SignupRequest, Failure> {
        let body = call.members()?;
        let name = if call.may_omit_name() {
            body.parse_optional("name", Name::parse)
        } else {
            body.parse("name", Name::parse).map(Some)
        };
        let email = body.parse("email", |typed| self.domains.parse_email(typed));
        let password = body.parse(PASSWORD, |typed| self.policy.parse(typed));
        let invite = body.parse_optional("invite", |presented| Ok(InvitationCode::presented(presented)));
        let refresh = Wanted::refresh_in(call, &body);
        let profile = call.new_profile(&body, &self.profile_fields);
        match (name, email, password, profile, invite, refresh) {
            (Ok(name), Ok(email), Ok(password), Ok(profile), Ok(invite), Ok(refresh)) => {
                Ok(SignupRequest { name, email, password, profile, invite, refresh })
            }
            (name, email, password, profile, invite, refresh) => {
                let errors = [name.err(), email.err(), password.err(), invite.err(), refresh.err()];
                let of_profile = profile.err().unwrap_or_default();
                Err(Failure::Fields(errors.into_iter().flatten().chain(of_profile).collect()))
            }
        }
    }
}

/// An account that is yet to be given an id.
struct NewAccount {
    name: Option<Name>,
    profile: Profile,
    email: EmailAddress,
    password_hash: PasswordHash,
    source: SourceDigest,
    session: Option<NewSession>,
    invitation: Option<UsedInvitation>,
}

/// The stores of sign-up.
#[derive(Clone, Debug)]
pub struct Stores {
    /// Where attempts are counted.
    pub attempts: Arc<dyn AttemptStore>,
    /// Where accounts are made.
    pub accounts: Arc<dyn AccountStore>,
    /// Where invitations wait.
    pub invitations: Arc<dyn InvitationStore>,
    /// Where sign-ups wait, if they do.
    pub confirmation: Option<ConfirmationStores>,
}

/// The sign-up function.
#[derive(Debug)]
pub struct Signup {
    http: HttpConfig,
    limits: SignupLimits,
    policy: PasswordPolicy,
    hasher: PasswordHasher,
    user_ids: UserIdKind,
    mail: MailSettings,
    sign_ups: SignUps,
    domains: AllowedDomains,
    profile_fields: ProfileFields,
    confirmation: Option<Confirmation>,
    stores: Stores,
    sign_in: SignIn,
    clock: Clock,
}

impl Signup {
    /// Builds the function over these stores.
    pub fn new(context: &Context, stores: Stores, sign_in: SignIn) -> Result<Self, ConfigError> {
        let environment = &context.environment;
        let mail = MailSettings::read(environment)?;
        Ok(Self {
            http: context.http.clone(),
            limits: SignupLimits::read(environment)?,
            policy: PasswordPolicy::read(environment)?,
            hasher: PasswordHasher::read(environment)?,
            user_ids: UserIdKind::read(environment)?,
            mail,
            sign_ups: SignUps::read(environment)?,
            domains: AllowedDomains::read(environment, mail.proves_addresses())?,
            profile_fields: ProfileFields::read(environment)?,
            confirmation: Confirmation::read(environment, stores.confirmation.clone())?,
            stores,
            sign_in,
            clock: context.clock.clone(),
        })
    }

    async fn sign_up(&self, call: &Call) -> Result<Answer, Failure> {
        self.check_open()?;
        match &self.confirmation {
            None => self.sign_up_at_once(call).await,
            Some(confirmation) if call.may_wait_for_code() => self.begin(call, confirmation).await,
            Some(_) => Err(CODE_NEEDED.into()),
        }
    }

    async fn sign_up_at_once(&self, call: &Call) -> Result<Answer, Failure> {
        let (source, wanted) = (self.sign_in.source(call)?, Wanted::of_call(call)?);
        let request = call.timed_now(Part::Decode, || self.read_request(call))?;
        self.check_invited(request.invite.as_ref())?;
        let wanted = wanted.with_refresh(request.refresh);

        let now = self.clock.now();
        let digest_key = call.timed(Part::Store, self.sign_in.digest_key(now)).await?;
        call.note_email_digest(digest_key.digest(request.email.canonical()));
        let source = source_digest(&digest_key, source);
        call.note_source_digest(source.clone());
        let attempt = SignupAttempt::new(self.limits, &source, now);
        let attempts = self.stores.attempts.as_ref();
        let first = async { tokio::join!(attempt.admit(attempts), self.sign_in.keys_for(wanted, now)) };
        let (admitted, keys) = call.timed(Part::Store, first).await;
        admitted?;
        let keys = keys?;

        let authentication = Authentication::by_password(self.clock.now());
        let session = self.sign_in.begin_session(call, wanted, &authentication)?;
        let user = match self.make_account(call, request, source, session.as_ref(), now).await {
            Ok(user) => user,
            Err(failure @ (Failure::Fields(_) | Failure::Problem(_))) => {
                call.timed(Part::Store, attempt.fail(attempts)).await?;
                return Err(failure);
            }
            // Whether there is an account now is not clear, or a bug hides it: the attempt counts as one.
            Err(failure) => return Err(failure),
        };
        call.note_user(&user.id);
        let to = AdmittedTo::new(session.as_ref(), user.generation, &authentication);
        let admitted = Admitted { user_id: user.id, claims: &user.claims, to };
        let answer = self.sign_in.open(call, wanted, &keys, admitted, StatusCode::CREATED)?;
        call.count(SIGN_UPS);
        Ok(answer)
    }

    /// Opens a second connection to the store, which each request needs, by reading the failures of a source that nobody
    /// has. What fails is logged, and the first request tries again.
    async fn connect(&self) {
        let nobody = SourceDigest::from_trusted("nobody".to_owned());
        let attempt = SignupAttempt::new(self.limits, &nobody, self.clock.now());
        if let Err(error) = attempt.check_failures(self.stores.attempts.as_ref()).await {
            tracing::warn!("a connection to the store is not open yet: {}", with_causes(&error));
        }
    }

    /// Scores and hashes the password, and makes the account.
    async fn make_account(
        &self,
        call: &Call,
        request: SignupRequest,
        source: SourceDigest,
        session: Option<&NewSession>,
        now: Timestamp,
    ) -> Result<User, Failure> {
        let SignupRequest { name, email, password, profile, invite, .. } = request;
        let context = PasswordContext { name: name.as_ref(), email: Some(&email) };
        let password = call.timed_now(Part::Decode, || password.score(context)).map_err(weak)?;
        let invitation = self.invitation(call, invite.as_ref(), &email, now).await?;
        let password_hash = call.timed(Part::Argon2, self.hasher.hash(password)).await?;
        let new = NewAccount { name, profile, email, password_hash, source, session: session.cloned(), invitation };
        call.timed(Part::Store, self.create(call, &new, now)).await
    }

    /// Puts the account into the store. An id that somebody has already is drawn again: among integers that can happen.
    async fn create(&self, call: &Call, new: &NewAccount, now: Timestamp) -> Result<User, Failure> {
        for _ in 0..UserIdKind::DRAWS {
            let id = UserId::generate(self.user_ids, now).ok_or(HashError::NoRandomness)?;
            let user = User {
                name: new.name.clone(),
                profile: new.profile.clone(),
                email: Some(new.email.shown().to_owned()),
                sessions: new.session.iter().map(|new| (new.id.clone(), new.session.clone())).collect(),
                claims: invitation::claims_of(new.invitation.as_ref()),
                ..User::new(id, now)
            };
            let intent = (self.mail.verification == EmailVerification::On)
                .then(|| call.intent(Subject::Verify(user.id.clone()), new.email.clone(), now));
            let NewAccount { email, password_hash, source, invitation, .. } = new;
            let account = StoredAccount { user: &user, email, password_hash, source, invitation: invitation.as_ref() };
            match self.stores.accounts.create_account(account, intent.as_ref()).await {
                Ok(()) => return Ok(user),
                Err(CreateError::EmailTaken) => return Err(EMAIL_TAKEN.into()),
                Err(CreateError::InvitationUsed) => return Err(INVALID_INVITE.into()),
                Err(CreateError::Store(error)) => return Err(error.into()),
                Err(CreateError::IdTaken) => {}
            }
        }
        Err(Failure::Internal(format!("{} new user ids in a row were taken", UserIdKind::DRAWS).into()))
    }
}

fn weak(invalid: Invalid) -> Failure {
    Failure::Fields(vec![FieldError { field: PASSWORD.into(), invalid }])
}

impl Function for Signup {
    const NAME: &'static str = "signup";

    const ENDPOINTS: &'static [Endpoint<Self>] = &[
        Route::post("/auth/signup", "signup")
            .in_xano("xanoSignup")
            .with_body()
            .gives(&[
                SignIn::PROBLEMS,
                &[VALIDATION_FAILED, SIGNUP_CLOSED, INVITE_REQUIRED, INVALID_INVITE, EMAIL_TAKEN, TOO_MANY_ATTEMPTS],
            ])
            .gives_in_xano(&[CODE_NEEDED])
            .to(|signup, call| Box::pin(signup.sign_up(call))),
        Route::post("/auth/signup/confirm", "confirmSignup")
            .with_body()
            .gives(&[
                SignIn::PROBLEMS,
                &[
                    NO_CONFIRMATION,
                    SIGNUP_CLOSED,
                    VALIDATION_FAILED,
                    INVALID_CODE,
                    INVALID_INVITE,
                    EMAIL_TAKEN,
                    TOO_MANY_ATTEMPTS,
                ],
            ])
            .to(|signup, call| Box::pin(signup.confirm(call))),
        Route::post("/auth/signup/resend", "resendSignup")
            .with_body()
            .gives(&[&[NO_CONFIRMATION, VALIDATION_FAILED, TOO_MANY_ATTEMPTS, UNAVAILABLE]])
            .to(|signup, call| Box::pin(signup.resend(call))),
    ];

    fn begin() {
        PasswordPolicy::load_word_lists();
    }

    fn build(context: &Context) -> Result<Self, ConfigError> {
        let Context { environment, client, clock, .. } = context;
        let stores = Stores {
            attempts: Arc::new(AttemptTable::read(environment, client)?),
            accounts: Arc::new(AccountTables::read(environment, client)?),
            invitations: Arc::new(InvitationTable::read(environment, client)?),
            confirmation: match MailSettings::read(environment)?.verification {
                EmailVerification::Off | EmailVerification::On => None,
                EmailVerification::Required => Some(ConfirmationStores {
                    signups: Arc::new(SignupTables::read(environment, client)?),
                    outbox: Arc::new(OutboxTable::read(environment, client)?),
                }),
            },
        };
        let keys = Arc::new(SigningKeyTables::read(environment, client)?);
        Self::new(context, stores, SignIn::new(environment, keys, clock.clone())?)
    }

    fn http(&self) -> &HttpConfig {
        &self.http
    }

    async fn warm_up(&self) {
        tokio::join!(
            PasswordPolicy::wait_for_word_lists(),
            self.hasher.warm_up(),
            self.sign_in.warm_up(),
            self.connect()
        );
    }
}
