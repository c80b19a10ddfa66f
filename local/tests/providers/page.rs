//! The pages of the stand-ins, and whom they answer.

use local::providers::{PretendOptions, PretendProviders};
use reqwest::header::HOST;
use shared::clock::Clock;

use crate::client::{Reply, StandIns, send};

/// The policy under which a page comes.
fn assert_guarded(reply: &Reply) {
    let policy = reply.header("content-security-policy").unwrap();
    assert!(policy.starts_with("default-src 'none'; ") && policy.contains("frame-ancestors 'none'"), "{policy}");
    assert!(!policy.contains("script-src") && !policy.contains("unsafe"), "{policy}");
    assert_eq!(reply.header("x-content-type-options"), Some("nosniff"));
    assert_eq!(reply.header("referrer-policy"), Some("no-referrer"));
    assert_eq!(reply.header("cache-control"), Some("no-store"));
    assert!(!reply.body.contains("<script"), "{}", reply.body);
}

#[tokio::test]
async fn the_consent_page_says_that_it_is_pretended_and_who_asks_for_what() {
    let all = StandIns::start().await;
    for (stand_in, scope) in all.every().iter().zip(["openid, email, profile", "user:email", "email", "tweet.read"]) {
        let reply = stand_in.page(&[]).await.expect(200);
        assert_guarded(&reply);
        for words in
            ["Pretend ", "This is not ", "http://localhost:3000", scope, "ada@example.com", "Continue", "Cancel"]
        {
            assert!(reply.body.contains(words), "{words}: {}", reply.body);
        }
    }
}

/// RFC 6749 4.1.2.1: the browser is not sent to an address that the app has not registered.
#[tokio::test]
async fn a_wrong_app_or_redirect_uri_is_a_page_and_no_redirect() {
    let all = StandIns::start().await;
    for stand_in in all.every() {
        let elsewhere = stand_in.callback.replace("localhost", "evil.example");
        let other_path = format!("{}/../other", stand_in.callback);
        for (name, value, expected) in [
            ("client_id", "", "client_id"),
            ("client_id", "wrong", "client_id"),
            ("redirect_uri", "", "redirect_uri"),
            ("redirect_uri", &elsewhere, "redirect_uri"),
            ("redirect_uri", &other_path, "redirect_uri"),
            ("response_type", "token", "response_type"),
        ] {
            let changes = [(name, value)];
            for reply in [stand_in.page(&changes).await, stand_in.decide(&changes, &[("answer", "cancel")]).await] {
                assert_guarded(&reply);
                assert_eq!((reply.status, reply.header("location")), (400, None), "{name}={value}");
                assert!(reply.body.contains(expected), "{}", reply.body);
            }
        }
    }
}

/// RFC 6749 3.1.
#[tokio::test]
async fn a_parameter_that_comes_twice_is_refused() {
    let all = StandIns::start().await;
    let google = all.google();
    assert_eq!(google.page(&[("prompt", "consent")]).await.status, 200);
    assert_eq!(google.page(&[("prompt", "consent"), ("prompt", "none")]).await.status, 400);
}

#[tokio::test]
async fn a_form_that_decides_nothing_brings_the_page_again() {
    let all = StandIns::start().await;
    let google = all.google();
    for (form, expected) in [
        (&[][..], "Press Continue or Cancel."),
        (&[("answer", "continue")], "Choose who you want to be."),
        (&[("answer", "continue"), ("person", "eve")], "Choose who you want to be."),
        (&[("answer", "continue"), ("person", "typed"), ("id", "012")], "An id has 1 to 15 digits"),
        (&[("answer", "continue"), ("person", "typed"), ("id", "1234567890123456")], "An id has 1 to 15 digits"),
        (&[("answer", "continue"), ("person", "typed"), ("id", "x")], "An id has 1 to 15 digits"),
        (&[("answer", "continue"), ("person", "ada"), ("trouble", "all")], "That cannot go wrong here."),
    ] {
        let reply = google.decide(&[], form).await.expect(422);
        assert_guarded(&reply);
        assert!(reply.body.contains(expected), "{form:?}: {}", reply.body);
    }
}

