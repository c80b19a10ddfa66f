//! The hashes come from their makers: bcrypt 5.0 and argon2-cffi 25.1 of `PyPI`, Django 5.2, Better Auth 1.7, PHP 8.2, and what
//! Firebase, Supabase and Ory publish as examples.

use proptest::prelude::*;

use crate::domain::{
    FirebaseHashConfig, HashError, PasswordHash, PasswordHasher, PasswordHasherParams, PresentedPassword,
    UnreadableHash, Verdict,
};

use super::ForeignHash;

/// The password of all hashes that name no other.
const PASSWORD: &str = "correct horse 9!";
/// Composed and decomposed letters and a ligature, which is another in NFKC.
const MIXED: &str = "Zoe\u{308} caf\u{e9} \u{fb01}";

const BCRYPT: &str = "$2b$04$ZJOStOyuW93XWqGKnIMQXeOmnwxQuwYNkc4enc5Dj1O0NaVZwi1Pe";
const BCRYPT_OF_72_BYTES: &str = "$2b$04$Z7XtH/Wg0jOZxpebcUGhf..GGQc2Ym.7Fn2.zrOsEhbc./Dr0Pi2W";
const BCRYPT_OF_MIXED: &str = "$2b$04$dmY.l3RtT901aNwruXfkUuitZDpfjPn8Y73j5onpS3elpuFk47Gta";
const PHP_ARGON2ID: &str =
    "$argon2id$v=19$m=65536,t=4,p=1$VVBkaXNEWS9TT1NZLkUzdQ$4SjIfrGFPq/P9Ojsf8HpP3/xPIy3NEKiJsCtR5Om4Qs";
const CFFI_ARGON2I: &str =
    "$argon2i$v=19$m=65536,t=3,p=4$l7T/LZtu8rcwayuZF99Hyg$A5JTBJV7TpYHdI/2fR5jrbnXxgTlqA7pBOyMDH/mF8A";
const CFFI_ARGON2ID_OF_MIXED: &str =
    "$argon2id$v=19$m=8192,t=2,p=2$Pn2qg3RdLDRxwXv7nLIqUA$fGsZXFJKQTcffPypeJitB/2n8BiX5lm+fMXkLQO442E";
const DJANGO_PBKDF2: &str = "pbkdf2_sha256$1000$segRPnPbIAmRMdKCrUA76X$/ZG8+4o4bYmHseSHIbcxjcLFOtteFMzYHAr135/WJuk=";
const DJANGO_SCRYPT: &str = "scrypt$16384$NgWyMKDt7CAKQFrx8Yo23E$8$5$HEwhn67ko69bsr9Gj9X5FCkrs1vF6UXtPj2IAh3oJfDfwe8vUYuMrwejkxFO8qXk+cS1mKfGKYBjhy2VYGLg2Q==";
const DJANGO_ARGON2: &str =
    "argon2$argon2id$v=19$m=102400,t=2,p=8$dVd5eThZbDNJcFFKa1VUWEM2ZEhteg$C+pEaxnGNORtFVpcuzfmn4/dDopJ5ogCWAE1KJSK/yQ";
const DJANGO_BCRYPT_SHA256: &str = "bcrypt_sha256$$2b$04$Sigw4EinCJ9D/liiCMhYGuXIv8pfKvgwpS1P3Z712e4sjMF2TKWqW";
/// Of eight times the ten digits.
const DJANGO_BCRYPT_SHA256_OF_80_BYTES: &str =
    "bcrypt_sha256$$2b$04$86JuYtzB3zwbPbjv6YY8BuuyVQnzOp2uQ4QD5LV5n48WKhRt6a4Xq";
