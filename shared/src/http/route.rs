//! The routes of a function: each is one entry of its table.

use std::fmt;
use std::future::Future;
use std::pin::Pin;

use lambda_http::http::{Method, StatusCode};

use super::problem::{
    BODY_TOO_LARGE, INTERNAL_ERROR, MALFORMED_BODY, MALFORMED_QUERY, MALFORMED_REQUEST, ORIGIN_NOT_ALLOWED,
    ORIGIN_REQUIRED, UNKNOWN_TOKEN_TRANSPORT, UNSUPPORTED_MEDIA_TYPE,
};
use super::{Answer, Call, Dialect, Failure, Pattern, Problem};

/// The future of what a handler decides.
pub type Decision<'c> = Pin<Box<dyn Future<Output = Result<Answer, Failure>> + Send + 'c>>;

/// A route and the handler that serves it.
pub struct Endpoint<F: 'static> {
    /// The route.
    pub route: Route,
    /// Decides what to answer to a request whose path, method and origin are in order.
    pub(super) handle: for<'c> fn(&'c F, &'c Call) -> Decision<'c>,
}

impl<F> fmt::Debug for Endpoint<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.route.fmt(f)
    }
}

/// A method and a path, and the problems that a request to them can end in. openapi.yaml, template.yaml and the router of
/// `cargo lambda watch` are held against it.
#[derive(Clone, Copy, Debug)]
pub struct Route {
    /// The route's `operationId` in openapi.yaml.
    pub operation: &'static str,
    /// Its `operationId` in Xano's dialect, if it is served there.
    pub xano_operation: Option<&'static str>,
    /// The method.
    pub method: &'static Method,
    /// The path.
    pub pattern: Pattern,
    /// Whether `HEAD` is answered as `GET` without a body.
    pub head: bool,
    reads_body: bool,
    reads_query: bool,
    gives: &'static [&'static [Problem]],
    gives_in_xano: &'static [Problem],
}

impl Route {
    /// `GET` of a path. Segments such as `{id}` are parameters.
    #[must_use]
    pub const fn get(pattern: &'static str, operation: &'static str) -> Self {
        const GET: &Method = &Method::GET;
        Self::new(GET, pattern, operation)
    }

    /// `POST` to a path.
    #[must_use]
    pub const fn post(pattern: &'static str, operation: &'static str) -> Self {
        const POST: &Method = &Method::POST;
        Self::new(POST, pattern, operation)
    }

    /// `PATCH` of a path.
    #[must_use]
    pub const fn patch(pattern: &'static str, operation: &'static str) -> Self {
        const PATCH: &Method = &Method::PATCH;
        Self::new(PATCH, pattern, operation)
    }

    /// `DELETE` of a path.
    #[must_use]
    pub const fn delete(pattern: &'static str, operation: &'static str) -> Self {
        const DELETE: &Method = &Method::DELETE;
        Self::new(DELETE, pattern, operation)
    }

    const fn new(method: &'static Method, pattern: &'static str, operation: &'static str) -> Self {
        Self {
            operation,
            xano_operation: None,
            method,
            pattern: Pattern::new(pattern),
            head: false,
            reads_body: false,
            reads_query: false,
            gives: &[],
            gives_in_xano: &[],
        }
    }

    /// The route is served in Xano's dialect too, below `/api:{group}`, as this operation.
    #[must_use]
    pub const fn in_xano(self, operation: &'static str) -> Self {
        Self { xano_operation: Some(operation), ..self }
    }

    /// `HEAD` is answered as `GET` without a body. Only documents that are the same for everybody may have this.
    #[must_use]
    pub const fn with_head(self) -> Self {
        Self { head: true, ..self }
    }

    /// The handler reads a body.
    #[must_use]
    pub const fn with_body(self) -> Self {
        Self { reads_body: true, ..self }
    }

