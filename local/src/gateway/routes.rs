//! Which function a request leads to, as API Gateway finds it.

use std::collections::BTreeSet;

use axum::http::Method;
use shared::http::{Dialect, Route, most_specific};

use crate::functions::Invoke;

/// The routes of the API, those of Latchkey and those of the app's other services.
#[derive(Clone, Default)]
pub(crate) struct Routes {
    ours: Vec<(Vec<Route>, Invoke)>,
    others: Vec<(String, Invoke)>,
}

impl Routes {
    /// The routes of Latchkey's functions.
    pub(crate) fn new(ours: Vec<(Vec<Route>, Invoke)>) -> Self {
        Self { ours, others: Vec::new() }
    }

    /// Whether another service has exactly this path.
    pub(crate) fn is_taken(&self, prefix: &str) -> bool {
        self.others.iter().any(|(taken, _invoke)| taken == prefix)
    }

    /// Leads every method of a path, and of everything below it, to a function.
    pub(crate) fn add(&mut self, prefix: &str, invoke: Invoke) {
        self.others.push((prefix.to_owned(), invoke));
    }

    /// The key of the route that a request leads to, and its function. A path that has routes for other methods only has
    /// none for this one: API Gateway answers that as it answers an unknown path. Of the other services' paths the longest
    /// wins.
    pub(super) fn find(&self, method: &Method, path: &str) -> Option<(String, &Invoke)> {
        let (dialect, native) = Dialect::of_path(path);
        let ours = self.ours.iter().flat_map(|(routes, invoke)| routes.iter().map(move |r| (r, (r, invoke))));
        if let Some((route, invoke)) = most_specific(ours, dialect, method, native) {
            let group = if dialect == Dialect::Xano { "/{group}" } else { "" };
            return Some((format!("{method} {group}{}", route.pattern.as_str()), invoke));
        }
        let others = self.others.iter().filter(|(prefix, _invoke)| is_at_or_below(path, prefix));
        let longest = others.max_by_key(|(prefix, _invoke)| prefix.len());
        longest.map(|(prefix, invoke)| (format!("ANY {prefix}"), invoke))
    }
}

impl Routes {
    /// The methods that pages may send: those of the routes, and `OPTIONS`. A browser needs no leave for `HEAD`.
    pub(super) fn methods(&self) -> String {
        let routes = self.ours.iter().flat_map(|(routes, _invoke)| routes);
        let methods: BTreeSet<&str> = routes.map(|route| route.method.as_str()).chain(["OPTIONS"]).collect();
        methods.into_iter().collect::<Vec<_>>().join(",")
    }
}

fn is_at_or_below(path: &str, prefix: &str) -> bool {
    path.strip_prefix(prefix).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}
