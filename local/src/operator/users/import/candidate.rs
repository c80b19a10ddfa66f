//! An account that an import would make.

use oauth::Variables;
use serde_json::{Map, Value};
use shared::admin::NewAccount;
use shared::clock::Timestamp;
use shared::domain::{
    EmailAddress, IdentityKey, Invalid, LinkedIdentities, LinkedIdentity, Name, PasswordHash, Profile, ProfileFields,
    Provider, UnreadableHash, User, UserClaims, UserId,
};
use shared::environment::Environment;
use uuid::Uuid;

use super::record::{Disabled, ForeignIdentity, Password, Record};

/// The longest id: as many bytes as a WebAuthn user handle may have.
const MAX_ID: usize = 64;
/// Why a row makes no account whose hash may be elsewhere. It would be an account without a password for good.
const NO_HASH: &str = "it has no password hash. If another column or file has it, name that by --columns password=… or --passwords. \
                       If the old system is to be asked at log-in, pass --legacy; if users set passwords by a reset, \
                       --without-passwords";

/// What an import does with every row.
#[derive(Debug)]
pub(super) struct Rules {
    /// What ids begin with there, and do not begin with here.
    pub(super) id_prefix: Option<String>,
    /// Whether the old system is asked for a password of which there is no usable hash.
    pub(super) legacy: bool,
    /// Whether users are brought without their hashes.
    pub(super) without_passwords: bool,
    /// Whose identities are those of a server of one's own, by `OAUTH_{PROVIDER}_URL` and `OAUTH_OIDC_ISSUER`.
    pub(super) issuers: Vec<(Provider, String)>,
    /// The deployment's `PROFILE_FIELDS`, by which the texts of a file become numbers and the like.
    pub(super) profile_fields: ProfileFields,
    /// The time now.
    pub(super) now: Timestamp,
}

impl Rules {
    /// The issuers in the keys of identities, as the function `oauth` reads them.
    pub(super) fn issuers(environment: &Environment) -> Vec<(Provider, String)> {
        let issuer = |provider: Provider| {
            let issuer = environment.chosen(Variables::of(provider).url).or_else(|| provider.home_issuer())?;
            Some((provider, issuer.to_owned()))
        };
        Provider::ALL.into_iter().filter_map(issuer).collect()
    }
}

/// An account that is ready to be made.
#[derive(Debug)]
pub(super) struct Candidate {
    pub(super) user: User,
    pub(super) email: Option<EmailAddress>,
    hash: Option<PasswordHash>,
    legacy: bool,
    token: String,
    /// What of the row is left out, if anything is.
    pub(super) warnings: Vec<String>,
}

impl Candidate {
    /// The account that a record describes, or why there is none. The reason never repeats a hash.
    pub(super) fn of(record: Record, rules: &Rules) -> Result<Self, String> {
        let mut warnings = Vec::new();
        let id = id(record.id, rules.id_prefix.as_deref())?;
        let refused = |invalid: Invalid| format!("its email address is refused: {}", invalid.detail);
        let email = record.email.as_deref().map(EmailAddress::parse).transpose().map_err(refused)?;
        let name = record.name.as_deref().and_then(|name| {
            Name::parse(name).map_err(|invalid| warnings.push(format!("without its name: {}", invalid.detail))).ok()
        });
        let is_hash_missing = matches!(record.password, Password::Unknown);
        let hash = usable_hash(record.password, rules)?;
        let legacy = email.is_some() && hash.is_none() && (rules.legacy || record.is_legacy);
        let identities = identities(record.identities, rules, &mut warnings);
        if is_hash_missing && !legacy && !rules.without_passwords && identities.is_empty() && email.is_some() {
            return Err(NO_HASH.to_owned());
        }
        if identities.len() > LinkedIdentities::MOST {
            return Err(format!("it has more than {} identities", LinkedIdentities::MOST));
        }
        if email.is_none() && identities.is_empty() {
            return Err("it has neither an email address nor an identity to log in with".to_owned());
        }
        let user = User {
            name,
            email: email.as_ref().map(|email| email.shown().to_owned()),
            email_verified: record.email_verified && email.is_some(),
            passwordless: hash.is_none() && !legacy,
            disabled_at: match record.disabled {
                Disabled::No => None,
                Disabled::Yes => Some(rules.now),
                Disabled::Since(at) => Some(at),
            },
            claims: claims(record.claims, &mut warnings)?,
            profile: profile(record.profile, rules, &mut warnings)?,
            identities,
            // Of this import alone: tokens of an account of before, which was deleted, stay bad.
            generation: rules.now.as_millis() / 1000,
            ..User::new(id, record.created_at.unwrap_or(rules.now))
        };
        // Of this row in this run alone: an account that was deleted meanwhile must not count as made.
        let token = Uuid::now_v7().simple().to_string();
        Ok(Self { user, email, hash, legacy, token, warnings })
    }

