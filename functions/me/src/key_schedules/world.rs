//! A deployment whose parties share nothing but the store and the time.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use api_tests::{body_of, http_api_event};
use futures_util::future::join_all;
use lambda_http::{Context, LambdaEvent};
use secrecy::{ExposeSecret as _, SecretSlice};
use serde_json::Value;
use serde_json::value::to_raw_value;
use shared::authentication::Authenticator;
use shared::clock::{Clock, Timestamp};
use shared::domain::{AuthenticationMethods, UserClaims, UserId};
use shared::environment::Environment;
use shared::keys::{
    KeyAdministration, KeyGenerator, PublicKeyRecord, PublicKeySet, RotationPeriod, SigningKey, SigningKeys,
};
use shared::lambda::{Context as FunctionContext, invoke};
use shared::store::LocalDynamoDb;
use shared::tokens::{BoundTo, Grant, Issuer, TokenIssuer, TokenLifetimes, TokenVerifier};

use super::store::MemoryStore;
use super::{HOUR, MINUTE, PARTIES};
use crate::Me;

const AUDIENCE: &str = "latchkey";
const ISSUER: &str = "https://auth.example.com";
const LIFETIME: Duration = Duration::from_hours(24);

/// For how long a function keeps the keys.
const FUNCTION_KEEPS: u64 = 5 * MINUTE;
/// For how long API Gateway's authorizers keep the keys that they read from a function.
const AUTHORIZER_KEEPS: u64 = 2 * HOUR;

/// More keys than any schedule uses.
const POOL: usize = 100;

struct Issued {
    token: String,
    kid: String,
    expires_at: u64,
}

/// What became of a key.
struct Key {
    /// When it was first public.
    public_since: u64,
    /// When a revocation dropped it. A rotation drops no key that a good token was signed with.
    revoked_at: Option<u64>,
    /// When it began to sign, where a revocation made it do so before its time.
    rushed_at: Option<u64>,
}

/// An authorizer as API Gateway has them: it reads the keys when those it has are too old, and at no other time.
#[derive(Default)]
struct Authorizer(Option<(PublicKeySet, u64)>);

pub(super) struct World {
    now: Arc<AtomicU64>,
    store: MemoryStore,
    signers: [SigningKeys; PARTIES],
    functions: [Me; PARTIES],
    authorizers: [Authorizer; PARTIES],
    operator: KeyAdministration,
    keys: HashMap<String, Key>,
    tokens: Vec<Issued>,
}

impl World {
    /// The shortest period that a start-up accepts.
    pub(super) const PERIOD_MILLIS: u64 = 27 * HOUR;

    pub(super) fn new() -> Self {
        let store = MemoryStore::default();
        let now = Arc::new(AtomicU64::new(1_700_000_000_000));
        let generator = pool();
        let period = RotationPeriod::new(Duration::from_millis(Self::PERIOD_MILLIS), LIFETIME).unwrap();
        Self {
            signers: std::array::from_fn(|_| {
                SigningKeys::with_generator(Arc::new(store.clone()), period, generator.clone())
            }),
            functions: std::array::from_fn(|_| function(&store, &now)),
            authorizers: std::array::from_fn(|_| Authorizer::default()),
            operator: KeyAdministration::with_generator(Arc::new(store.clone()), generator),
            keys: HashMap::new(),
            tokens: Vec::new(),
            now,
            store,
        }
    }

    pub(super) fn store(&self) -> &MemoryStore {
        &self.store
    }

    fn now(&self) -> u64 {
        self.now.load(Ordering::Relaxed)
    }

    pub(super) fn wait(&mut self, time: Duration) {
        self.now.fetch_add(u64::try_from(time.as_millis()).unwrap(), Ordering::Relaxed);
    }

    pub(super) fn go_back(&mut self, time: Duration) {
        self.now.fetch_sub(u64::try_from(time.as_millis()).unwrap(), Ordering::Relaxed);
    }

    /// Whoever signs somebody in gets a token, also while the store takes no writes; only a store that never had keys
    /// is excused.
    pub(super) async fn sign_in(&mut self, signers: &[bool; PARTIES]) {
        let had_keys = self.store.version() > 0;
        let now = Timestamp::from_millis(self.now());
        let chosen = self.signers.iter().zip(signers).filter(|(_signer, chosen)| **chosen);
        let sets = join_all(chosen.map(|(signer, _)| signer.at(now))).await;
        self.note_keys();
        let tokens = TokenIssuer::new(AUDIENCE.to_owned(), TokenLifetimes { alone: LIFETIME, in_session: LIFETIME });
        for set in sets {
            let set = match set {
                Ok(set) => set,
                Err(error) => {
                    assert!(!had_keys, "nobody may be kept out: {error}");
                    continue;
                }
            };
            let grant = Grant {
                user_id: &UserId::from_trusted("somebody".to_owned()),
                authenticated_at: now,
                methods: &AuthenticationMethods::password(),
                claims: &UserClaims::default(),
                bound_to: BoundTo::Generation(0),
            };
            let token = tokens.issue(&set, &issuer(), grant, now).unwrap();
            self.tokens.push(Issued {
                token: token.token.expose_secret().to_owned(),
                kid: set.current().kid().to_owned(),
                expires_at: self.now() + token.expires_in * 1000,
            });
        }
    }

    pub(super) async fn verify(&mut self, functions: &[bool; PARTIES]) {
        self.forget_expired();
        let chosen = self.functions.iter().zip(functions).filter(|(_function, chosen)| **chosen);
        for (function, _chosen) in chosen {
            for issued in &self.tokens {
                let answer = get(function, "/auth/me", Some(&issued.token)).await;
                let accepted = match answer["statusCode"].as_u64() {
                    Some(200) => true,
                    Some(401) => false,
                    _ => panic!("{answer}"),
                };
                self.judge(issued, accepted, FUNCTION_KEEPS);
            }
        }
    }

