use api_tests::{Person, own_stack};
use serde_json::json;

use super::borne;

#[tokio::test]
async fn a_password_of_eight_kibibytes_is_refused_as_too_long() {
    let Some(stack) = own_stack() else { return };
    let api = &stack.start().await.api;
    for (unit, count) in
        [("x", 7900), ("e\u{301}", 2600), ("\u{1f980}", 1970), ("a\u{300}\u{316}", 1570), ("\u{301}", 3940)]
    {
        let person = Person { password: unit.repeat(count), ..Person::new() };
        for (path, body) in [("/auth/signup", person.signup_body()), ("/auth/login", person.login_body())] {
            let answer = api.send(api.post(path).json(&body)).await.expect_problem(422, "validation_failed");
            assert_eq!(answer.wrong_fields(), [("password".to_owned(), "too_long".to_owned())], "{unit}");
            let in_xano = api.send(api.post(&format!("/api:aB3{path}")).json(&body)).await;
            assert_eq!(borne(in_xano, &unit).status, 400, "{unit}");
        }
    }
}

#[tokio::test]
async fn a_password_whose_score_overflows_gets_a_verdict() {
    let Some(stack) = own_stack() else { return };
    let api = &stack.start().await.api;
    let walks = ["my cat walked over it: ", ""].map(|before| format!("{before}{}", "zx".repeat(17)));
    let repeated =
        ["zx", "Qw", "1qaz", "aB", "poiuytrewq", "p@ssw0rd!", "\u{130}"].map(|unit| unit.repeat(50 / unit.len()));
    for password in walks.into_iter().chain(repeated) {
        let person = Person { password, ..Person::new() };
        let answer = borne(api.signup(&person).await, &person);
        assert!([201, 422].contains(&answer.status), "{answer:?}");
        let in_xano = api.send(api.post("/api:aB3/auth/signup").json(&person.signup_body())).await;
        let in_xano = borne(in_xano, &person);
        assert!([200, 400, 403].contains(&in_xano.status), "{in_xano:?}");
    }
}

#[tokio::test]
async fn a_password_is_scored_only_if_every_other_field_is_good() {
    let Some(stack) = own_stack() else { return };
    let api = &stack.start().await.api;
    let good = Person::new().signup_body();
    for (field, wrong) in
        [("name", json!("\u{200b}")), ("email", json!("nobody")), ("name", json!(1)), ("email", json!(null))]
    {
        let mut body = good.clone();
        body["password"] = "password".into();
        body[field] = wrong;
        let answer = api.send(api.post("/auth/signup").json(&body)).await.expect_problem(422, "validation_failed");
        let named: Vec<_> = answer.wrong_fields().into_iter().map(|(field, _code)| field).collect();
        assert_eq!(named, [field]);
        body["password"] = "short".into();
        let answer = api.send(api.post("/auth/signup").json(&body)).await.expect_problem(422, "validation_failed");
        assert_eq!(answer.wrong_fields()[1], ("password".to_owned(), "too_short".to_owned()));
    }
}
