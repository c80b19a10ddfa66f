use std::time::Duration;

use api_tests::{
    Answer, Api, Fault, OwnStack, Person, Session, TestClock, claims_of, own_stack, set_cookies_of, shared_api,
};
use futures_util::future::join_all;
use reqwest::Method;
use serde_json::json;

use super::bodies;

const COOKIE: &str = "__Host-authToken";
const REFRESH_COOKIE: &str = "__Host-refreshToken";

/// A stack whose clock the test moves, and somebody on it.
struct World {
    clock: TestClock,
    stack: OwnStack,
    person: Person,
}

impl World {
    async fn new() -> Option<Self> {
        let clock = TestClock::standing_still();
        let stack = own_stack()?.clock(clock.clock()).start().await;
        let (person, _token) = stack.api.somebody().await;
        Some(Self { clock, stack, person })
    }

    fn api(&self) -> &Api {
        &self.stack.api
    }

    async fn session(&self) -> Session {
        Session::log_in(self.api(), &self.person).await
    }

    fn wait(&self, seconds: u64) {
        self.clock.advance(Duration::from_secs(seconds));
    }

    async fn assert_ended(&self, session: &Session) {
        let _ = session.refresh(self.api()).await.expect_problem(401, "invalid_refresh_token");
        let me = self.api().me(&session.access).await.expect(401).json();
        assert!(me["code"] == "invalid_token" || me["code"] == "expired_token", "{me}");
    }
}

#[tokio::test]
async fn a_session_is_there_only_if_it_is_asked_for() {
    let Some(world) = World::new().await else { return };
    let (api, person) = (world.api(), Person::new());
    let without = api.signup(&person).await.expect(201).json();
    assert!(without.get("refreshToken").is_none() && without.get("refreshExpiresIn").is_none(), "{without}");
    let claims = claims_of(without["authToken"].as_str().unwrap());
    assert_eq!((claims.get("sid"), &claims["gen"], &claims["amr"]), (None, &json!(0), &json!(["pwd"])));
    assert_eq!(claims["auth_time"], claims["iat"]);

    let session = Session::log_in(api, &person).await;
    let claims = claims_of(&session.access);
    assert_eq!((claims["sid"].as_str().unwrap().len(), claims.get("gen")), (22, None));
    assert_eq!(claims["exp"].as_u64().unwrap() - claims["iat"].as_u64().unwrap(), 900);
    let answer = session.refresh(api).await.expect(200).json();
    assert_eq!((&answer["expiresIn"], &answer["refreshExpiresIn"]), (&json!(900), &json!(1_209_600)));
    let _ = api.me(answer["authToken"].as_str().unwrap()).await.expect(200);

    let new = Session::sign_up(api, &Person::new()).await;
    let _ = api.me(&new.refreshed(api).await.access).await.expect(200);
    let refused = json!({"email": person.email, "password": person.password, "refresh": "yes"});
    let refused = api.send(api.post("/auth/login").json(&refused)).await.expect_problem(422, "validation_failed");
    assert_eq!(refused.wrong_fields(), [("refresh".to_owned(), "wrong_type".to_owned())]);
}

#[tokio::test]
async fn xanos_dialect_has_no_sessions() {
    let api = shared_api();
    let (person, _token) = api.somebody().await;
    let body = json!({"email": person.email, "password": person.password, "refresh": true});
    let answer = api.send(api.post("/api:aB3/auth/login").json(&body)).await.expect(200).json();
    assert_eq!(answer.as_object().unwrap().len(), 2, "{answer}");
}

#[tokio::test]
async fn a_refresh_says_when_and_how_the_user_logged_in_and_not_when_it_was() {
    let Some(world) = World::new().await else { return };
    let session = world.session().await;
    world.wait(800);
    let claims = [&session, &session.refreshed(world.api()).await].map(|session| claims_of(&session.access));
    for claim in ["auth_time", "amr", "sid", "sub"] {
        assert_eq!(claims[0][claim], claims[1][claim], "{claim}");
    }
    assert_ne!(claims[0]["iat"], claims[1]["iat"]);
}

#[tokio::test]
async fn a_lost_response_is_asked_for_again_within_a_minute() {
    let Some(world) = World::new().await else { return };
    let first = world.session().await;
    let second = first.refreshed(world.api()).await;
    world.wait(60);
    assert_eq!(first.refreshed(world.api()).await.refresh, second.refresh);
    assert_ne!(second.refreshed(world.api()).await.refresh, second.refresh);
}

#[tokio::test]
async fn a_lost_response_is_asked_for_again_a_day_later() {
    let Some(world) = World::new().await else { return };
    let first = world.session().await;
    let lost = first.refreshed(world.api()).await;
    world.wait(24 * 60 * 60);
    let third = first.refreshed(world.api()).await;
    assert_ne!(third.refresh, lost.refresh);
    assert_eq!(first.refreshed(world.api()).await.refresh, third.refresh);
    world.wait(61);
    // Whoever holds the lost token after all is a second party.
    world.assert_ended(&lost).await;
    world.assert_ended(&third).await;
}