    /// The handler reads a query.
    #[must_use]
    pub const fn with_query(self) -> Self {
        Self { reads_query: true, ..self }
    }

    /// The problems that the handler gives, beside those that [`problems`](Self::problems) adds.
    #[must_use]
    pub const fn gives(self, problems: &'static [&'static [Problem]]) -> Self {
        Self { gives: problems, ..self }
    }

    /// The problems that the handler gives in Xano's dialect alone.
    #[must_use]
    pub const fn gives_in_xano(self, problems: &'static [Problem]) -> Self {
        Self { gives_in_xano: problems, ..self }
    }

    /// The handler that serves the route. `handle` boxes its future: `|function, call| Box::pin(function.handle(call))`.
    #[must_use]
    pub const fn to<F>(self, handle: for<'c> fn(&'c F, &'c Call) -> Decision<'c>) -> Endpoint<F> {
        Endpoint { route: self, handle }
    }

    /// Whether the route is served in this dialect.
    #[must_use]
    pub fn is_in(&self, dialect: Dialect) -> bool {
        dialect == Dialect::Native || self.xano_operation.is_some()
    }

    /// Whether this method leads here.
    #[must_use]
    pub fn takes(&self, method: &Method) -> bool {
        method == self.method || (self.head && method == Method::HEAD)
    }

    /// The paths of the route: its own and, in Xano's dialect, the one below `xano_prefix`.
    pub fn paths(&self, xano_prefix: &str) -> impl Iterator<Item = String> {
        let xano = self.xano_operation.map(|_operation| format!("{xano_prefix}{}", self.pattern.as_str()));
        [self.pattern.as_str().to_owned()].into_iter().chain(xano)
    }

    /// The route's keys at API Gateway, such as `POST /auth/login`. Xano's groups are a parameter there.
    pub fn keys(&self) -> impl Iterator<Item = String> {
        self.paths("/{group}").flat_map(|path| self.methods().map(move |method| format!("{method} {path}")))
    }

    /// The methods that lead here.
    pub fn methods(&self) -> impl Iterator<Item = &'static Method> {
        const HEAD: &Method = &Method::HEAD;
        [self.method].into_iter().chain(self.head.then_some(HEAD))
    }

    /// Every problem that a request to this route can end in. Xano's dialect knows one token transport.
    pub fn problems(&self, dialect: Dialect) -> impl Iterator<Item = Problem> {
        let any = [MALFORMED_REQUEST, ORIGIN_REQUIRED, INTERNAL_ERROR];
        let unsafe_method = (!self.method.is_safe()).then_some(ORIGIN_NOT_ALLOWED);
        let body = self.reads_body.then_some([BODY_TOO_LARGE, UNSUPPORTED_MEDIA_TYPE, MALFORMED_BODY]);
        let query = self.reads_query.then_some(MALFORMED_QUERY);
        let own = self.gives.iter().copied().flatten().copied();
        let in_xano = self.gives_in_xano.iter().copied().filter(move |_problem| dialect == Dialect::Xano);
        let all = any
            .into_iter()
            .chain(unsafe_method)
            .chain(body.into_iter().flatten())
            .chain(query)
            .chain(own)
            .chain(in_xano);
        all.filter(move |problem| dialect == Dialect::Native || *problem != UNKNOWN_TOKEN_TRANSPORT)
    }
}

