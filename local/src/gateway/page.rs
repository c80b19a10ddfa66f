//! A page to try the API on, and the API written down. API Gateway serves neither: a deployment says nothing about
//! itself.

use axum::body::Body;
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS,
};
use axum::http::{HeaderValue, Method, Response};

/// The page's own files and its own API, and nothing else: no inline script or style, no form that goes anywhere by
/// itself, no frame around it.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; \
                      form-action 'none'; base-uri 'none'; frame-ancestors 'none'";

/// A path, the type of what is there, and what is there.
type File = (&'static str, &'static str, &'static str);

const FILES: [File; 25] = [
    ("/", "text/html; charset=utf-8", include_str!("../../page/index.html")),
    ("/openapi.yaml", "application/yaml", include_str!("../../../openapi.yaml")),
    ("/page/style.css", "text/css; charset=utf-8", include_str!("../../page/style.css")),
    ("/page/icon.svg", "image/svg+xml", include_str!("../../page/icon.svg")),
    script("/page/choices.js", include_str!("../../page/choices.js")),
    script("/page/copy.js", include_str!("../../page/copy.js")),
    script("/page/dom.js", include_str!("../../page/dom.js")),
    script("/page/inbox.js", include_str!("../../page/inbox.js")),
    script("/page/kept.js", include_str!("../../page/kept.js")),
    script("/page/page.js", include_str!("../../page/page.js")),
    script("/page/sessions.js", include_str!("../../page/sessions.js")),
    script("/page/snippets.js", include_str!("../../page/snippets.js")),
    script("/page/tabs.js", include_str!("../../page/tabs.js")),
    script("/page/theme.js", include_str!("../../page/theme.js")),
    script("/page/token.js", include_str!("../../page/token.js")),
    script("/page/token_card.js", include_str!("../../page/token_card.js")),
    script("/page/wire.js", include_str!("../../page/wire.js")),
    script("/page/words.js", include_str!("../../page/words.js")),
    script("/page/latchkey.js", include_str!("../../../clients/typescript/latchkey.js")),
    script("/page/latchkey-sign-in.js", include_str!("../../../clients/typescript/latchkey-sign-in.js")),
    snippet("/page/snippets/client.html", include_str!("../../page/snippets/client.html")),
    snippet("/page/snippets/element.html", include_str!("../../page/snippets/element.html")),
    snippet("/page/snippets/fetch.html", include_str!("../../page/snippets/fetch.html")),
    snippet("/page/snippets/next.jsx", include_str!("../../page/snippets/next.jsx")),
    snippet("/page/snippets/react.jsx", include_str!("../../page/snippets/react.jsx")),
];

const fn script(path: &'static str, text: &'static str) -> File {
    (path, "text/javascript; charset=utf-8", text)
}

/// Snippets are served as text, so that they never run on this origin.
const fn snippet(path: &'static str, text: &'static str) -> File {
    (path, "text/plain; charset=utf-8", text)
}

/// The file at a path, or `None` if there is no such file, or the method is not GET or HEAD.
pub(super) fn file(method: &Method, path: &str) -> Option<Response<Body>> {
    if !matches!(*method, Method::GET | Method::HEAD) {
        return None;
    }
    let (_, content_type, text) = FILES.iter().find(|(name, ..)| *name == path)?;
    let mut response = Response::new(Body::from(*text));
    for (name, value) in [
        (CONTENT_TYPE, *content_type),
        (CONTENT_SECURITY_POLICY, POLICY),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (REFERRER_POLICY, "no-referrer"),
        // The next version of this program is at the same address.
        (CACHE_CONTROL, "no-cache"),
    ] {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    Some(response)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::path::Path;

    use axum::http::Method;

    use super::{FILES, file};

    fn names(folder: &Path) -> impl Iterator<Item = String> + use<> {
        folder.read_dir().unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap())
    }

    #[test]
    fn every_file_of_the_page_is_served() {
        let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("page");
        let clients = ["latchkey.js", "latchkey-sign-in.js"].map(|name| format!("/page/{name}"));
        let own = names(&page).filter(|name| !["index.html", "snippets"].contains(&name.as_str()));
        let snippets = names(&page.join("snippets")).map(|name| format!("/page/snippets/{name}"));
        let there: BTreeSet<_> = own.map(|name| format!("/page/{name}")).chain(snippets).chain(clients).collect();
        let served: BTreeSet<_> = FILES.iter().map(|(path, ..)| (*path).to_owned()).collect();
        assert_eq!(there, served.into_iter().filter(|path| path.starts_with("/page/")).collect());
    }

    #[test]
    fn every_file_comes_under_a_strict_policy() {
        for (path, ..) in FILES {
            let response = file(&Method::GET, path).unwrap();
            let headers = response.headers();
            let policy = headers["content-security-policy"].to_str().unwrap();
            assert!(policy.starts_with("default-src 'none'; ") && !policy.contains("unsafe"), "{path} {policy}");
            assert_eq!(headers["x-content-type-options"], "nosniff", "{path}");
            assert_eq!(headers["referrer-policy"], "no-referrer", "{path}");
        }
    }

    #[test]
    fn a_file_is_only_read() {
        assert!(file(&Method::HEAD, "/").is_some());
        for (method, path) in [(Method::POST, "/"), (Method::GET, "/page"), (Method::GET, "/page/../index.html")] {
            assert!(file(&method, path).is_none(), "{method} {path}");
        }
    }
}
