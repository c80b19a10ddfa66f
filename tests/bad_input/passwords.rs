use api_tests::{Person, own_stack};

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