const BETTER_AUTH: &str = "b4ae077f849ebc300f72f7e4166b7827:4c07a06be8ff31d13879a8d7803d7f79bb3eb494fca564a1bd7d4106536ce19b9f418767821c6867d8fb5a1b39173c1fa3ad3f741377329f52bfe53be950688f";
const BETTER_AUTH_OF_MIXED: &str = "3f5539ec432208e0d2e915e7db36c0b2:62c460ca997ac42f6c3e687eca938d1890ca4ff739e9774e969a4422f8da4ce9fd31a065f8104d8f6900fa599690f4ba61594d5b4147917cb586a951b5f1e12f";
/// Of "mytestpassword", from Supabase's own tests.
const SUPABASE_FIREBASE: &str = "$fbscrypt$v=1,n=14,r=8,p=1,ss=Bw==,sk=ou9tdYTGyYm8kuR6Dt0Bp0kDuAYoXrK16mbZO4yGwAn3oLspjnN0/c41v8xZnO1n14J3MjKj1b2g6AUCAlFwMw==$C0sHCg9ek77hsg==$zKVTMvnWVw5BBOZNUdnsalx4c4c7y/w7IS5p6Ut2+CfEFFlz37J9huyQfov4iizN8dbjvEJlM5tQaJP84+hfTw==";
/// Of "8x4WjoDbSxJZdR", from Kratos' own tests.
const KRATOS_FIREBASE: &str = "$firescrypt$ln=14,r=8,p=1$sPtDhWcd1MfdAw==$xbSou7FOl6mChCyzpCPIQ7tku7nsQMTFtyOZSXXd7tjBa4NtimOx7v42Gv2SfzPQu1oxM2/k4SsbOu73wlKe1A==$Bw==$YE0dO4bwD4JnJafh6lZZfkp1MtKzuKAXQcDCJNJNyeCHairWHKENOkbh3dzwaCdizzOspwr/FITUVlnOAwPKyw==";

fn hasher() -> PasswordHasher {
    PasswordHasher::new(PasswordHasherParams::LOWEST).unwrap()
}

async fn verdict(hash: &PasswordHash, typed: &str) -> Result<Verdict, HashError> {
    hasher().verify(PresentedPassword::parse(typed).unwrap(), hash.clone()).await
}

/// That only this password opens the hash, and that it is time for a new one then.
async fn assert_opens(imported: Result<PasswordHash, UnreadableHash>, password: &str) {
    let hash = imported.unwrap();
    assert_eq!(verdict(&hash, password).await.unwrap(), Verdict::RightButOutdated, "{}", hash.as_str());
    for wrong in [&format!("{password}."), ""] {
        assert_eq!(verdict(&hash, wrong).await.unwrap(), Verdict::Wrong, "{}", hash.as_str());
    }
}

#[tokio::test]
async fn each_makers_hash_opens_with_its_password_alone() {
    for as_it_is in [
        BCRYPT,
        "$2a$05$4c5ZeMsRgPifNOn4OZkAl.X1QbpSRgc5n6/yLi3.YUhteH9351U0u",
        "$2y$04$UTv26XXlXmzFoClMquAVMeihwU7auYmf2Z1Pi4w/aYszp.cYKxBaW",
        PHP_ARGON2ID,
        "$argon2i$v=19$m=8192,t=2,p=1$Qm5yLmIwLmpuN0JrSUVZNQ$vXEz2izi2JDoCZiAqpM+wkzlQrQeSaUBPyEZ3KVct0E",
        CFFI_ARGON2I,
        "$argon2d$v=19$m=65536,t=3,p=4$txPhZo4NE2WvS10gJ0y0fg$en54VOBovMeSUiXMpgCyYDc2RmbpRED9ZCylA29Ygwk",
        "$pbkdf2-sha512$i=1000$aTILzHmjfi/6ZoVOLrxQOA==$GuoS+JO+DpEQNWHK3RwEFAScQSs2n9sfmXVkipURyKw94R3gdLwlMtQ9KTKkkwG7EF8rdvhGpJJEpP3uPWdSzw==",
    ] {
        let imported = PasswordHash::import(as_it_is).unwrap();
        assert_eq!(imported.as_str(), as_it_is);
        assert_opens(Ok(imported), PASSWORD).await;
    }
    for of_django in [
        DJANGO_PBKDF2,
        "pbkdf2_sha1$1000$x3vstQwO5Bc9IOOXFujsQX$mB2ApzwqfRIXZZkAI/NJm9u0qjk=",
        DJANGO_SCRYPT,
        DJANGO_ARGON2,
        DJANGO_BCRYPT_SHA256,
        "bcrypt$$2b$04$Y7k.nTbFCFt3byHdaVD0Heq2Fp3cW527l04wRlkR7hyBZWYt.pXra",
    ] {
        assert_opens(PasswordHash::import_from_django(of_django), PASSWORD).await;
    }
    assert_opens(PasswordHash::import_from_better_auth(BETTER_AUTH), PASSWORD).await;
    assert_opens(PasswordHash::import(SUPABASE_FIREBASE), "mytestpassword").await;
    assert_opens(PasswordHash::import(KRATOS_FIREBASE), "8x4WjoDbSxJZdR").await;
}