#[tokio::test]
async fn what_somebody_typed_is_there_again_and_is_text() {
    let all = StandIns::start().await;
    let form = [("answer", "continue"), ("person", "typed"), ("name", "\"><b>{{id}}"), ("email", "a&b'c"), ("id", "x")];
    let reply = all.github().decide(&[], &form).await.expect(422);
    assert!(reply.body.contains(r#"value="&quot;&gt;&lt;b&gt;{{id}}""#), "{}", reply.body);
    assert!(reply.body.contains(r#"value="a&amp;b&#39;c""#) && reply.body.contains(r#"value="x""#), "{}", reply.body);
    assert!(reply.body.contains(r#"value="typed" checked"#), "{}", reply.body);
}

#[tokio::test]
async fn somebody_made_up_is_the_same_person_each_time() {
    let all = StandIns::start().await;
    let x = all.x();
    let id = async |person: &[(&str, &str)]| {
        let code = x.code(&[], &[&[("person", "typed")], person].concat()).await;
        let [id, secret] = x.encoded_credentials();
        let token = send(x.post("/2/oauth2/token", &x.bare_token_form(&code)).basic_auth(id, Some(secret))).await;
        let me = x.get("/2/users/me").bearer_auth(token.json()["access_token"].as_str().unwrap());
        send(me).await.expect(200).json()["data"]["id"].as_str().unwrap().to_owned()
    };
    let eve = [("name", "Eve"), ("email", "eve@example.com")];
    assert_eq!(id(&eve).await, id(&eve).await);
    assert_ne!(id(&eve).await, id(&[("name", "Eva"), ("email", "eve@example.com")]).await);
    assert_ne!(id(&eve).await, id(&[("name", "Eve"), ("email", "eva@example.com")]).await);
    assert_eq!(id(&[("id", "42")]).await, "42");
    assert_eq!(id(&[&eve[..], &[("id", "999999999999999")]].concat()).await, "999999999999999");
}

/// DNS rebinding: the name of a page that leads to this machine.
#[tokio::test]
async fn nobody_is_answered_who_calls_this_machine_by_another_name() {
    let all = StandIns::start().await;
    let google = all.google();
    for path in ["/.well-known/openid-configuration", "/o/oauth2/v2/auth", "/../style.css", "/nothing"] {
        let status = async |host: &str| send(google.get(path).header(HOST, host)).await.status;
        assert_eq!(status("evil.example").await, 421, "{path}");
        assert_eq!(status("localhost.evil.example:3001").await, 421, "{path}");
        assert_ne!(status("localhost:3001").await, 421, "{path}");
    }
}

#[tokio::test]
async fn what_no_provider_has_is_404() {
    let all = StandIns::start().await;
    let x = all.x();
    assert_eq!(send(x.get("/2/oauth2/token")).await.status, 404);
    assert_eq!(send(x.get("/.well-known/openid-configuration")).await.status, 404);
    assert_eq!(send(x.get("/../googly/token")).await.status, 404);
    assert_eq!(send(x.get("/../style.css")).await.status, 200);
}

#[tokio::test]
async fn an_app_may_be_registered_beside_loopback() {
    let at = |origin: Option<&str>| {
        let app_origin = origin.map(str::to_owned);
        PretendProviders::start_with(PretendOptions { port: 0, clock: Clock::system(), app_origin })
    };
    for (origin, status) in [(Some("https://api.example.com"), 200), (None, 400)] {
        let providers = at(origin).await.unwrap();
        let id = &providers.variables()[0].1;
        let callback = "https://api.example.com/auth/oauth/google/callback";
        let query = format!("client_id={id}&redirect_uri={callback}&response_type=code&scope=openid");
        let url = format!("{}/google/o/oauth2/v2/auth?{query}", providers.url());
        assert_eq!(reqwest::get(url).await.unwrap().status().as_u16(), status);
        providers.stop().await;
    }
}
