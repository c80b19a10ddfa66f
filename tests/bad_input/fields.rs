use api_tests::{Api, BadString, Person, own_stack};
use futures_util::{StreamExt as _, stream};
use icu_normalizer::ComposingNormalizerBorrowed;
use reqwest::header::CONTENT_TYPE;
use serde_json::{Value, json};

use super::borne;

/// How many requests are under way at a time.
const AT_A_TIME: usize = 8;

const SIGNUP: [&str; 2] = ["/auth/signup", "/api:aB3/auth/signup"];
const LOGIN: [&str; 2] = ["/auth/login", "/api:aB3/auth/login"];

async fn post(api: &Api, path: &str, body: String) -> api_tests::Answer {
    api.send(api.post(path).header(CONTENT_TYPE, "application/json").body(body)).await
}

/// Does `check` with every string.
async fn with_every_string(check: impl AsyncFn(usize, BadString)) {
    let strings = BadString::all();
    assert!(strings.len() > 400, "the strings are not where they were");
    stream::iter(strings.into_iter().enumerate())
        .for_each_concurrent(AT_A_TIME, |(number, string)| check(number, string))
        .await;
}

fn nfc(text: &str) -> String {
    ComposingNormalizerBorrowed::new_nfc().normalize(text).into_owned()
}

/// What shows nothing, of the characters that some string of the list is made of alone: format characters, marks without a
/// letter, and Braille without dots.
const INVISIBLE: &str = "\u{ad}\u{34f}\u{600}\u{6dd}\u{9cb}\u{b4b}\u{f71}\u{f80}\u{fb2}\u{200b}\u{200d}\u{2060}\u{2065}\u{20dd}\u{2800}\u{fe0f}\
                         \u{feff}\u{fff9}\u{fffa}\u{fffb}\u{e0001}";