#[tokio::test]
async fn firebases_own_example_opens_in_both_alphabets_of_base64() {
    let signer_key = "jxspr8Ki0RYycVU8zykbdLGjFQ3McFUH0uiiTvC8pVMXAn210wjLNmdZJzxUECKbm0QsEmYUSDzZvpjeJ9WmXA==";
    let (salt, hash) = (
        "42xEC+ixf3L2lw==",
        "lSrfV15cpx95/sZS2W9c9Kp6i/LVgQNDNC/qzrCnh1SAyZvqmZqAjTdn3aoItz+VHjoZilo78198JAdRuid5lQ==",
    );
    let config = FirebaseHashConfig::new(signer_key, "Bw==", 8, 14).unwrap();
    let of_the_command_line = config.import(salt, hash).unwrap();
    let url_safe = |text: &str| text.replace('+', "-").replace('/', "_");
    assert_eq!(config.import(&url_safe(salt), &url_safe(hash)).unwrap(), of_the_command_line);
    assert_opens(Ok(of_the_command_line), "user1password").await;
    assert!(!format!("{config:?}").contains("jxspr8"));
}

#[tokio::test]
async fn a_password_is_verified_as_it_was_typed_then() {
    let composed = "Zo\u{eb} caf\u{e9} \u{fb01}";
    let bcrypt = PasswordHash::import(BCRYPT_OF_MIXED).unwrap();
    let argon2 = PasswordHash::import(CFFI_ARGON2ID_OF_MIXED).unwrap();
    for hash in [bcrypt, argon2] {
        assert_eq!(verdict(&hash, MIXED).await.unwrap(), Verdict::RightButOutdated);
        assert_eq!(verdict(&hash, composed).await.unwrap(), Verdict::Wrong);
    }
    // Better Auth brings passwords into one form, in which the ligature is two letters.
    let better_auth = PasswordHash::import_from_better_auth(BETTER_AUTH_OF_MIXED).unwrap();
    for typed in [MIXED, composed, "Zo\u{eb} caf\u{e9} fi"] {
        assert_eq!(verdict(&better_auth, typed).await.unwrap(), Verdict::RightButOutdated, "{typed}");
    }
    assert_eq!(verdict(&better_auth, "Zoe caf\u{e9} fi").await.unwrap(), Verdict::Wrong);

    // A hash of the composed form opens also for whoever types the decomposed one.
    let hasher = hasher();
    let ours = hasher.hash(PresentedPassword::parse(composed).unwrap()).await.unwrap();
    assert_eq!(verdict(&ours, MIXED).await.unwrap(), Verdict::Right);
}

