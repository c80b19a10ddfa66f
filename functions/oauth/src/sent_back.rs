//! What a page is told when the browser comes back to it without a code: `error` in the query.

use lambda_http::http::StatusCode;
use shared::http::problem::{TOO_MANY_ATTEMPTS, UNAVAILABLE};
use shared::http::{Answer, Call, Failure, Problem, ReturnUrl, SentBack};
use tracing::Level;

use super::provider::ProviderError;

/// The person said no at the provider.
pub const SIGN_IN_CANCELLED: Problem =
    Problem::new(StatusCode::FOUND, "sign_in_cancelled", "The person cancelled the sign-in. Show the buttons again.");
/// The sign-in did not begin in this browser, or another one began in it since, or it took too long.
pub const SIGN_IN_EXPIRED: Problem =
    Problem::new(StatusCode::FOUND, "sign_in_expired", "The sign-in took too long. Start again.");
/// The provider answered, but not as it should.
pub const PROVIDER_REFUSED: Problem = Problem::new(
    StatusCode::FOUND,
    "provider_refused",
    "Signing in through this provider does not work at the moment. Use another way.",
);
/// The provider did not answer.
pub const PROVIDER_UNAVAILABLE: Problem =
    Problem::new(StatusCode::FOUND, "provider_unavailable", "The provider does not answer. Try again in a moment.");

/// The metric of sign-ins that failed at a provider.
const PROVIDER_FAILURES: &str = "provider_failures";

/// Sends the browser back with a problem.
pub(crate) fn with(to: &ReturnUrl, problem: Problem, level: Level) -> SentBack {
    SentBack { answer: Answer::redirect(&to.with("error", problem.code)), problem, level, cause: None }
}

/// Sends the browser back because something else than a provider failed.
pub(crate) fn because_of(to: &ReturnUrl, failure: Failure) -> SentBack {
    let (problem, level) = match &failure {
        Failure::Limited(_) | Failure::LimitedWithAdvice(..) => (TOO_MANY_ATTEMPTS, Level::INFO),
        _ => (UNAVAILABLE, Level::ERROR),
    };
    SentBack { cause: Some(failure.into()), ..with(to, problem, level) }
}

/// Sends the browser back because a provider failed. For the metric only a call of ours counts that an operator may have to
/// act on: what a browser brings must not raise an alarm.
pub(crate) fn by_provider(call: &Call, to: &ReturnUrl, error: ProviderError) -> SentBack {
    let (problem, level) = match &error {
        _ if error.is_of_an_old_code() => (SIGN_IN_EXPIRED, Level::INFO),
        _ if error.is_up_to_the_person() => (PROVIDER_REFUSED, Level::INFO),
        _ if error.may_pass() => (PROVIDER_UNAVAILABLE, Level::WARN),
        _ => (PROVIDER_REFUSED, Level::ERROR),
    };
    if level != Level::INFO && !error.came_by_browser() {
        call.count(PROVIDER_FAILURES);
    }
    SentBack { cause: Some(error.into()), ..with(to, problem, level) }
}