    /// What is to be stored.
    pub(super) fn as_new(&self) -> NewAccount<'_> {
        let Self { user, email, hash, legacy, token, .. } = self;
        NewAccount { user, email: email.as_ref(), password_hash: hash.as_ref(), legacy: *legacy, token }
    }
}

fn id(id: Option<String>, prefix: Option<&str>) -> Result<UserId, String> {
    let id = id.ok_or("it has no id: name its column by --columns id=…")?;
    let id = match prefix.and_then(|prefix| id.strip_prefix(prefix)) {
        Some(bare) => bare.to_owned(),
        None => id,
    };
    if (1..=MAX_ID).contains(&id.len()) && id.bytes().all(|byte| byte.is_ascii_graphic()) {
        Ok(UserId::from_trusted(id))
    } else {
        Err(format!("its id is not 1 to {MAX_ID} visible ASCII characters"))
    }
}

/// The hash, if there is one that can be verified here.
fn usable_hash(password: Password, rules: &Rules) -> Result<Option<PasswordHash>, String> {
    match password {
        Password::Unknown | Password::None | Password::Hash(Err(UnreadableHash::NoPassword)) => Ok(None),
        Password::Hash(_hash) if rules.without_passwords => Ok(None),
        Password::Hash(Ok(hash)) => Ok(Some(hash)),
        Password::Hash(Err(_unreadable)) if rules.legacy => Ok(None),
        Password::Hash(Err(unreadable)) => Err(format!("its password hash cannot be used: {unreadable}")),
    }
}

/// Claims without the names of Latchkey's own, which an app of before may have had.
fn claims(mut claims: Map<String, Value>, warnings: &mut Vec<String>) -> Result<UserClaims, String> {
    for name in UserClaims::RESERVED {
        if claims.remove(name).is_some() {
            warnings.push(format!("without the claim {name}, which every token has from Latchkey itself"));
        }
    }
    UserClaims::of(claims).map_err(|error| format!("its claims are refused: {error}"))
}

/// A profile without the names that mean something else here: users could write them at the old system.
fn profile(mut fields: Map<String, Value>, rules: &Rules, warnings: &mut Vec<String>) -> Result<Profile, String> {
    for name in Profile::RESERVED {
        if fields.remove(name).is_some() {
            warnings.push(format!("without the field {name} of its profile, which means something else here"));
        }
    }
    let profile = Profile::of(rules.profile_fields.of_form(fields));
    profile.map_err(|invalid| format!("its profile is refused: {}", invalid.detail))
}

/// The identities of providers that there are here.
fn identities(foreign: Vec<ForeignIdentity>, rules: &Rules, warnings: &mut Vec<String>) -> LinkedIdentities {
    let mut linked = Vec::new();
    for ForeignIdentity { provider: name, issuer, subject } in foreign {
        let provider = provider_named(&name);
        // Another issuer of OpenID Connect has other people under the same subjects.
        let issuer = issuer.or_else(|| {
            let is_home = |of: Provider| Some(of) == provider && of != Provider::Oidc;
            let configured = rules.issuers.iter().find(|(of, _issuer)| is_home(*of));
            configured.map(|(_provider, issuer)| issuer.clone())
        });
        match (provider, issuer.and_then(|issuer| IdentityKey::new(&issuer, &subject))) {
            (Some(provider), Some(key)) => linked.push(LinkedIdentity::new(provider, &key)),
            (Some(Provider::Oidc), None) => {
                warnings.push(format!("without an identity of {name:?}, whose issuer is not in the file"));
            }
            _ => warnings.push(format!("without an identity of {name:?}, which is not a provider here")),
        }
    }
    linked.into_iter().collect()
}