#[tokio::test]
async fn a_tab_that_is_late_is_told_to_look_again() {
    let Some(world) = World::new().await else { return };
    let first = world.session().await;
    let third = first.refreshed(world.api()).await.refreshed(world.api()).await;
    let _ = first.refresh(world.api()).await.expect_problem(401, "refresh_superseded");
    let _ = third.refresh(world.api()).await.expect(200);
}

#[tokio::test]
async fn a_token_that_is_used_again_later_ends_the_session() {
    let Some(world) = World::new().await else { return };
    let stolen = world.session().await;
    let (other, newest) = (world.session().await, stolen.refreshed(world.api()).await.refreshed(world.api()).await);
    world.wait(61);
    let _ = stolen.refresh(world.api()).await.expect_problem(401, "invalid_refresh_token");
    world.assert_ended(&newest).await;
    let _ = world.api().me(&other.access).await.expect(200);
}

#[tokio::test]
async fn a_session_ends_by_its_age_and_by_not_being_used() {
    let Some(world) = World::new().await else { return };
    let mut session = world.session().await;
    let idle = world.session().await;
    for _ in 0..2 {
        world.wait(13 * 24 * 60 * 60);
        session = session.refreshed(world.api()).await;
    }
    world.assert_ended(&idle).await;
    world.wait(4 * 24 * 60 * 60 - 60);
    let last = session.refresh(world.api()).await.expect(200).json();
    assert_eq!((&last["expiresIn"], &last["refreshExpiresIn"]), (&json!(60), &json!(60)));
    world.wait(60);
    world.assert_ended(&session).await;
}

#[tokio::test]
async fn racing_refreshes_of_one_token_get_one_successor() {
    let Some(world) = World::new().await else { return };
    let session = world.session().await;
    let successors = |answers: Vec<Answer>| {
        let mut tokens: Vec<_> = answers.into_iter().map(|answer| Session::of(&answer.expect(200)).refresh).collect();
        tokens.sort_unstable();
        tokens.dedup();
        tokens
    };
    let raced = successors(join_all((0..64).map(|_| session.refresh(world.api()))).await);
    assert_eq!(raced.len(), 1);
    world.wait(61);
    let branched = successors(join_all((0..32).map(|_| session.refresh(world.api()))).await);
    assert_eq!(branched.len(), 1);
    assert_ne!(raced, branched);
}

#[tokio::test]
async fn what_is_no_refresh_token_of_ours_is_401() {
    let api = shared_api();
    let (person, token) = api.somebody().await;
    let session = Session::log_in(&api, &person).await;
    let shortened = session.refresh.get(..session.refresh.len() - 2).unwrap();
    for forged in ["", "x", "lkr1.", "lkr1.AAAA", &token, shortened, &format!("{}A", session.refresh)] {
        let body = json!({"refreshToken": forged});
        let answer = api.send(api.post("/auth/refresh").json(&body)).await;
        let answer = answer.expect_problem(401, "invalid_refresh_token");
        assert_eq!(answer.header("www-authenticate"), Some("Bearer"), "{forged}");
    }
    let _ = api.me(&session.refresh).await.expect_problem(401, "invalid_token");
    for body in [json!({}), json!({"refreshToken": null})] {
        let answer = api.send(api.post("/auth/refresh").json(&body)).await.expect_problem(422, "validation_failed");
        assert_eq!(answer.wrong_fields(), [("refreshToken".to_owned(), "required".to_owned())]);
    }
    let number = api.send(api.post("/auth/refresh").json(&json!({"refreshToken": 1}))).await;
    assert_eq!(number.expect(422).wrong_fields(), [("refreshToken".to_owned(), "wrong_type".to_owned())]);
    let _ = session.refresh(&api).await.expect(200);
    bodies::another_method_has_no_route(&api, "/auth/refresh", &[Method::POST]).await;
}

#[tokio::test]
async fn forged_tokens_cost_one_read_of_the_keys_a_minute_and_none_of_a_user() {
    let Some(stack) = own_stack() else { return };
    let clock = TestClock::standing_still();
    let stack = stack.clock(clock.clock()).start_behind_proxy(None).await;
    let session = Session::sign_up(&stack.api, &Person::new()).await;
    let _ = session.refresh(&stack.api).await.expect(200);
    let forged = |place: usize| {
        let mut forged = session.refresh.clone();
        let other = if forged.as_bytes()[place] == b'A' { "B" } else { "A" };
        forged.replace_range(place..=place, other);
        Session { access: String::new(), refresh: forged }
    };
    let _calls = stack.proxy.take_calls();
    for (after, reads) in [(0, 1), (59, 0), (1, 1)] {
        clock.advance(Duration::from_secs(after));
        for place in [10, 30, 60, 90] {
            let _ = forged(place).refresh(&stack.api).await.expect_problem(401, "invalid_refresh_token");
        }
        let calls: Vec<_> = stack.proxy.take_calls().into_iter().map(|call| call.operation).collect();
        assert_eq!(calls, vec!["TransactGetItems"; reads], "after {after} s");
    }
}

