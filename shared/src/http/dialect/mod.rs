//! The two ways to speak to this API. Only a token, a user and an error look different in them.

mod native;
mod xano;

use lambda_http::Body;
use lambda_http::http::Response;
use lambda_http::http::header::{LOCATION, REFERRER_POLICY, SET_COOKIE};

use super::answer::Content;
use super::response::{cache, empty, put, with_body};
use super::{Answer, CookieConfig, Failure};

/// Which statuses, bodies and headers a caller expects. The path tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialect {
    /// Latchkey's own.
    Native,
    /// That of Xano, for front ends that come from there.
    Xano,
}

impl Dialect {
    /// The dialect of a path and the route in it. Xano's paths start with the name of a group of its APIs,
    /// `/api:{group}`, which may hold `:{branch}`.
    #[must_use]
    pub fn of_path(path: &str) -> (Self, &str) {
        let group = path.strip_prefix("/api:").and_then(|rest| rest.find('/').map(|slash| rest.split_at(slash)));
        match group {
            Some((_group, route)) => (Self::Xano, route),
            None if path.starts_with("/api:") => (Self::Xano, ""),
            None => (Self::Native, path),
        }
    }

    /// The response to a request that succeeded.
    #[must_use]
    pub fn encode(self, answer: &Answer, cookies: &CookieConfig) -> Response<Body> {
        let Answer { status, content, .. } = answer;
        let mut response = match (self, content) {
            (_, Content::Empty) => empty(*status),
            (_, Content::Json(json)) => with_body(*status, "application/json", json.clone()),
            (_, Content::Document(json)) => {
                let mut response = with_body(*status, "application/json", json.clone());
                cache(&mut response, "public, max-age=300");
                response
            }
            (Self::Native, Content::Token(content)) => native::token(*status, content),
            (Self::Xano, Content::Token(content)) => xano::token(content),
            (Self::Native, Content::User(user)) => native::user(user),
            (Self::Xano, Content::User(user)) => xano::user(user),
        };
        for cookie in &answer.cookies {
            put(&mut response, SET_COOKIE, &cookies.header(cookie));
        }
        if let Some(location) = &answer.location {
            put(&mut response, LOCATION, location.as_str());
            put(&mut response, REFERRER_POLICY, "no-referrer");
        }
        response
    }

    /// The response to a request that failed.
    #[must_use]
    pub fn encode_failure(self, failure: &Failure, request_id: &str) -> Response<Body> {
        match self {
            Self::Native => native::failure(failure, request_id),
            Self::Xano => xano::failure(failure),
        }
    }
}

#[cfg(test)]
mod tests {
    use lambda_http::http::StatusCode;
    use url::Url;

    use super::Dialect::{self, Native, Xano};
    use crate::http::{Answer, Cookie, CookieConfig, SameSite};

    #[test]
    fn a_redirect_carries_its_location_and_every_cookie() {
        let location = Url::parse("https://app.example.com/käse?a=b#c").unwrap();
        let answer = Answer::redirect(&location).with_cookie(Cookie::set("state", "s".into(), 600));
        let answer = answer.with_cookie(Cookie::dropped(Cookie::TOKEN));
        let response = Native.encode(&answer, &CookieConfig::host_only(SameSite::Lax));
        assert_eq!(response.status(), StatusCode::FOUND);
        assert_eq!(response.headers()["location"], "https://app.example.com/k%C3%A4se?a=b#c");
        let cookies: Vec<_> = response.headers().get_all("set-cookie").iter().map(|c| c.to_str().unwrap()).collect();
        assert!(
            cookies[0].starts_with("__Host-state=s;") && cookies[1].starts_with("__Host-authToken=;"),
            "{cookies:?}"
        );
        assert_eq!(response.headers()["cache-control"], "no-store");
        assert_eq!(response.headers()["referrer-policy"], "no-referrer");
    }

    #[test]
    fn a_cookie_that_is_always_lax_is_so_whatever_the_others_are() {
        for same_site in [SameSite::Lax, SameSite::Strict, SameSite::None] {
            let cookies = CookieConfig::host_only(same_site);
            for cookie in [Cookie::set("state", "s".into(), 600), Cookie::dropped("state")] {
                let response = Native.encode(&Answer::empty(StatusCode::OK).with_cookie(cookie.always_lax()), &cookies);
                let header = response.headers()["set-cookie"].to_str().unwrap();
                assert!(header.contains("SameSite=Lax"), "{same_site:?}: {header}");
            }
        }
    }

    #[test]
    fn the_first_segment_tells() {
        for (path, expected) in [
            ("/auth/me", (Native, "/auth/me")),
            ("/api:aB3-x_y/auth/me", (Xano, "/auth/me")),
            ("/api:aB3:v2/auth/signup", (Xano, "/auth/signup")),
            ("/api:/auth/me", (Xano, "/auth/me")),
            ("/api:aB3", (Xano, "")),
            ("/api/auth/me", (Native, "/api/auth/me")),
            ("/x/api:aB3/auth/me", (Native, "/x/api:aB3/auth/me")),
            ("", (Native, "")),
        ] {
            assert_eq!(Dialect::of_path(path), expected, "{path}");
        }
    }
}
