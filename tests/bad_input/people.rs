//! Names and email addresses as people really have them, beside those that nobody has.

use std::collections::BTreeSet;

use api_tests::{Api, Person, own_stack};

/// Names that are kept as they are typed. The last five hold invisible characters: Persian and Sinhala join letters by
/// U+200C and U+200D, and emoji are joined by the latter or end in others.
const NAMES: [&str; 32] = [
    "Ada Lovelace",
    "A",
    "Jos\u{e9} \u{d1}\u{fa}\u{f1}ez",
    "O'Neill",
    "D\u{2019}Arcy Wretzky",
    "Jean-Luc",
    "Nick \"Goose\" Bradshaw, Jr.",
    "X \u{c6} A-12",
    "\u{de}\u{f3}r\u{f0}ur \u{c6}gisson",
    "\u{141}ukasz \u{17b}\u{f3}\u{142}\u{107}",
    "Nguy\u{1ec5}n Th\u{1ecb} Minh Khai",
    "\u{130}brahim I\u{15f}\u{131}k",
    "\u{3a3}\u{3c9}\u{3ba}\u{3c1}\u{3ac}\u{3c4}\u{3b7}\u{3c2}",
    "Лев Толстой",
    "Սերգեյ Փարաջանով",
    "შოთა რუსთაველი",
    "محمد علي",
    "עָמוֹס עוֹז",
    "प्रिया शर्मा",
    "রবীন্দ্রনাথ ঠাকুর",
    "ரஜினிகாந்த்",
    "สมชาย ใจดี",
    "အောင်ဆန်း",
    "አበበ ቢቂላ",
    "李小龍",
    "山田\u{3000}太郎",
    "김철수",
    "علی\u{200c}رضا",
    "ශ\u{dca}\u{200d}ර\u{dd3} ල\u{d82}ක\u{dcf}",
    "\u{1f469}\u{200d}\u{1f469}\u{200d}\u{1f467}\u{200d}\u{1f466}",
    "Kim \u{1f3f3}\u{fe0f}\u{200d}\u{1f308} \u{2764}\u{fe0f}",
    "Nigel \u{1f3f4}\u{e0067}\u{e0062}\u{e0065}\u{e006e}\u{e0067}\u{e007f}",
];

/// Email addresses as they are typed and as they are shown.
const ADDRESSES: [(&str, &str); 25] = [
    ("ada@example.com", "ada@example.com"),
    (" Ada.Lovelace+news@Example.COM\n", "Ada.Lovelace+news@example.com"),
    ("o'neill@example.ie", "o'neill@example.ie"),
    ("first_last-name@mail.example.co.uk", "first_last-name@mail.example.co.uk"),
    ("customer/department=shipping@example.com", "customer/department=shipping@example.com"),
    ("!def!xyz%abc@example.com", "!def!xyz%abc@example.com"),
    ("1234567890@163.example", "1234567890@163.example"),
    ("a@b.co", "a@b.co"),
    ("root@localhost", "root@localhost"),
    ("ada@ex--ample.museum", "ada@ex--ample.museum"),
    (
        "llllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllll@example.com",
        "llllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllll@example.com",
    ),
    ("ada@B\u{dc}CHER.example", "ada@b\u{fc}cher.example"),
    ("ada@xn--mnchen-3ya.de", "ada@m\u{fc}nchen.de"),
    ("ada@fa\u{df}.de", "ada@fa\u{df}.de"),
    ("ada@почта.рф", "ada@почта.рф"),
    ("ada@παράδειγμα.ελ", "ada@παράδειγμα.ελ"),
    ("ada@日本語.jp", "ada@日本語.jp"),
    ("ada@みんな\u{3002}みんな", "ada@みんな.みんな"),
    ("ada@한국.kr", "ada@한국.kr"),
    ("ada@डाक.भारत", "ada@डाक.भारत"),
    ("ada@مثال.مصر", "ada@مثال.مصر"),
    // Shown in ASCII: what IDNA drops is not there, and nothing looks like another domain.
    ("ada@exam\u{200b}ple.org", "ada@example.org"),
    ("ada@\u{430}pple.com", "ada@xn--pple-43d.com"),
    ("ada@\u{1f4a9}.la", "ada@xn--ls8h.la"),
    ("ada@\u{430}\u{440}\u{440}\u{4cf}\u{435}.com", "ada@xn--80ak6aa92e.com"),
];

