//! Where a sign-in may return to.

use api_tests::{ForgedOp, OwnStack};
use oauth::Challenge;
use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::TestRunner;

use super::flow::{Flow, OTHER_PAGE, PAGE, VERIFIER, come_back, stack_at, with_query};

/// A stack to which the two pages may return.
async fn stack() -> Option<(ForgedOp, OwnStack)> {
    let op = ForgedOp::start().await;
    let stack = stack_at(&op)?.start().await;
    Some((op, stack))
}

/// URLs that are nearly one of the listed ones, and any others.
fn asked_for() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => "https://app\\.example\\.com/signed-in[/?#.:;@%a-zA-Z0-9\\\\ ]{0,4}",
        2 => "[hH]ttps?:[/\\\\]{1,3}(app|APP|evil)?[.@:]?(app|evil)?\\.example\\.com(:443|:80)?/?(signed-in|signed-In|)",
        2 => "com\\.example\\.app:/{0,3}[a-z.@-]{0,12}",
        1 => "(javascript|data|file|//|http)[:/a-z.0-9]{0,12}",
        1 => "\\PC{0,40}",
    ]
}

#[tokio::test]
async fn nothing_but_a_listed_string_is_ever_returned_to() {
    let Some((_op, stack)) = stack().await else { return };
    let challenge = Challenge::of(VERIFIER);
    let mut runner = TestRunner::default();
    for _ in 0..512 {
        let page = asked_for().new_tree(&mut runner).unwrap().current();
        let query = [("return_to", page.as_str()), ("code_challenge", challenge.as_str())];
        let answer = stack.api.send(stack.api.get(&with_query("/auth/oauth/oidc", &query))).await;
        if [PAGE, OTHER_PAGE].contains(&page.as_str()) {
            let _ = answer.expect(302);
        } else {
            // U+FFFD stands for bytes that are not UTF-8.
            let malformed = page.contains(char::REPLACEMENT_CHARACTER);
            let code = if malformed { "malformed_request" } else { "return_url_not_allowed" };
            assert_eq!(answer.expect_problem(400, code).header("location"), None, "{page}");
        }
    }
}

#[tokio::test]
async fn a_sign_in_returns_to_the_page_that_began_it() {
    let Some((_op, stack)) = stack().await else { return };
    for page in [PAGE, OTHER_PAGE] {
        let flow = Flow::begin_for(&stack.api, "oidc", page).await;
        for query in [vec![("error", "access_denied"), ("state", flow.state())], vec![("state", "another")]] {
            let answer = flow.come_back_with(&stack.api, &query).await;
            let location = answer.header("location").unwrap();
            assert!(location.starts_with(&format!("{page}?error=")), "{location}");
        }
    }
}

#[tokio::test]
async fn nothing_in_a_callback_says_where_to_go() {
    let Some((_op, stack)) = stack().await else { return };
    for name in ["return_to", "redirect_uri", "next", "state", "error"] {
        let answer = come_back(&stack.api, "oidc", &[(name, "https://evil.example/")], "").await;
        assert_eq!(answer.header("location").unwrap(), format!("{PAGE}?error=sign_in_expired#"));
    }
}

#[tokio::test]
async fn a_page_that_is_not_listed_any_more_is_not_returned_to() {
    let Some((op, earlier)) = stack().await else { return };
    let flow = Flow::begin_for(&earlier.api, "oidc", OTHER_PAGE).await;
    let Some(later) = stack_at(&op) else { return };
    let later = later.beside(&earlier).variable("OAUTH_RETURN_URLS", PAGE).start().await;
    let answer = flow.come_back(&later.api).await;
    assert_eq!(answer.header("location").unwrap(), format!("{PAGE}?error=sign_in_expired#"));
}
