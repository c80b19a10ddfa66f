//! Token verification: anything at all, a valid token changed, and whatever the signing key itself could sign.
//! `cargo +nightly fuzz run verify_token`
#![no_main]

use std::sync::LazyLock;

use arbitrary::Arbitrary;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use fuzz::{AUDIENCE, GRACE, START, Token, Tokens, issuer};
use libfuzzer_sys::fuzz_target;
use serde_json::{Map, Value, json};
use shared::clock::Timestamp;
use shared::keys::PublicKeySet;
use shared::tokens::{TokenFault, TokenVerifier};
use uuid::Uuid;

struct Target {
    tokens: Tokens,
    public_keys: PublicKeySet,
}

static TARGET: LazyLock<Target> = LazyLock::new(|| {
    let tokens = Tokens::new();
    let public_keys = PublicKeySet::from_record(tokens.keys.to_public_record()).expect("public keys");
    Target { tokens, public_keys }
});

#[derive(Arbitrary, Debug)]
enum Input<'a> {
    Token(Token<'a>),
    Signed { header: Header<'a>, claims: Box<Claims<'a>> },
    Raw { header: &'a [u8], claims: &'a [u8], signed: bool },
}

#[derive(Arbitrary, Debug)]
struct Header<'a> {
    alg: Member<'a>,
    typ: Member<'a>,
    kid: Member<'a>,
    other: Option<(&'a str, Member<'a>)>,
}

#[derive(Arbitrary, Debug)]
struct Claims<'a> {
    iss: Member<'a>,
    aud: Member<'a>,
    client_id: Member<'a>,
    sub: Member<'a>,
    iat: Member<'a>,
    exp: Member<'a>,
    token_use: Member<'a>,
    jti: Jti<'a>,
    other: Option<(&'a str, Member<'a>)>,
}

#[derive(Arbitrary, Debug)]
enum Member<'a> {
    Ours,
    Absent,
    Null,
    Text(&'a str),
    InArray,
    /// This far from the start, in seconds.
    Near(i16),
    Number(i64),
    Fraction(f64),
}

#[derive(Arbitrary, Debug)]
enum Jti<'a> {
    Ours,
    At(u64),
    OtherVersion,
    Member(Member<'a>),
}

impl Member<'_> {
    fn put(&self, name: &str, ours: Value, into: &mut Map<String, Value>) {
        let value = match self {
            Self::Absent => return,
            Self::Ours => ours,
            Self::Null => Value::Null,
            Self::Text(text) => (*text).into(),
            Self::InArray => json!([ours]),
            Self::Near(seconds) => START.as_secs().saturating_add_signed((*seconds).into()).into(),
            Self::Number(number) => (*number).into(),
            Self::Fraction(number) => (*number).into(),
        };
        into.insert(name.to_owned(), value);
    }
}

impl Header<'_> {
    fn json(&self, kid: &str) -> Value {
        let mut header = Map::new();
        if let Some((name, member)) = &self.other {
            member.put(name, json!(true), &mut header);
        }
        self.alg.put("alg", json!("RS256"), &mut header);
        self.typ.put("typ", json!("JWT"), &mut header);
        self.kid.put("kid", json!(kid), &mut header);
        header.into()
    }
}

impl Claims<'_> {
    fn json(&self) -> Value {
        let mut claims = Map::new();
        if let Some((name, member)) = &self.other {
            member.put(name, json!(true), &mut claims);
        }
        self.iss.put("iss", json!(issuer().as_str()), &mut claims);
        self.aud.put("aud", json!(AUDIENCE), &mut claims);
        self.client_id.put("client_id", json!(AUDIENCE), &mut claims);
        self.sub.put("sub", json!(GRACE), &mut claims);
        self.iat.put("iat", json!(START.as_secs()), &mut claims);
        self.exp.put("exp", json!(START.as_secs() + 86_400), &mut claims);
        self.token_use.put("token_use", json!("access"), &mut claims);
        let ours = uuid_v7_at(START.as_millis()).to_string();
        match &self.jti {
            Jti::Ours => Member::Ours.put("jti", json!(ours), &mut claims),
            Jti::At(millis) => Member::Ours.put("jti", json!(uuid_v7_at(*millis).to_string()), &mut claims),
            Jti::OtherVersion => Member::Ours.put("jti", json!(Uuid::nil().to_string()), &mut claims),
            Jti::Member(member) => member.put("jti", json!(ours), &mut claims),
        }
        claims.into()
    }
}

fn uuid_v7_at(millis: u64) -> Uuid {
    uuid::Builder::from_unix_timestamp_millis(millis % (1 << 48), &[7; 10]).into_uuid()
}

/// Whether the issuer could have issued a token with this header and these claims, and it holds now.
fn is_ours(header: &Value, claims: &Value, kid: &str) -> bool {
    let text = |name: &str| claims[name].as_str();
    let jti = text("jti").and_then(|jti| Uuid::try_parse(jti).ok()).filter(|jti| jti.get_version_num() == 7);
    let made_at = jti.and_then(|jti| jti.get_timestamp()).map(|timestamp| timestamp.to_unix().0);
    let now = START.as_secs();
    *header == json!({"alg": "RS256", "typ": "JWT", "kid": kid})
        && text("iss") == Some(issuer().as_str())
        && text("aud") == Some(AUDIENCE)
        && text("client_id") == Some(AUDIENCE)
        && text("sub").is_some_and(|sub| !sub.is_empty())
        && text("token_use") == Some("access")
        && claims["exp"].as_u64().is_some_and(|exp| exp > now)
        && claims["iat"].as_u64().is_some_and(|iat| iat <= now + 60 && Some(iat) == made_at)
}

fn encode(part: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(part)
}

fn verify(token: &str) -> Result<shared::tokens::VerifiedToken, TokenFault> {
    let verifier = TokenVerifier::new(AUDIENCE.to_owned());
    verifier.verify(&TARGET.public_keys, &issuer(), token, Timestamp::from_millis(START.as_millis()))
}

fn sign(message: &str) -> String {
    let signature = TARGET.tokens.keys.current().sign(message.as_bytes()).expect("a signature");
    format!("{message}.{}", encode(&signature))
}

fuzz_target!(|input: Input<'_>| {
    let tokens = &TARGET.tokens;
    let kid = tokens.keys.current().kid();
    match input {
        Input::Token(token) => {
            let token = token.of(tokens);
            if verify(&token).is_ok() {
                assert!(tokens.issued().contains(&token.as_str()), "nobody issued {token}");
            }
        }
        Input::Signed { header, claims } => {
            let (header, claims) = (header.json(kid), claims.json());
            let token =
                sign(&format!("{}.{}", encode(header.to_string().as_bytes()), encode(claims.to_string().as_bytes())));
            assert_eq!(verify(&token).is_ok(), is_ours(&header, &claims, kid), "{header} {claims}");
        }
        Input::Raw { header, claims, signed } => {
            let message = format!("{}.{}", encode(header), encode(claims));
            let token = if signed { sign(&message) } else { format!("{message}.{}", encode(claims)) };
            if verify(&token).is_ok() {
                let json = |part| serde_json::from_slice::<Value>(part).expect("JSON");
                assert!(signed && is_ours(&json(header), &json(claims), kid), "{token}");
            }
        }
    }
});