/// A new hash would be of all that was typed, and so of a typing error behind the end.
#[tokio::test]
async fn what_stands_behind_the_72nd_byte_does_not_become_the_password() {
    let seen = format!("{}ab", "0123456789".repeat(7));
    let bcrypt = PasswordHash::import(BCRYPT_OF_72_BYTES).unwrap();
    // More may have stood behind these 72 too.
    assert_eq!(verdict(&bcrypt, &seen).await.unwrap(), Verdict::Right);
    assert_eq!(verdict(&bcrypt, &format!("{seen}anything")).await.unwrap(), Verdict::Right);
    assert_eq!(verdict(&bcrypt, seen.split_at(71).0).await.unwrap(), Verdict::Wrong);

    let of_digest = PasswordHash::import_from_django(DJANGO_BCRYPT_SHA256_OF_80_BYTES).unwrap();
    assert_eq!(verdict(&of_digest, &"0123456789".repeat(8)).await.unwrap(), Verdict::RightButOutdated);
    assert_eq!(verdict(&of_digest, &format!("{}0", "0123456789".repeat(8))).await.unwrap(), Verdict::Wrong);
}

#[tokio::test]
async fn what_costs_too_much_is_neither_imported_nor_verified() {
    let salt_and_output = "c2FsdHNhbHRzYWx0c2FsdA$b3V0cHV0b3V0cHV0b3V0cHV0";
    let of = |cost: &str| format!("${cost}${salt_and_output}");
    let bcrypt = |cost: u32| BCRYPT.replace("$04$", &format!("${cost:02}$"));
    let fb = |cost: &str| SUPABASE_FIREBASE.replace("n=14,r=8,p=1", cost);
    for (highest, too_costly) in [
        (bcrypt(14), bcrypt(15)),
        (of("scrypt$ln=16,r=8,p=1"), of("scrypt$ln=17,r=8,p=1")),
        (of("scrypt$ln=15,r=8,p=8"), of("scrypt$ln=15,r=8,p=9")),
        (of("scrypt$ln=14,r=32,p=1"), of("scrypt$ln=1,r=33,p=1")),
        (of("scrypt$ln=13,r=1,p=16"), of("scrypt$ln=13,r=1,p=17")),
        (of("scrypt$ln=16,r=8,p=1"), of("scrypt$ln=64,r=8,p=1")),
        (of("scrypt$ln=16,r=8,p=1"), of("scrypt$ln=4294967295,r=1,p=1")),
        (fb("n=16,r=8,p=1"), fb("n=17,r=8,p=1")),
        (of("pbkdf2-sha256$i=2000000"), of("pbkdf2-sha256$i=2000001")),
        (of("pbkdf2-sha1$i=1000000"), of("pbkdf2-sha1$i=1000001")),
        (of("pbkdf2-sha512$i=1000000"), of("pbkdf2-sha512$i=1000001")),
        (of("argon2i$v=19$m=262144,t=4,p=1"), of("argon2i$v=19$m=262145,t=1,p=1")),
        (of("argon2id$v=19$m=262144,t=4,p=1"), of("argon2id$v=19$m=262144,t=17,p=1")),
        (of("argon2i$v=19$m=262144,t=4,p=16"), of("argon2i$v=19$m=262144,t=5,p=1")),
        (of("argon2d$v=19$m=1024,t=1,p=16"), of("argon2d$v=19$m=1024,t=1,p=17")),
        (of("argon2id$v=19$m=262144,t=1,p=2"), of("argon2id$v=19$m=262145,t=1,p=2")),
    ] {
        PasswordHash::import(&highest).unwrap();
        assert!(matches!(PasswordHash::import(&too_costly), Err(UnreadableHash::TooCostly(_))), "{too_costly}");
        let stored = PasswordHash::from_stored(too_costly.clone());
        let verified = verdict(&stored, PASSWORD).await;
        assert!(matches!(verified, Err(HashError::Unreadable(UnreadableHash::TooCostly(_)))), "{too_costly}");
    }
    // What a configuration here can have asked for is verified, and moves from one deployment to another.
    let ours = of("argon2id$v=19$m=262145,t=1,p=1");
    assert!(matches!(PasswordHash::import(&ours), Err(UnreadableHash::TooCostly(_))));
    let moved = PasswordHash::import_from_latchkey(&ours).unwrap();
    assert_eq!(verdict(&moved, PASSWORD).await.unwrap(), Verdict::Wrong);
    for highest in [of("argon2id$v=19$m=1048576,t=16,p=1"), bcrypt(14)] {
        PasswordHash::import_from_latchkey(&highest).unwrap();
    }
    for no_longer_verified in [of("argon2id$v=19$m=1048577,t=1,p=1"), of("argon2id$v=19$m=262145,t=1,p=2"), bcrypt(15)]
    {
        let refused = PasswordHash::import_from_latchkey(&no_longer_verified);
        assert!(matches!(refused, Err(UnreadableHash::TooCostly(_))), "{no_longer_verified}");
    }
}