/// The provider by its name here, or by those of Auth0, Firebase, Supabase, Better Auth and Cognito.
fn provider_named(name: &str) -> Option<Provider> {
    match name.to_ascii_lowercase().as_str() {
        "google-oauth2" | "google.com" => Some(Provider::Google),
        "github.com" => Some(Provider::Github),
        "facebook.com" => Some(Provider::Facebook),
        "twitter" | "twitter.com" => Some(Provider::X),
        name => Provider::parse(name),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use shared::clock::Timestamp;
    use shared::domain::{ProfileFields, UnreadableHash};
    use shared::environment::Environment;

    use super::{Candidate, Rules};
    use crate::operator::users::import::record::{ForeignIdentity, Password, Record};

    fn rules() -> Rules {
        Rules {
            id_prefix: None,
            legacy: false,
            without_passwords: false,
            issuers: Rules::issuers(&Environment::default().with("OAUTH_OIDC_ISSUER", "https://id.example.com")),
            profile_fields: ProfileFields::default(),
            now: Timestamp::from_millis(1_795_788_300_000),
        }
    }

    fn record() -> Record {
        let (id, email) = (Some("7".to_owned()), Some("Ada@Example.com".to_owned()));
        Record { id, email, password: Password::None, ..Record::default() }
    }

    fn identity(provider: &str) -> ForeignIdentity {
        ForeignIdentity { provider: provider.to_owned(), issuer: None, subject: "42".to_owned() }
    }

    #[test]
    fn what_is_not_needed_to_log_in_is_left_out_with_a_warning() {
        let claims = json!({"plan": "pro", "sub": "root"}).as_object().unwrap().clone();
        let identities = ["google-oauth2", "apple", "oidc"].map(identity).into();
        let record = Record { name: Some("a\u{202e}b".to_owned()), claims, identities, ..record() };
        let candidate = Candidate::of(record, &rules()).unwrap();
        assert_eq!(candidate.warnings.len(), 4, "{:?}", candidate.warnings);
        assert_eq!((candidate.user.name.as_ref(), candidate.user.claims.as_json()), (None, r#"{"plan":"pro"}"#));
        let keys: Vec<_> = candidate.user.identities.iter().map(|identity| identity.as_str().to_owned()).collect();
        assert_eq!(keys, ["google#https://accounts.google.com#42"]);
    }

    #[test]
    fn a_row_that_makes_no_account_says_why() {
        let long = "x".repeat(65);
        let unreadable = || Password::Hash(Err(UnreadableHash::TooFast("MD5")));
        for (record, reason) in [
            (Record { id: None, ..record() }, "no id"),
            (Record { id: Some(long), ..record() }, "64 visible"),
            (Record { id: Some("a b".to_owned()), ..record() }, "64 visible"),
            (Record { email: Some("nobody".to_owned()), ..record() }, "email address"),
            (Record { email: None, ..record() }, "neither"),
            (Record { password: unreadable(), ..record() }, "MD5"),
            (Record { password: Password::Unknown, ..record() }, "no password hash"),
            (Record { claims: json!({"a": "x".repeat(1024)}).as_object().unwrap().clone(), ..record() }, "1024 bytes"),
            (Record { profile: json!({"a": "x".repeat(1024)}).as_object().unwrap().clone(), ..record() }, "1024 bytes"),
            (Record { identities: (0..11).map(|_| identity("google")).collect(), ..record() }, ""),
        ] {
            let made = Candidate::of(record, &rules()).map(|candidate| candidate.user.id.to_string());
            match reason {
                // Eleven times the same one is one.
                "" => assert!(made.is_ok(), "{made:?}"),
                reason => assert!(made.as_ref().is_err_and(|error| error.contains(reason)), "{reason}: {made:?}"),
            }
        }
        let legacy = Rules { legacy: true, ..rules() };
        let candidate = Candidate::of(Record { password: unreadable(), ..record() }, &legacy).unwrap();
        assert!(candidate.as_new().legacy && !candidate.user.passwordless);
    }
}