#[tokio::test]
async fn by_cookie_both_tokens_travel_in_cookies() {
    let Some(world) = World::new().await else { return };
    let (api, person) = (world.api(), &world.person);
    let by_cookie = |path: &str| api.post(path).header("x-token-transport", "cookie");
    let body = json!({"email": person.email, "password": person.password, "refresh": true});
    let answer = api.send(by_cookie("/auth/login").json(&body)).await.expect(200);
    assert!(answer.json().get("authToken").is_none() && answer.json().get("refreshToken").is_none());
    let cookies = set_cookies_of(&answer);
    let [(access, _, access_attributes), (refresh, value, refresh_attributes)] = &cookies[..] else {
        panic!("{cookies:?}")
    };
    assert_eq!((access.as_str(), refresh.as_str()), (COOKIE, REFRESH_COOKIE));
    assert_eq!(access_attributes, &["httponly", "max-age=900", "path=/", "samesite=lax", "secure"]);
    assert_eq!(refresh_attributes, &["httponly", "max-age=1209600", "path=/", "samesite=strict", "secure"]);

    let cookie = format!("{REFRESH_COOKIE}={value}");
    let without_header = api.post("/auth/refresh").header("cookie", &cookie);
    let _ = api.send(without_header).await.expect_problem(400, "token_transport_required");
    let twice = by_cookie("/auth/refresh").header("cookie", format!("{cookie}; {REFRESH_COOKIE}=planted"));
    let _ = api.send(twice).await.expect_problem(401, "invalid_refresh_token");
    let _ = api.send(by_cookie("/auth/refresh")).await.expect_problem(401, "invalid_refresh_token");
    let refreshed = api.send(by_cookie("/auth/refresh").header("cookie", &cookie)).await.expect(200);
    let names: Vec<_> = set_cookies_of(&refreshed).into_iter().map(|(name, value, _)| (name, value != *"")).collect();
    assert_eq!(names, [(COOKIE.to_owned(), true), (REFRESH_COOKIE.to_owned(), true)]);
}

#[tokio::test]
async fn a_login_without_a_session_drops_the_refresh_token_of_another() {
    let api = shared_api();
    let ((mine, _), (theirs, _)) = (api.somebody().await, api.somebody().await);
    let session = Session::log_in(&api, &theirs).await;
    let login = api.post("/auth/login").header("x-token-transport", "cookie").json(&mine.login_body());
    let answer = api.send(login.header("cookie", format!("{REFRESH_COOKIE}={}", session.refresh))).await.expect(200);
    let cookies = set_cookies_of(&answer);
    let names: Vec<_> = cookies.iter().map(|(name, value, _)| (name.as_str(), value.is_empty())).collect();
    assert_eq!(names, [(COOKIE, false), (REFRESH_COOKIE, true)]);
}

#[tokio::test]
async fn a_new_session_takes_the_place_of_the_one_that_the_request_belongs_to() {
    let api = shared_api();
    let ((person, _), (other, _)) = (api.somebody().await, api.somebody().await);
    let (by_token, by_cookie) = (Session::log_in(&api, &person).await, Session::log_in(&api, &person).await);
    let theirs = Session::log_in(&api, &other).await;
    let body = json!({"email": person.email, "password": person.password, "refresh": true});
    let login = || api.post("/auth/login").json(&body);
    let _ = api.send(login().bearer_auth(&by_token.access)).await.expect(200);
    let cookie = |session: &Session| format!("{REFRESH_COOKIE}={}", session.refresh);
    let _ = api.send(login().header("cookie", cookie(&by_cookie))).await.expect(200);
    let _ = api.send(login().header("cookie", cookie(&theirs)).bearer_auth(&theirs.access)).await.expect(200);
    for ended in [&by_token, &by_cookie] {
        let _ = ended.refresh(&api).await.expect_problem(401, "invalid_refresh_token");
    }
    let _ = theirs.refresh(&api).await.expect(200);
}

#[tokio::test]
async fn a_conflict_with_a_transaction_is_tried_again() {
    let Some(stack) = own_stack() else { return };
    let stack = stack.start_behind_proxy(None).await;
    let (person, _token) = stack.api.somebody().await;
    let session = Session::log_in(&stack.api, &person).await;
    stack.proxy.fail("UpdateItem", 2, Fault::Refuse("TransactionConflictException"));
    let _ = session.refresh(&stack.api).await.expect(200);
    let _calls = stack.proxy.take_calls();
    let session = Session::log_in(&stack.api, &person).await;
    let _calls = stack.proxy.take_calls();
    let _ = session.refresh(&stack.api).await.expect(200);
    let names: Vec<_> = stack.proxy.take_calls().iter().map(|call| stack.name_of(call)).collect();
    assert_eq!(names, ["UpdateItem USERS_TABLE"], "a refresh is one write");
}

#[tokio::test]
async fn pages_of_other_origins_cannot_refresh() {
    let Some(stack) = own_stack() else { return };
    let stack = stack.variable("ALLOWED_ORIGINS", "https://app.example.com").start().await;
    bodies::a_foreign_origin_is_403(&stack.api, "/auth/refresh").await;
}
