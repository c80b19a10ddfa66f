//! What the code can answer, by operation.

use std::collections::{BTreeMap, BTreeSet};

use api_tests::{OpenApi, Operation};
use local::FUNCTIONS;
use serde_json::Value;
use shared::attempts::Refusal;
use shared::domain::Invalid;
use shared::http::problem::{INTERNAL_ERROR, TOO_MANY_ATTEMPTS, UNAVAILABLE, VALIDATION_FAILED};
use shared::http::{CookieConfig, Dialect, Failure, FieldError, Problem, Route, SameSite};

use super::successes;

/// What the encoders make of everything that has one status at one operation.
#[derive(Debug, Default)]
pub(super) struct Encoded {
    pub(super) headers: BTreeSet<String>,
    pub(super) content_types: BTreeSet<String>,
    pub(super) bodies: Vec<Value>,
}

impl Encoded {
    pub(super) fn codes(&self) -> BTreeSet<String> {
        self.bodies.iter().filter_map(|body| Some(body.get("code")?.as_str()?.to_owned())).collect()
    }
}

/// Everything that an operation can answer, by status.
pub(super) fn of(operation: &Operation) -> BTreeMap<u16, Encoded> {
    let dialect = if operation.path.starts_with("/api:") { Dialect::Xano } else { Dialect::Native };
    let is_head = operation.method == "HEAD";
    let request_id = OpenApi::read().at("/components/headers/RequestId/example").as_str().unwrap();
    let cookies = CookieConfig::host_only(SameSite::Lax);
    let route = route_of(operation);
    let successes = successes::of(route.operation, dialect).into_iter().map(|answer| dialect.encode(&answer, &cookies));
    let failures = route.problems(dialect).flat_map(failures_of);
    let failures = failures.map(|failure| dialect.encode_failure(&failure, request_id));
    let mut answers = BTreeMap::<u16, Encoded>::new();
    for response in successes.chain(failures) {
        let encoded = answers.entry(response.status().as_u16()).or_default();
        encoded.headers.insert("apigw-requestid".to_owned());
        for (name, value) in response.headers() {
            match name.as_str() {
                "content-type" if is_head => {}
                "content-type" => _ = encoded.content_types.insert(value.to_str().unwrap().to_owned()),
                name => _ = encoded.headers.insert(name.to_owned()),
            }
        }
        encoded.bodies.extend(serde_json::from_slice::<Value>(response.body()).ok().filter(|_body| !is_head));
    }
    answers
}

/// The route that serves an operation.
fn route_of(operation: &Operation) -> Route {
    let id = operation.id.strip_suffix("Head").unwrap_or(&operation.id);
    let mut routes = FUNCTIONS.into_iter().flat_map(|function| (function.routes)());
    let served = routes.find(|route| route.operation == id || route.xano_operation == Some(id));
    served.unwrap_or_else(|| panic!("no route serves {id}"))
}

const REFUSAL: Refusal = Refusal { limit: "pair", retry_after_seconds: 1 };

/// The failures that end in a problem: one, or one for each code of a field.
fn failures_of(problem: Problem) -> Vec<Failure> {
    match problem {
        VALIDATION_FAILED => {
            let field = |code| FieldError {
                field: "email".into(),
                invalid: Invalid { code, detail: String::new(), limit: Some(8) },
            };
            Invalid::CODES.map(|code| Failure::Fields(vec![field(code)])).into()
        }
        TOO_MANY_ATTEMPTS => vec![Failure::Limited(REFUSAL)],
        advice if advice.code == TOO_MANY_ATTEMPTS.code => vec![Failure::LimitedWithAdvice(REFUSAL, advice)],
        UNAVAILABLE => vec![Failure::Unavailable("away".into())],
        INTERNAL_ERROR => vec![Failure::Internal("a bug".into())],
        other => vec![other.into()],
    }
}