/// What the endpoints of a function have for a path and a method.
#[derive(Debug)]
pub(super) enum Found<'e, F: 'static> {
    /// This one serves them.
    Endpoint(&'e Endpoint<F>),
    /// The path has other methods.
    OtherMethods {
        /// The pattern of one of its routes.
        pattern: Pattern,
        /// The methods, as `Allow` lists them.
        allowed: String,
    },
    /// Nothing has this path.
    Nothing,
}

/// Finds the endpoint of a path and a method.
pub(super) fn find<'e, F>(endpoints: &'e [Endpoint<F>], dialect: Dialect, method: &Method, path: &str) -> Found<'e, F> {
    let all = endpoints.iter().map(|endpoint| (&endpoint.route, endpoint));
    if let Some(endpoint) = most_specific(all, dialect, method, path) {
        return Found::Endpoint(endpoint);
    }
    let of_the_path = |route: &&Route| route.is_in(dialect) && route.pattern.matches(path);
    let others: Vec<_> = endpoints.iter().map(|endpoint| &endpoint.route).filter(of_the_path).collect();
    match others.first() {
        None => Found::Nothing,
        Some(first) => {
            let methods = others.iter().flat_map(|route| route.methods()).map(Method::as_str);
            Found::OtherMethods { pattern: first.pattern, allowed: methods.collect::<Vec<_>>().join(", ") }
        }
    }
}

/// Of the routes that serve a path and a method, what stands beside the one with the fewest parameters, as API Gateway
/// chooses. <https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-routes.html>
pub fn most_specific<'r, T>(
    routes: impl Iterator<Item = (&'r Route, T)>,
    dialect: Dialect,
    method: &Method,
    path: &str,
) -> Option<T> {
    let serves = |route: &Route| route.is_in(dialect) && route.takes(method) && route.pattern.matches(path);
    let serving = routes.filter(|(route, _beside)| serves(route));
    serving.min_by_key(|(route, _beside)| route.pattern.parameters()).map(|(_route, beside)| beside)
}

/// The status for `OPTIONS`. API Gateway answers preflights by itself, but hands them on where an `ANY` route has the path.
pub(super) const OPTIONS_STATUS: StatusCode = StatusCode::NO_CONTENT;

#[cfg(test)]
mod tests {
    use lambda_http::http::Method;

    use super::{Endpoint, Found, Route, find};
    use crate::http::{Answer, Dialect};

    const fn to(route: Route) -> Endpoint<()> {
        route.to(|_function, _call| Box::pin(async { Ok(Answer::document(String::new())) }))
    }

    const ENDPOINTS: &[Endpoint<()>] = &[
        to(Route::get("/things", "list").with_head()),
        to(Route::post("/things", "make").in_xano("xanoMake")),
        to(Route::get("/things/{id}", "show")),
        to(Route::patch("/things/{id}", "change")),
        to(Route::delete("/things/{id}", "drop")),
        to(Route::post("/things/end", "end")),
    ];

    fn check(dialect: Dialect, method: &Method, path: &str, expected: &str) {
        let found = match find(ENDPOINTS, dialect, method, path) {
            Found::Endpoint(endpoint) => endpoint.route.operation.to_owned(),
            Found::OtherMethods { allowed, .. } => allowed,
            Found::Nothing => "nothing".to_owned(),
        };
        assert_eq!(found, expected, "{method} {path}");
    }

    #[test]
    fn a_path_and_a_method_lead_to_one_endpoint() {
        let native = |method: Method, path, expected| check(Dialect::Native, &method, path, expected);
        native(Method::GET, "/things", "list");
        native(Method::HEAD, "/things", "list");
        native(Method::POST, "/things", "make");
        native(Method::DELETE, "/things", "GET, HEAD, POST");
        native(Method::GET, "/things/7", "show");
        native(Method::PATCH, "/things/7", "change");
        native(Method::DELETE, "/things/7", "drop");
        native(Method::HEAD, "/things/7", "GET, PATCH, DELETE");
        native(Method::POST, "/things/end", "end");
        native(Method::GET, "/things/end", "show");
        native(Method::PUT, "/things/end", "GET, PATCH, DELETE, POST");
        native(Method::GET, "/things/7/parts", "nothing");
        native(Method::GET, "", "nothing");
        check(Dialect::Xano, &Method::POST, "/things", "make");
        check(Dialect::Xano, &Method::GET, "/things", "POST");
        check(Dialect::Xano, &Method::GET, "/things/7", "nothing");
    }
}