#[tokio::test]
async fn what_is_too_cheap_to_guess_at_is_not_imported_but_verified_if_it_was() {
    let salt_and_output = "c2FsdHNhbHRzYWx0c2FsdA$b3V0cHV0b3V0cHV0b3V0cHV0";
    let of = |cost: &str| format!("${cost}${salt_and_output}");
    let fb = |cost: &str| SUPABASE_FIREBASE.replace("n=14,r=8,p=1", cost);
    let is_refused = |imported| matches!(imported, Err(UnreadableHash::TooFast(_)));
    let mut let_in = Vec::new();
    for (lowest, too_cheap) in [
        (of("pbkdf2-sha256$i=1000"), of("pbkdf2-sha256$i=999")),
        (of("pbkdf2-sha1$i=1000"), of("pbkdf2-sha1$i=1")),
        (of("scrypt$ln=10,r=8,p=1"), of("scrypt$ln=9,r=8,p=16")),
        (of("scrypt$ln=13,r=1,p=1"), of("scrypt$ln=12,r=1,p=1")),
        (fb("n=10,r=8,p=1"), fb("n=10,r=7,p=1")),
        (of("argon2id$v=19$m=512,t=2,p=2"), of("argon2id$v=19$m=512,t=1,p=2")),
        (of("argon2i$v=19$m=1024,t=1,p=1"), of("argon2i$v=19$m=1023,t=1,p=1")),
    ] {
        PasswordHash::import(&lowest).unwrap();
        let moved = PasswordHash::import_from_latchkey(&too_cheap).unwrap();
        assert_eq!(verdict(&moved, PASSWORD).await.unwrap(), Verdict::Wrong, "{too_cheap}");
        if !is_refused(PasswordHash::import(&too_cheap)) {
            let_in.push(too_cheap);
        }
    }
    assert!(let_in.is_empty(), "{let_in:?}");
    assert!(is_refused(PasswordHash::import_from_django(&DJANGO_PBKDF2.replace("$1000$", "$999$"))));
    let config = FirebaseHashConfig::new("b3V0cHV0b3V0cHV0b3V0cHV0", "Bw==", 8, 9).unwrap();
    assert!(is_refused(config.import("c2FsdA==", "b3V0cHV0b3V0cHV0b3V0cHV0")));
}

