//! The pages of the stand-ins: who somebody wants to be, and why a request is refused. Neither has a script.

use axum::http::header::{CONTENT_SECURITY_POLICY, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS};
use axum::http::{HeaderValue, StatusCode};

use super::answer::Answer;
use super::authorization::{Authorization, Refusal};
use super::call::Pairs;
use super::desk::Desk;
use super::person::Person;
use super::provider::Provider;
use super::trouble::Trouble;

const CONSENT: &str = include_str!("page/consent.html");
const REFUSAL: &str = include_str!("page/refusal.html");
const STYLE: &str = include_str!("page/style.css");
const ICON: &str = include_str!("../../page/icon.svg");

/// The page's own files and nothing else, and no script at all. Chromium also holds the redirects after a form against
/// `form-action`: to the app's callback, and from there to the app.
const POLICY: &str = "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; frame-ancestors 'none'; \
                      form-action 'self' http://localhost:* http://127.0.0.1:* https://localhost:* https://127.0.0.1:*";

/// The page that asks who somebody wants to be, with what the form brought already and what is wrong with it.
pub(super) fn consent(desk: &Desk, request: &Authorization, form: &Pairs, problem: Option<&str>) -> Answer {
    let provider = desk.provider;
    let app = request.redirect_uri.origin().ascii_serialization();
    let scopes = if request.scopes.is_empty() { "nothing".to_owned() } else { request.scopes.join(", ") };
    let problem = problem
        .map_or(String::new(), |problem| format!("<p class=\"problem\" role=\"alert\">{}</p>", escaped(problem)));
    let html = fill(
        CONSENT,
        &[
            ("provider", provider.name()),
            ("app", &escaped(&app)),
            ("scopes", &escaped(&scopes)),
            ("problem", &problem),
            ("people", &people(provider, form)),
            ("name", &escaped(form.get("name").unwrap_or_default())),
            ("email", &escaped(form.get("email").unwrap_or_default())),
            ("id", &escaped(form.get("id").unwrap_or_default())),
            ("verified", &verified(provider, form)),
            ("open", if form.get("trouble").is_some_and(|trouble| trouble != "none") { " open" } else { "" }),
            ("troubles", &troubles(provider, form)),
        ],
    );
    page(if problem.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY }, html)
}

/// The page that says why a request is refused.
pub(super) fn refusal(desk: &Desk, refusal: &Refusal) -> Answer {
    let values = [("provider", desk.provider.name()), ("code", refusal.code), ("reason", &escaped(&refusal.reason))];
    page(StatusCode::BAD_REQUEST, fill(REFUSAL, &values))
}

/// A file of the pages.
pub(super) fn file(path: &str) -> Option<Answer> {
    let (content_type, text) = match path {
        "/style.css" => ("text/css; charset=utf-8", STYLE),
        "/icon.svg" => ("image/svg+xml", ICON),
        _ => return None,
    };
    Some(guarded(Answer::new(StatusCode::OK, content_type, text.to_owned())))
}

fn page(status: StatusCode, html: String) -> Answer {
    guarded(Answer::new(status, "text/html; charset=utf-8", html))
}

fn guarded(answer: Answer) -> Answer {
    [(CONTENT_SECURITY_POLICY, POLICY), (X_CONTENT_TYPE_OPTIONS, "nosniff"), (REFERRER_POLICY, "no-referrer")]
        .into_iter()
        .fold(answer, |answer, (name, value)| answer.with_header(name, HeaderValue::from_static(value)))
}

fn people(provider: Provider, form: &Pairs) -> String {
    let chosen = form.get("person").unwrap_or("ada");
    let known = [
        ("ada", Person::ada(provider)),
        ("grace", Person::grace(provider)),
        ("katherine", Person::katherine(provider)),
    ];
    let known = known.map(|(value, person)| {
        let name = person.name.as_deref().unwrap_or_default();
        radio("person", value, value == chosen, name, &about(provider, &person))
    });
    let typed =
        radio("person", "typed", chosen == "typed", "Somebody else", "With a name and an address of your choice.");
    known.into_iter().chain([typed]).collect()
}

/// What the provider tells of somebody's address.
fn about(provider: Provider, person: &Person) -> String {
    let Some(address) = &person.address else { return "Without an address.".to_owned() };
    let email = &address.email;
    match (provider, address.is_verified) {
        (Provider::Facebook, _) => format!("{email}. Facebook does not say whether it is verified."),
        (Provider::X, true) => format!("{email}, confirmed."),
        (Provider::X, false) => format!("{email}, not confirmed, so X does not tell it."),
        (Provider::GitHub, false) => format!("{email}, not verified, so GitHub gives no token."),
        (_, true) => format!("{email}, verified."),
        (_, false) => format!("{email}, not verified."),
    }
}

fn verified(provider: Provider, form: &Pairs) -> String {
    let label = match provider {
        Provider::Facebook => return String::new(),
        Provider::X => "The address is confirmed",
        Provider::Google | Provider::GitHub => "The address is verified",
    };
    // A form that was sent without it had it taken out.
    let is_checked = form.get("answer").is_none() || form.get("verified") == Some("yes");
    let checked = if is_checked { " checked" } else { "" };
    format!("<label class=\"check\"><input type=\"checkbox\" name=\"verified\" value=\"yes\"{checked}> {label}</label>")
}

fn troubles(provider: Provider, form: &Pairs) -> String {
    let chosen = form.get("trouble").unwrap_or("none");
    let nothing = radio("trouble", "none", chosen == "none", "Nothing", "It works.");
    let choices = Trouble::choices(provider)
        .map(|choice| radio("trouble", choice.value, choice.value == chosen, choice.label, choice.hint));
    [nothing].into_iter().chain(choices).collect()
}

fn radio(name: &str, value: &str, is_checked: bool, label: &str, hint: &str) -> String {
    let checked = if is_checked { " checked" } else { "" };
    let (label, hint) = (escaped(label), escaped(hint));
    format!(
        "<label class=\"choice\"><input type=\"radio\" name=\"{name}\" value=\"{value}\"{checked} \
         aria-describedby=\"{name}-{value}\"><span>{label}</span><small id=\"{name}-{value}\">{hint}</small></label>\n"
    )
}

/// The template with `{{name}}` replaced.
fn fill(template: &str, values: &[(&str, &str)]) -> String {
    let mut parts = template.split("{{");
    let mut filled = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (name, rest) = part.split_once("}}").unwrap_or((part, ""));
        let value = values.iter().find(|(known, _value)| *known == name);
        filled.push_str(value.map_or("", |(_name, value)| value));
        filled.push_str(rest);
    }
    filled
}

/// The text as it stands in HTML, in an attribute too.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;").replace('\'', "&#39;")
}

#[cfg(test)]
mod tests {
    use super::{CONSENT, REFUSAL, escaped, fill};

    #[test]
    fn no_page_has_a_script_or_a_style_of_its_own() {
        for page in [CONSENT, REFUSAL] {
            let has_handler = page.split_whitespace().any(|word| word.starts_with("on") && word.contains('='));
            assert!(!page.contains("<script") && !page.contains("style=") && !has_handler, "{page}");
        }
    }

    #[test]
    fn a_value_is_text_and_no_template() {
        let filled = fill("<b>{{a}}</b>{{b}}", &[("a", &escaped("<i>{{b}}\"'&")), ("b", "!")]);
        assert_eq!(filled, "<b>&lt;i&gt;{{b}}&quot;&#39;&amp;</b>!");
    }
}