/// The name that is kept, by the rule of the contract, or `None` where it is refused.
fn name_kept(typed: &str) -> Option<String> {
    let name = nfc(typed.trim());
    let breaks_text = |c: char| {
        c.is_control()
            || matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    // Characters that do not exist yet and will show nothing.
    let is_reserved = |c: char| matches!(c, '\u{2065}' | '\u{fff0}'..='\u{fff8}' | '\u{e0000}'..='\u{e0fff}');
    let is_invisible = |c: char| c.is_whitespace() || INVISIBLE.contains(c) || is_reserved(c);
    let good =
        (1..=100).contains(&name.chars().count()) && !name.chars().any(breaks_text) && !name.chars().all(is_invisible);
    good.then_some(name)
}

/// The address that is shown: its domain in lower case, and in Unicode if all of it is of letters of one script. In the list,
/// no domain is all of another script than Latin.
fn address_shown(typed: &str) -> Option<String> {
    let (local, domain) = typed.trim().rsplit_once('@')?;
    let unicode = idna::domain_to_unicode(domain).0;
    let is_latin = unicode.chars().all(|c| c < '\u{250}');
    Some(format!("{local}@{}", if is_latin { unicode } else { idna::domain_to_ascii(domain).ok()? }))
}

#[tokio::test]
async fn every_string_is_refused_or_read_back_exactly_as_a_name_and_works_as_a_password() {
    let Some(stack) = own_stack() else { return };
    let api = &stack.start().await.api;
    with_every_string(async |number, string| {
        let mut person = Person::new();
        // The string is in the password too, unless that gets too long; what is around it makes it a strong one.
        let typed = string.text.clone().unwrap_or_default();
        if nfc(&typed).chars().count() < 64 {
            person.password = format!("{} {typed}\u{e9}", person.password);
        }
        let signup = SIGNUP[number % 2];
        let answer = post(api, signup, string.in_members(&["name"], &person.signup_body())).await;
        let Some(text) = &string.text else {
            return assert_eq!(answer.status, 400, "{string:?}: {answer:?}");
        };
        if string.literal.len() > 7000 {
            return assert!([400, 413].contains(&answer.status), "{string:?}: {answer:?}");
        }
        let kept = name_kept(text);
        let may_be_absent = signup == SIGNUP[1] && text.trim().is_empty();
        let answer = borne(answer, &string);
        if kept.is_none() && !may_be_absent {
            return assert!([400, 422].contains(&answer.status), "{string:?}: {answer:?}");
        }
        assert!(answer.status < 300, "{string:?}: {answer:?}");
        let me = api.me(&answer.token()).await.expect(200).json();
        assert_eq!(me["name"], json!(kept), "{string:?}");

        // To read ASCII back costs a hash and says nothing that other tests do not.
        if text.is_ascii() {
            return;
        }
        let composed_otherwise = Person { password: nfc(&person.password).replace('\u{e9}', "e\u{301}"), ..person };
        let login = post(api, LOGIN[(number + 1) % 2], composed_otherwise.login_body().to_string()).await;
        assert_eq!(login.status, 200, "{string:?}: {login:?}");
    })
    .await;
}

#[tokio::test]
async fn every_string_is_refused_or_read_back_as_the_email_address_that_it_is() {
    let Some(stack) = own_stack() else { return };
    let api = &stack.start().await.api;
    with_every_string(async |_number, string| {
        for path in SIGNUP {
            let body = string.in_members(&["email"], &Person::new().signup_body());
            let answer = borne(post(api, path, body).await, &string);
            if answer.status < 300 {
                let me = api.me(&answer.token()).await.expect(200).json();
                assert_eq!(
                    me["email"].as_str(),
                    string.text.as_deref().and_then(address_shown).as_deref(),
                    "{string:?}"
                );
            } else {
                assert!([400, 403, 409, 413, 422].contains(&answer.status), "{string:?}: {answer:?}");
            }
        }
    })
    .await;
}

#[tokio::test]
async fn every_string_in_every_field_at_once_is_no_server_error() {
    let Some(stack) = own_stack() else { return };
    let api = &stack.start().await.api;
    with_every_string(async |number, string| {
        for path in SIGNUP.into_iter().chain(LOGIN) {
            let all = string.in_members(&["name", "email", "password", "unknown"], &json!({}));
            let _ = borne(post(api, path, all).await, &string);
        }
        // As the name of a member, and two levels down.
        let (path, literal) = (LOGIN[number % 2], &string.literal);
        let below = format!("{{{literal}:{literal},\"a\":{{{literal}:[{literal}]}}}}");
        let answer = borne(post(api, path, below).await, &string);
        assert!([400, 413, 422].contains(&answer.status), "{string:?}: {answer:?}");
        let everywhere = string.in_members(&["everywhere"], &json!({}));
        let answer = borne(post(api, "/auth/logout", everywhere).await, &string);
        assert!([400, 413, 422].contains(&answer.status), "{string:?}: {answer:?}");
    })
    .await;
}

#[tokio::test]
async fn every_string_in_a_form_is_no_server_error() {
    let Some(stack) = own_stack() else { return };
    let api = &stack.start().await.api;
    with_every_string(async |_number, string| {
        let Some(text) = &string.text else { return };
        for path in [SIGNUP[1], LOGIN[1]] {
            let form = [("name", text), ("email", text), ("password", text), (text, text)];
            let answer = borne(api.send(api.post(path).form(&form)).await, &string);
            assert!(answer.status < 300 || [400, 403].contains(&answer.status), "{string:?}: {answer:?}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_field_of_another_type_is_named() {
    let Some(stack) = own_stack() else { return };
    let api = &stack.start().await.api;
    let numbers = ["0", "-0", "1e308", "-1e-400", "18446744073709551616", "0.1"];
    let others = ["true", "[]", "{}", "[\"a@b.c\"]", "{\"$gt\":\"\"}", "[[[[]]]]"];
    for value in numbers.into_iter().chain(others) {
        for member in ["name", "email", "password"] {
            let mut body = Person::new().signup_body();
            body.as_object_mut().unwrap().remove(member);
            let body = body.to_string().replacen('{', &format!("{{\"{member}\":{value},"), 1);
            let answer = post(api, SIGNUP[0], body.clone()).await.expect_problem(422, "validation_failed");
            assert_eq!(answer.wrong_fields(), [(member.to_owned(), "wrong_type".to_owned())], "{value}");
            let answer = post(api, SIGNUP[1], body).await.expect(400).json();
            assert_eq!((&answer["code"], &answer["payload"]), (&json!("ERROR_CODE_BAD_REQUEST"), &param(member)));
        }
    }
}

fn param(member: &str) -> Value {
    json!({"param": member})
}
