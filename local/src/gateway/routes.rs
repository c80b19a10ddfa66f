//! Which function a request leads to, as API Gateway finds it.

use axum::http::Method;
use shared::http::{Dialect, Route};

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

    /// Leads every method of a path, and of everything below it, to a function. `false` if the path has one already.
    pub(crate) fn add(&mut self, prefix: &str, invoke: Invoke) -> bool {
        let is_new = self.others.iter().all(|(taken, _invoke)| taken != prefix);
        if is_new {
            self.others.push((prefix.to_owned(), invoke));
        }
        is_new
    }

    /// The key of the route that a request leads to, and its function. A path that has routes for other methods only has
    /// none for this one: API Gateway answers that as it answers an unknown path. Of the other services' paths the longest
    /// wins.
    pub(super) fn find(&self, method: &Method, path: &str) -> Option<(String, &Invoke)> {
        let (dialect, native) = Dialect::of_path(path);
        for (routes, invoke) in &self.ours {
            let served = |route: &&Route| route.is_in(dialect) && route.takes(method) && route.pattern.matches(native);
            let matching = routes.iter().filter(served).min_by_key(|route| route.pattern.parameters());
            if let Some(route) = matching {
                let group = if dialect == Dialect::Xano { "/{group}" } else { "" };
                return Some((format!("{method} {group}{}", route.pattern.as_str()), invoke));
            }
        }
        let others = self.others.iter().filter(|(prefix, _invoke)| is_at_or_below(path, prefix));
        let longest = others.max_by_key(|(prefix, _invoke)| prefix.len());
        longest.map(|(prefix, invoke)| (format!("ANY {prefix}"), invoke))
    }
}

fn is_at_or_below(path: &str, prefix: &str) -> bool {
    path.strip_prefix(prefix).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}