/// Names that nobody has, and what is said about them.
const NO_NAMES: [(&str, &str); 24] = [
    ("", "required"),
    (" \t\u{3000}\u{2003}", "required"),
    ("\u{200b}", "required"),
    ("\u{200d}\u{200c}\u{2060}", "required"),
    ("\u{3164}", "required"),
    ("\u{ffa0} \u{115f}\u{1160}", "required"),
    ("\u{feff}", "required"),
    ("\u{ad}", "required"),
    ("\u{2800}\u{2800}", "required"),
    ("\u{fe0f}", "required"),
    ("\u{301}\u{308}", "required"),
    ("\u{e0067}\u{e007f}", "required"),
    ("\u{34f}", "required"),
    ("\u{202e} evil", "control_character"),
    ("evil\u{202d}", "control_character"),
    ("\u{2066}evil\u{2069}", "control_character"),
    ("ev\u{200f}il", "control_character"),
    ("\u{200e}evil", "control_character"),
    ("\u{61c}evil", "control_character"),
    ("a \u{2028} b", "control_character"),
    ("a\u{2029}b", "control_character"),
    ("a\u{0}b", "control_character"),
    ("a\r\nb", "control_character"),
    ("a\u{9f}b", "control_character"),
];

/// Addresses that no account can have, and what is said about them.
const NO_ADDRESSES: [(&str, &str); 20] = [
    ("", "invalid_email"),
    ("ada", "invalid_email"),
    ("@example.com", "invalid_email"),
    ("ada@", "invalid_email"),
    ("ada@@example.com", "invalid_email"),
    ("ada@example.com, bob@example.com", "invalid_email"),
    ("ada lovelace@example.com", "invalid_email"),
    ("\"ada lovelace\"@example.com", "invalid_email"),
    ("Ada <ada@example.com>", "invalid_email"),
    ("ada@example..com", "invalid_email"),
    ("ada@.example.com", "invalid_email"),
    ("ada@-example.com", "invalid_email"),
    ("ada@exa_mple.com", "invalid_email"),
    ("ada@[127.0.0.1]", "invalid_email"),
    ("\u{430}da@example.com", "invalid_email"),
    ("ada\u{200b}@example.com", "invalid_email"),
    ("ada@exam\u{202e}ple.com", "invalid_email"),
    ("ada@xn--\u{df}.com", "invalid_email"),
    ("lllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllll@example.com", "too_long"),
    (
        "llllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllll@example.com",
        "too_long",
    ),
];

/// What `/auth/me` says about somebody who has just signed up.
async fn signed_up(api: &Api, person: &Person) -> serde_json::Value {
    let token = api.signup(person).await.expect(201).token();
    api.me(&token).await.expect(200).json()
}

/// What is said about the one wrong field, in our own dialect; in Xano's, only that it is refused.
async fn refused(api: &Api, person: &Person, field: &str, code: &str) {
    let answer = api.signup(person).await.expect_problem(422, "validation_failed");
    assert_eq!(answer.wrong_fields(), [(field.to_owned(), code.to_owned())], "{person:?}");
    let in_xano = api.send(api.post("/api:aB3/auth/signup").json(&person.signup_body())).await;
    let may_be_absent = field == "name" && person.name.trim().is_empty();
    assert_eq!(in_xano.status, if may_be_absent { 200 } else { 400 }, "{person:?}");
}

#[tokio::test]
async fn real_names_are_kept_as_they_are_typed() {
    let Some(stack) = own_stack() else { return };
    let api = &stack.start().await.api;
    for name in NAMES {
        let person = Person { name: name.to_owned(), ..Person::new() };
        assert_eq!(signed_up(api, &person).await["name"], name);
    }
}

#[tokio::test]
async fn real_addresses_are_taken_and_shown_as_mail_finds_them() {
    let Some(stack) = own_stack() else { return };
    let api = &stack.start().await.api;
    let mut shown_so_far = BTreeSet::new();
    for (typed, shown) in ADDRESSES {
        let person = Person { email: typed.to_owned(), ..Person::new() };
        assert_eq!(signed_up(api, &person).await["email"], shown, "{typed:?}");
        assert!(shown_so_far.insert(shown), "{shown} stands there twice");
        // Whoever types what is shown is the same person.
        for email in [typed, shown] {
            let _ = api.login(&Person { email: email.to_owned(), ..person.clone() }).await.expect(200);
        }
        let _ = api.signup(&Person { email: shown.to_owned(), ..Person::new() }).await.expect(409);
    }
}

#[tokio::test]
async fn names_that_nobody_has_are_refused() {
    let Some(stack) = own_stack() else { return };
    let api = &stack.start().await.api;
    for (name, code) in NO_NAMES {
        refused(api, &Person { name: name.to_owned(), ..Person::new() }, "name", code).await;
    }
}

#[tokio::test]
async fn addresses_that_no_account_can_have_are_refused() {
    let Some(stack) = own_stack() else { return };
    let api = &stack.start().await.api;
    for (email, code) in NO_ADDRESSES {
        refused(api, &Person { email: email.to_owned(), ..Person::new() }, "email", code).await;
    }
}
