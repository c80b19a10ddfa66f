//! The authorization endpoint: a page that asks who somebody wants to be, and the way back to the app.

use axum::http::Method;
use url::form_urlencoded;

use super::answer::Answer;
use super::authorization::Authorization;
use super::call::{Call, Pairs};
use super::desk::Desk;
use super::grants::Grant;
use super::page;
use super::person::{Address, Person, parse_id};
use super::trouble::Trouble;

/// What stands for no real provider.
const OTHER_ISSUER: &str = "https://other-issuer.example";

/// Shows the page on GET and takes its form on POST.
pub(super) fn authorize(desk: &Desk, call: &Call) -> Answer {
    let request = match Authorization::read(desk, &call.query) {
        Ok(request) => request,
        Err(refusal) => return page::refusal(desk, &refusal).because(refusal.code),
    };
    if call.method == Method::GET {
        return page::consent(desk, &request, &Pairs::default(), None);
    }
    match Decision::of(desk, &call.form) {
        Ok(Decision::Cancel) => back(desk, &request, desk.rules.cancelled, None).because("access_denied"),
        Ok(Decision::Continue { person, trouble }) => {
            grant(desk, &request, *person, trouble).unwrap_or_else(|error| error)
        }
        Err(problem) => page::consent(desk, &request, &call.form, Some(problem)),
    }
}

/// What somebody decided on the page.
enum Decision {
    Continue { person: Box<Person>, trouble: Option<Trouble> },
    Cancel,
}

impl Decision {
    fn of(desk: &Desk, form: &Pairs) -> Result<Self, &'static str> {
        match form.get("answer") {
            Some("continue") => {}
            Some("cancel") => return Ok(Self::Cancel),
            _ => return Err("Press Continue or Cancel."),
        }
        let person = match form.get("person") {
            Some("ada") => Person::ada(desk.provider),
            Some("grace") => Person::grace(desk.provider),
            Some("katherine") => Person::katherine(desk.provider),
            Some("typed") => typed(desk, form)?,
            _ => return Err("Choose who you want to be."),
        };
        let trouble = match form.get("trouble") {
            None | Some("none") => None,
            Some(value) => {
                let choice = Trouble::choices(desk.provider).find(|choice| choice.value == value);
                Some(choice.ok_or("That cannot go wrong here. Choose something else.")?.trouble)
            }
        };
        Ok(Self::Continue { person: Box::new(person), trouble })
    }
}

fn typed(desk: &Desk, form: &Pairs) -> Result<Person, &'static str> {
    let id = match form.get("id") {
        Some(text) => Some(
            parse_id(text)
                .ok_or("An id has 1 to 15 digits and does not begin with 0. Change it, or leave it empty.")?,
        ),
        None => None,
    };
    let is_verified = form.get("verified") == Some("yes");
    let address = form.get("email").map(|email| Address { email: email.to_owned(), is_verified });
    Ok(Person::typed(desk.provider, id, form.get("name"), address))
}

fn grant(desk: &Desk, request: &Authorization, person: Person, trouble: Option<Trouble>) -> Result<Answer, Answer> {
    let grant = Grant {
        person,
        redirect_uri: request.redirect_uri.as_str().to_owned(),
        challenge: request.challenge.clone(),
        scopes: request.scopes.clone(),
        nonce: request.nonce.clone(),
        trouble,
    };
    let code = desk.grants.code(desk.rules.code_prefix, grant, desk.rules.code_lifetime, desk.now())?;
    Ok(back(desk, request, &[("code", &code)], trouble))
}

/// Back to the app with these parameters, and those that every answer has.
fn back(desk: &Desk, request: &Authorization, outcome: &[(&str, &str)], trouble: Option<Trouble>) -> Answer {
    let issuer = match trouble {
        Some(Trouble::OtherIssuer) => Some(OTHER_ISSUER.to_owned()),
        _ => desk.issuer(),
    };
    let scope = desk.rules.repeats_scope.then(|| request.scopes.join(" "));
    let mut query = form_urlencoded::Serializer::new(String::new());
    query.extend_pairs(outcome);
    for (name, value) in [("state", request.state.as_ref()), ("iss", issuer.as_ref()), ("scope", scope.as_ref())] {
        query.extend_pairs(value.map(|value| (name, value)));
    }
    let mut location = request.redirect_uri.clone();
    location.set_query(Some(&query.finish()));
    location.set_fragment(desk.rules.fragment);
    Answer::see_other(location.as_str())
}