/// Hashes of the first versions too, whose users have never changed their passwords.
#[test]
fn every_default_that_a_system_ever_had_is_imported() {
    let salt_and_output = "c2FsdHNhbHRzYWx0c2FsdA$b3V0cHV0b3V0cHV0b3V0cHV0";
    for of_django in [
        // 1.4 and 5.2
        &DJANGO_PBKDF2.replace("$1000$", "$10000$"),
        &DJANGO_PBKDF2.replace("$1000$", "$1000000$"),
        // 1.10 to 3.1, and since
        &format!("argon2$argon2i$v=19$m=512,t=2,p=2${salt_and_output}"),
        DJANGO_ARGON2,
        // 4.0, and since
        &DJANGO_SCRYPT.replace("$8$5$", "$8$1$"),
        DJANGO_SCRYPT,
        &DJANGO_BCRYPT_SHA256.replace("$04$", "$12$"),
    ] {
        PasswordHash::import_from_django(of_django).unwrap();
    }
    for as_it_is in [
        // Laravel 5.6 to 8, and PHP 7.4
        &format!("$argon2i$v=19$m=1024,t=2,p=2${salt_and_output}"),
        &format!("$argon2id$v=19$m=65536,t=4,p=1${salt_and_output}"),
        // Auth0, Supabase and Laravel; Devise; Laravel since 11 and Devise since 4.8
        &BCRYPT.replace("$04$", "$10$"),
        &BCRYPT.replace("$04$", "$11$"),
        &BCRYPT.replace("$04$", "$12$"),
        SUPABASE_FIREBASE,
    ] {
        PasswordHash::import(as_it_is).unwrap();
    }
    PasswordHash::import_from_better_auth(BETTER_AUTH).unwrap();
}

#[test]
fn a_refused_hash_says_why() {
    let import = |hash: &str| PasswordHash::import(hash).unwrap_err().to_string();
    let django = |hash: &str| PasswordHash::import_from_django(hash).unwrap_err().to_string();
    for (message, fast) in [
        (import("$1$salt$qJH7.N4xYta3aEG/dfqo/0"), "MD5"),
        (import("$6$rounds=5000$salt$hash"), "SHA-2 in crypt(3)"),
        (import("$P$B12345678"), "phpass"),
        (import("5f4dcc3b5aa765d61d8327deb882cf99"), "a digest in hexadecimal digits, such as MD5 or SHA-256,"),
        (import("5baa61e4c9b93f3f0682250b6cf8331b7ee68fd8"), "a digest in hexadecimal digits, such as MD5 or SHA-256,"),
        (django("md5$5aa0F3DYRbkpCwslhuqR2X$4749b534d1df849b69677ab55c6f5362"), "MD5"),
        (django("sha1$salt$5baa61e4c9b93f3f0682250b6cf8331b7ee68fd8"), "SHA-1"),
    ] {
        assert_eq!(
            message,
            format!(
                "{fast} is too fast to protect a password: import the user without a hash and send a mail to reset it"
            )
        );
    }
    assert_eq!(PasswordHash::import_from_django("!aBc"), Err(UnreadableHash::NoPassword));
    for unknown in ["", "plain", "$", "$2$04$", "$2x$04$ZJOStOyuW93XWqGKnIMQXeOmnwxQuwYNkc4enc5Dj1O0NaVZwi1Pe"] {
        assert_eq!(PasswordHash::import(unknown), Err(UnreadableHash::UnknownForm), "{unknown}");
        assert_eq!(PasswordHash::import_from_better_auth(unknown), Err(UnreadableHash::UnknownForm), "{unknown}");
    }
    assert_eq!(PasswordHash::import(&"$2b$".repeat(300)), Err(UnreadableHash::TooLong));
    for malformed in [
        BCRYPT.split_at(59).0,
        &BCRYPT.replace("$04$", "$4$"),
        &BCRYPT.replace("$04$", "$+4$"),
        &BCRYPT.replace("$04$", "$03$"),
        &format!("{BCRYPT}$"),
        // An output that is short or empty would be the hash of more than one password.
        "$pbkdf2-sha256$i=1000$c2FsdA$",
        "$pbkdf2-sha256$i=1000$c2FsdA$b3V0cHV0",
        "$pbkdf2-sha256$i=0$c2FsdA$b3V0cHV0b3V0cHV0b3V0cHV0",
        "$pbkdf2-sha256$i=01$c2FsdA$b3V0cHV0b3V0cHV0b3V0cHV0",
        "$scrypt$ln=14,r=8,p=1$c2FsdA$",
        "$scrypt$ln=14,r=8,p=1,l=1$c2FsdA$b3V0cHV0b3V0cHV0b3V0cHV0",
        "$scrypt$ln=14,r=8$c2FsdA$b3V0cHV0b3V0cHV0b3V0cHV0",
        "$scrypt$ln=0,r=8,p=1$c2FsdA$b3V0cHV0b3V0cHV0b3V0cHV0",
        "$fbscrypt$v=1,n=14,r=8,p=1,ss=Bw==,sk=$C0sHCg9ek77hsg==$",
        &SUPABASE_FIREBASE.replace("v=1", "v=2"),
        "$argon2id$v=19$m=1,t=0,p=1$c2FsdHNhbHQ$aGFzaA",
        "$bcrypt-sha256$2x$04$Sigw4EinCJ9D/liiCMhYGuXIv8pfKvgwpS1P3Z712e4sjMF2TKWqW",
    ] {
        let refused = PasswordHash::import(malformed);
        assert!(matches!(refused, Err(UnreadableHash::Malformed(_))), "{malformed}: {refused:?}");
    }
    assert_eq!(
        PasswordHash::import_from_better_auth(&BETTER_AUTH.replace(":4c", ":4")),
        Err(UnreadableHash::Malformed("Better Auth"))
    );
}