    pub(super) async fn authorize(&mut self, authorizers: &[bool; PARTIES]) {
        self.forget_expired();
        for (authorizer, _chosen) in authorizers.iter().enumerate().filter(|(_authorizer, chosen)| **chosen) {
            self.authorize_at(authorizer).await;
        }
    }

    async fn authorize_at(&mut self, authorizer: usize) {
        let now = self.now();
        let held = &mut self.authorizers[authorizer].0;
        if held.as_ref().is_none_or(|(_keys, read_at)| now - read_at > AUTHORIZER_KEEPS) {
            // What it reads is what the first of the functions serves.
            let served = get(&self.functions[0], "/.well-known/jwks.json", None).await;
            if served["statusCode"] != 200 {
                return;
            }
            let record = PublicKeyRecord { version: 0, jwks: body_of(&served).to_string() };
            *held = Some((PublicKeySet::from_record(record).unwrap(), now));
        }
        let Some((keys, _read_at)) = &self.authorizers[authorizer].0 else { return };
        let verifier = TokenVerifier::new(AUDIENCE.to_owned());
        for issued in &self.tokens {
            let accepted = verifier.verify(keys, &issuer(), &issued.token, Timestamp::from_millis(now)).is_ok();
            self.judge(issued, accepted, FUNCTION_KEEPS + AUTHORIZER_KEEPS);
        }
    }

    pub(super) async fn revoke(&mut self) {
        let (before, version) = (self.store.kids(), self.store.version());
        let _refused_where_there_is_nothing = self.operator.revoke(Timestamp::from_millis(self.now())).await;
        self.note_keys();
        let Some((next, dropped)) = before.split_last() else { return };
        if self.store.version() > version {
            self.keys.get_mut(next).unwrap().rushed_at = Some(self.now());
            for kid in dropped {
                self.keys.get_mut(kid).unwrap().revoked_at = Some(self.now());
            }
        }
    }

    pub(super) async fn rotate(&mut self) {
        let _refused_unless_safe = self.operator.rotate(LIFETIME, Timestamp::from_millis(self.now())).await;
        self.note_keys();
    }

    /// A good token is accepted; one whose key is gone is not, once the keys that were read before are.
    fn judge(&self, issued: &Issued, accepted: bool, kept: u64) {
        let key = &self.keys[&issued.kid];
        if let Some(revoked_at) = key.revoked_at {
            let late = self.now() > revoked_at + kept;
            assert!(!(accepted && late), "accepted {} ms after its key was dropped", self.now() - revoked_at);
            return;
        }
        // A revocation may let a key sign that not everybody has read, and says so.
        let rushed = key.rushed_at.filter(|rushed_at| rushed_at - key.public_since <= kept);
        let excused = rushed.is_some_and(|rushed_at| self.now() <= rushed_at + kept);
        assert!(accepted || excused, "a good token is refused, {} ms before its end", issued.expires_at - self.now());
    }

    /// Only what ends by itself ends here: that is not the keys' to decide.
    fn forget_expired(&mut self) {
        let now = self.now();
        self.tokens.retain(|issued| now / 1000 < issued.expires_at / 1000);
    }

    fn note_keys(&mut self) {
        for kid in self.store.kids() {
            let new = Key { public_since: self.now(), revoked_at: None, rushed_at: None };
            self.keys.entry(kid).or_insert(new);
        }
    }
}

fn issuer() -> Issuer {
    Issuer::parse(ISSUER).unwrap()
}

/// The function over this store, by this clock.
fn function(store: &MemoryStore, now: &Arc<AtomicU64>) -> Me {
    let now = Arc::clone(now);
    let environment = Environment::default().with("ISSUER", ISSUER).with("AUDIENCE", AUDIENCE);
    let authenticator = Authenticator::new(&environment, Arc::new(store.clone()), Arc::new(store.clone()));
    let clock = Clock::from_fn(move || Timestamp::from_millis(now.load(Ordering::Relaxed)));
    // No call is made to it: every store is in memory.
    let client = LocalDynamoDb::read(&environment, "http://127.0.0.1:1").client();
    Me::new(&FunctionContext::read(environment, client, clock).unwrap(), authenticator)
}

/// What a function answers, as API Gateway would hear it.
async fn get(function: &Me, path: &str, token: Option<&str>) -> Value {
    let mut event = http_api_event("GET", path, &Value::Null);
    if let Some(token) = token {
        event["headers"]["authorization"] = format!("Bearer {token}").into();
    }
    let event = LambdaEvent::new(to_raw_value(&event).unwrap(), Context::default());
    serde_json::from_str(invoke(function, event).await.unwrap().get()).unwrap()
}

/// Keys that are made once for all schedules, each of which takes them in the same order.
fn pool() -> KeyGenerator {
    static KEYS: OnceLock<Vec<OnceLock<SecretSlice<u8>>>> = OnceLock::new();
    let keys = KEYS.get_or_init(|| (0..POOL).map(|_| OnceLock::new()).collect());
    let taken = Arc::new(AtomicUsize::new(0));
    KeyGenerator::from_fn(move || {
        let key = keys.get(taken.fetch_add(1, Ordering::Relaxed)).unwrap();
        SigningKey::from_pkcs8(key.get_or_init(|| SigningKey::generate().unwrap().pkcs8().clone()).clone())
    })
}