#[test]
fn a_hash_is_named_by_its_algorithm() {
    for (hash, expected) in [
        ("$argon2id$v=19$m=19456,t=2,p=1$c2FsdA$aGFzaA", "argon2id"),
        ("$2b$10$abcdefghijklmnopqrstuv", "bcrypt"),
        ("$2y$12$abcdefghijklmnopqrstuv", "bcrypt"),
        ("$pbkdf2-sha256$i=1000000$c2FsdA$aGFzaA", "pbkdf2-sha256"),
        ("5f4dcc3b5aa765d61d8327deb882cf99", "unknown"),
    ] {
        assert_eq!(PasswordHash::from_stored(hash.to_owned()).algorithm(), expected);
    }
}

const VECTORS: [&str; 6] = [
    BCRYPT,
    "$bcrypt-sha256$2b$04$Sigw4EinCJ9D/liiCMhYGuXIv8pfKvgwpS1P3Z712e4sjMF2TKWqW",
    "$pbkdf2-sha256$i=10$c2FsdA$b3V0cHV0b3V0cHV0b3V0cHV0",
    "$scrypt$ln=4,r=8,p=1,form=nfkc$c2FsdA$b3V0cHV0b3V0cHV0b3V0cHV0",
    "$fbscrypt$v=1,n=4,r=8,p=1,ss=Bw==,sk=b3V0cHV0b3V0cHV0b3V0cHV0$C0sHCg9ek77hsg==$b3V0cHV0b3V0cHV0b3V0cHV0",
    "$argon2id$v=19$m=8,t=1,p=1$c2FsdHNhbHQ$b3V0cHV0b3V0cHV0b3V0cHV0",
];

proptest! {
    #[test]
    fn any_string_is_read_or_refused(text in "\\PC{0,200}", vector in 0..VECTORS.len(), at in 0..120_usize) {
        let changed: String = VECTORS[vector].chars().take(at).chain(text.chars()).collect();
        let behind: String = VECTORS[vector].chars().skip(at).collect();
        for hash in [&text, &changed, &format!("{changed}{behind}")] {
            let _ = PasswordHash::import_from_django(hash);
            let _ = PasswordHash::import_from_better_auth(hash);
            let _ = ForeignHash::parse(hash);
            let _ = PasswordHash::import(hash);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(16))]
    #[test]
    fn any_password_gets_a_verdict(typed in "\\PC{0,140}|.{0,20}") {
        if let Ok(password) = PresentedPassword::parse(&typed) {
            for vector in &VECTORS[..5] {
                let _ = ForeignHash::parse(vector).unwrap().verify(&password);
            }
        }
    }
}
