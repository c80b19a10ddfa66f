//! Users of each system, with hashes that its own maker has made: their passwords open their accounts.

use std::path::{Path, PathBuf};

use api_tests::{OwnStack, Person, own_stack};
use aws_sdk_dynamodb::types::AttributeValue;
use serde_json::{Value, json};
use shared::store::schema::{CREDENTIALS, IDENTITIES, USERS};
use tempfile::TempDir;

use super::{import, told};

/// What the hashes below are of, if nothing else is said.
const PASSWORD: &str = "correct horse 9!";
const BCRYPT: &str = "$2b$04$ZJOStOyuW93XWqGKnIMQXeOmnwxQuwYNkc4enc5Dj1O0NaVZwi1Pe";
const BCRYPT_OF_PHP: &str = "$2y$04$UTv26XXlXmzFoClMquAVMeihwU7auYmf2Z1Pi4w/aYszp.cYKxBaW";
const BCRYPT_OF_GO: &str = "$2a$05$4c5ZeMsRgPifNOn4OZkAl.X1QbpSRgc5n6/yLi3.YUhteH9351U0u";
const DJANGO: &str = "pbkdf2_sha256$1000$segRPnPbIAmRMdKCrUA76X$/ZG8+4o4bYmHseSHIbcxjcLFOtteFMzYHAr135/WJuk=";
const BETTER_AUTH: &str = "b4ae077f849ebc300f72f7e4166b7827:4c07a06be8ff31d13879a8d7803d7f79bb3eb494fca564a1bd7d4106536ce19b9f418767821c6867d8fb5a1b39173c1fa3ad3f741377329f52bfe53be950688f";
/// Firebase's own example, of "user1password".
const FIREBASE_CONFIG: &str = "hash_config {\n  algorithm: SCRYPT,\n  base64_signer_key: jxspr8Ki0RYycVU8zykbdLGjFQ3McFUH0uiiTvC8pVMXAn210wjLNmdZJzxUECKbm0QsEmYUSDzZvpjeJ9WmXA==,\n  base64_salt_separator: Bw==,\n  rounds: 8,\n  mem_cost: 14,\n}\n";
const FIREBASE_HASH: &str = "lSrfV15cpx95/sZS2W9c9Kp6i/LVgQNDNC/qzrCnh1SAyZvqmZqAjTdn3aoItz+VHjoZilo78198JAdRuid5lQ==";

/// Files that a test imports.
struct Files(TempDir);

impl Files {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn with(&self, name: &str, text: &str) -> PathBuf {
        let path = self.0.path().join(name);
        std::fs::write(&path, text).unwrap();
        path
    }
}

/// Whoever has this address and this password.
fn person(email: &str, password: &str) -> Person {
    Person { name: "Ada Lovelace".to_owned(), email: email.to_owned(), password: password.to_owned() }
}

async fn stored_hash(stack: &OwnStack, email: &str) -> String {
    let items = stack.items(CREDENTIALS.variable).await;
    let item = items.into_iter().find(|item| item["email"].as_s().unwrap() == email).unwrap();
    item["password_hash"].as_s().unwrap().clone()
}

/// The old password logs in, with the old id, a wrong one does not, and the hash is one of ours afterwards.
async fn assert_logs_in(stack: &OwnStack, email: &str, password: &str, id: &str) -> Value {
    let wrong = person(email, &format!("{password}."));
    let _ = stack.api.login(&wrong).await.expect_problem(401, "invalid_credentials");
    let before = stored_hash(stack, email).await;
    let token = stack.api.login(&person(email, password)).await.expect(200).token();
    let me = stack.api.me(&token).await.expect(200).json();
    assert_eq!(me["id"].as_str(), Some(id), "{me}");
    let after = stored_hash(stack, email).await;
    assert!(after.starts_with("$argon2id$v=19$m=19456,t=2,p=1$") && after != before, "{before} {after}");
    let _ = stack.api.login(&person(email, password)).await.expect(200);
    me
}

/// Imports one file, which is wholly good.
async fn import_all(stack: &OwnStack, file: &Path, from: &str, options: &[&str]) {
    let outcome = import(stack, file, from, options).await;
    assert_eq!((outcome.code, told(&outcome).0), (Some(0), vec![]), "{outcome:?}");
}

#[tokio::test]
async fn users_of_auth0_log_in_with_the_hashes_of_its_second_file() {
    let Some(stack) = own_stack() else { return };
    let (stack, files) = (stack.start().await, Files::new());
    let user = json!({
        "user_id": "auth0|64f0c1", "email": "Ada@example.com", "email_verified": true, "name": "Ada Lovelace",
        "created_at": "2022-10-19T12:00:00.000Z", "app_metadata": {"plan": "pro"}, "user_metadata": {"role": "admin"},
        "identities": [
            {"provider": "auth0", "user_id": "64f0c1", "connection": "Username-Password-Authentication", "isSocial": false},
            {"provider": "google-oauth2", "user_id": "1234", "connection": "google-oauth2", "isSocial": true},
        ],
    });
    let hash =
        json!({"_id": {"$oid": "64f0c1"}, "email": "ada@example.com", "passwordHash": BCRYPT, "connection": "x"});
    let (users, hashes) =
        (files.with("users.json", &format!("{user}\n")), files.with("hashes.json", &format!("{hash}\n")));
    import_all(&stack, &users, "auth0", &["--passwords", hashes.to_str().unwrap(), "--id-prefix-strip", "auth0|"])
        .await;
    let me = assert_logs_in(&stack, "ada@example.com", PASSWORD, "64f0c1").await;
    assert_eq!(me["identities"], json!(["google"]));
    assert_eq!((&me["email_verified"], &me["created_at"]), (&json!(true), &json!(1_666_180_800_000_u64)));
    let user = &stack.items(USERS.variable).await[0];
    assert_eq!(user["claims"].as_s().unwrap(), r#"{"plan":"pro"}"#);
    let link = &stack.items(IDENTITIES.variable).await[0];
    assert_eq!(link["id"].as_s().unwrap(), "https://accounts.google.com#1234");
}

#[tokio::test]
async fn users_of_firebase_log_in_with_the_projects_parameters() {
    let Some(stack) = own_stack() else { return };
    let (stack, files) = (stack.start().await, Files::new());
    let users = json!({"users": [
        {
            "localId": "hGtcMkNCyfWIxuFQ2n6qsTEhFLs1", "email": "ada@example.com", "emailVerified": false, "passwordHash": FIREBASE_HASH,
            "salt": "42xEC+ixf3L2lw==", "createdAt": "1666180800000", "customAttributes": "{\"plan\":\"pro\"}",
            "providerUserInfo": [{"providerId": "password", "rawId": "ada@example.com"}, {"providerId": "github.com", "rawId": "9"}],
        },
        {"localId": "b", "email": "grace@example.com", "disabled": true},
    ]});
    let (users, config) = (files.with("users.json", &users.to_string()), files.with("config", FIREBASE_CONFIG));
    let outcome = import(&stack, &users, "firebase", &[]).await;
    assert!(outcome.code == Some(1) && outcome.stdout.contains("--passwords"), "{outcome:?}");
    import_all(&stack, &users, "firebase", &["--passwords", config.to_str().unwrap()]).await;
    let me = assert_logs_in(&stack, "ada@example.com", "user1password", "hGtcMkNCyfWIxuFQ2n6qsTEhFLs1").await;
    assert_eq!((&me["identities"], &me["created_at"]), (&json!(["github"]), &json!(1_666_180_800_000_u64)));
    let users = stack.items(USERS.variable).await;
    let disabled: Vec<_> = users.iter().filter(|user| user.contains_key("disabled_at")).collect();
    assert!(disabled.len() == 1 && disabled[0]["id"].as_s().unwrap() == "b", "{users:?}");
}

#[tokio::test]
async fn users_of_supabase_log_in_and_those_who_were_deleted_stay_away() {
    let Some(stack) = own_stack() else { return };
    let (stack, files) = (stack.start().await, Files::new());
    let csv = format!(
        "id,email,encrypted_password,email_confirmed_at,created_at,raw_user_meta_data,raw_app_meta_data,banned_until,deleted_at\n\
         8f14e45f-ceea-467f-a8f3-1b1c1f9d0a11,ada@example.com,{BCRYPT_OF_GO},2022-10-19 12:00:00.12+00,2022-10-19 12:00:00+00,\
         \"{{\"\"name\"\":\"\"Ada\"\",\"\"role\"\":\"\"admin\"\"}}\",\"{{\"\"provider\"\":\"\"email\"\",\"\"plan\"\":\"\"pro\"\"}}\",,\n\
         b,gone@example.com,,,2022-10-19 12:00:00+00,{{}},{{}},,2023-01-01 00:00:00+00\n\
         c,banned@example.com,,,2022-10-19 12:00:00+00,{{}},{{}},2120-01-01 00:00:00+00,\n"
    );
    let outcome = import(&stack, &files.with("users.csv", &csv), "supabase", &[]).await;
    let (lines, totals) = told(&outcome);
    assert_eq!((outcome.code, &totals["imported"], &totals["skipped"]), (Some(0), &json!(2), &json!(1)), "{outcome:?}");
    assert_eq!(lines, [json!({"row": 2, "id": "b", "result": "skipped"})]);
    let me = assert_logs_in(&stack, "ada@example.com", PASSWORD, "8f14e45f-ceea-467f-a8f3-1b1c1f9d0a11").await;
    assert_eq!((&me["name"], &me["email_verified"]), (&json!("Ada"), &json!(true)));
    for user in stack.items(USERS.variable).await {
        let is_ada = user["email"].as_s().unwrap() == "ada@example.com";
        assert_eq!(
            user.get("claims").map(|claims| claims.as_s().unwrap().as_str()),
            is_ada.then_some(r#"{"plan":"pro"}"#)
        );
        assert_eq!(user.contains_key("disabled_at"), !is_ada);
    }
}

#[tokio::test]
async fn users_of_systems_with_one_table_log_in() {
    for (from, file, id) in [
        (
            "better-auth",
            json!([{
                "id": "kX3", "email": "ada@example.com", "emailVerified": 1, "name": "Ada", "createdAt": "2022-10-19T12:00:00Z",
                "password": BETTER_AUTH, "accounts": [{"providerId": "credential", "accountId": "kX3"}, {"providerId": "google", "accountId": "1"}],
            }])
            .to_string(),
            "kX3",
        ),
        (
            "django",
            format!("id,email,password,is_active,date_joined,first_name,last_name\n7,ada@example.com,{DJANGO},t,2022-10-19 12:00:00+00,Ada,Lovelace\n"),
            "7",
        ),
        (
            "laravel",
            format!("id,name,email,email_verified_at,password,created_at\n8,Ada,ada@example.com,2022-10-19 12:00:00,{BCRYPT_OF_PHP},2022-10-19 12:00:00\n"),
            "8",
        ),
        (
            "devise",
            format!("id,email,encrypted_password,confirmed_at,created_at\n9,ada@example.com,{BCRYPT_OF_GO},\\N,2022-10-19 12:00:00\n"),
            "9",
        ),
    ] {
        let Some(stack) = own_stack() else { return };
        let (stack, files) = (stack.start().await, Files::new());
        import_all(&stack, &files.with("users", &file), from, &[]).await;
        let me = assert_logs_in(&stack, "ada@example.com", PASSWORD, id).await;
        assert_eq!(me["created_at"], json!(1_666_180_800_000_u64), "{from}");
        let is_verified = ["better-auth", "laravel"].contains(&from);
        assert_eq!(me["email_verified"], json!(is_verified), "{from}");
        assert_eq!(me["identities"], if from == "better-auth" { json!(["google"]) } else { json!([]) });
    }
}

/// What nobody has noticed would stay: a second run leaves users as they are.
#[tokio::test]
async fn a_row_that_says_nothing_of_a_password_or_something_unreadable_makes_no_account() {
    let Some(stack) = own_stack() else { return };
    let (stack, files) = (stack.start().await, Files::new());
    let banned = "id,email,encrypted_password,banned_until\n1,ada@example.com,,";
    let confirmed = "id,email,password,email_verified_at\n1,ada@example.com,,";
    for (from, file, reason) in [
        ("xano", "id,email\n1,ada@example.com\n".to_owned(), "--legacy"),
        ("auth0", json!({"user_id": "auth0|1", "email": "ada@example.com"}).to_string(), "--passwords"),
        ("devise", "id,email\n1,ada@example.com\n".to_owned(), "--columns password="),
        ("supabase", format!("{banned}soon\n"), "banned_until"),
        ("laravel", "id,email,password,disabled\n1,ada@example.com,,perhaps\n".to_owned(), "disabled"),
        ("auth0", json!({"user_id": "1", "email": "ada@example.com", "app_metadata": "x"}).to_string(), "app_metadata"),
        ("laravel", format!("{confirmed}0000-00-00 00:00:00\n"), "email_verified_at"),
        ("laravel", "id,email,password,deleted_at\n1,ada@example.com,,long ago\n".to_owned(), "deleted_at"),
    ] {
        let outcome = import(&stack, &files.with("users", &file), from, &[]).await;
        let (lines, _totals) = told(&outcome);
        assert!(outcome.code == Some(1) && lines[0]["reason"].as_str().unwrap().contains(reason), "{from}: {lines:?}");
    }
    assert!(stack.items(USERS.variable).await.is_empty());
    let forever = files.with("users", &format!("{banned}infinity\n"));
    import_all(&stack, &forever, "supabase", &[]).await;
    assert!(stack.items(USERS.variable).await[0].contains_key("disabled_at"));
    let outcome = import(&stack, &forever, "supabase", &["--columns", "emial=mail"]).await;
    assert!(outcome.stderr.contains("email_verified"), "{outcome:?}");
}

#[tokio::test]
async fn an_address_is_verified_only_if_the_file_says_so() {
    for (value, is_verified) in
        [("false", false), ("0", false), ("NULL", false), ("", false), ("true", true), ("2024-01-31 12:00:00", true)]
    {
        let Some(stack) = own_stack() else { return };
        let (stack, files) = (stack.start().await, Files::new());
        let csv = format!("id,email,password,email_verified_at,deleted_at\n1,ada@example.com,,{value},NULL\n");
        import_all(&stack, &files.with("users", &csv), "laravel", &[]).await;
        assert_eq!(
            stack.items(USERS.variable).await[0]["email_verified"],
            AttributeValue::Bool(is_verified),
            "{value}"
        );
    }
}

/// `MySQL` writes a quote as `\"` by default, and a line break as it is. A name can then end its field and go on with a row.
#[tokio::test]
async fn a_value_cannot_become_a_row() {
    let Some(stack) = own_stack() else { return };
    let (stack, files) = (stack.start().await, Files::new());
    let header = "\"id\",\"name\",\"email\",\"email_verified_at\",\"password\"\n";
    let forged = format!("\"99\",\"V\",\"victim@example.com\",\"2020-01-01 00:00:00\",\"{BCRYPT}\"");
    for name in [
        format!("x\\\",\\\"m@example.com\\\",,\n{}\n\\\"98", forged.replace('"', "\\\"")),
        "x\\\",m@example.com,,\n99,V,victim@example.com,2020-01-01 00:00:00,h\n98,\\\"".to_owned(),
        "x\\\"\\\",m@example.com,,\n99,V,victim@example.com,2020-01-01 00:00:00,h".to_owned(),
    ] {
        let csv = format!("{header}\"1\",\"{name}\",\"ada@example.com\",\"\",\"{BCRYPT}\"\n");
        let outcome = import(&stack, &files.with("users", &csv), "laravel", &[]).await;
        assert!(outcome.code == Some(1) && outcome.stderr.contains("quotes doubled"), "{outcome:?}");
    }
    assert!(stack.items(USERS.variable).await.is_empty());
}

#[tokio::test]
async fn an_export_that_lost_its_end_is_no_success() {
    let Some(stack) = own_stack() else { return };
    let (stack, files) = (stack.start().await, Files::new());
    let line = |id: u32| json!({"id": id.to_string(), "email": format!("user{id}@example.com")}).to_string();
    for (lines, reason) in [
        (vec![line(1)], "complete"),
        (vec![line(1), line(2), json!({"complete": true, "users": 3}).to_string()], "2 of 3"),
    ] {
        let outcome = import(&stack, &files.with("users", &lines.join("\n")), "latchkey", &[]).await;
        assert!(outcome.code == Some(1) && outcome.stderr.contains(reason), "{outcome:?}");
    }
}

/// Their hashes never come out, so their users come without a password, or with one that the old system still knows.
#[tokio::test]
async fn users_of_systems_without_hashes_come_with_their_ids() {
    let cognito = json!({"Users": [{
        "Username": "ada", "Enabled": true, "UserCreateDate": "2022-10-19T14:00:00.000000+02:00", "UserStatus": "CONFIRMED",
        "Attributes": [
            {"Name": "sub", "Value": "a1b2"}, {"Name": "email", "Value": "ada@example.com"},
            {"Name": "email_verified", "Value": "true"}, {"Name": "custom:role", "Value": "admin"},
        ],
    }]});
    let xano = "user_id,created_at,name,mail,firm\n7,1666180800000,Ada,ada@example.com,Acme\n";
    for (from, file, id, options) in [
        ("cognito", cognito.to_string(), "a1b2", &["--legacy"][..]),
        (
            "xano",
            xano.to_owned(),
            "7",
            &["--without-passwords", "--columns", "id=user_id,email=mail,profile.company=firm"],
        ),
    ] {
        let Some(stack) = own_stack() else { return };
        let (stack, files) = (stack.start().await, Files::new());
        import_all(&stack, &files.with("users", &file), from, options).await;
        let (users, credentials) = (stack.items(USERS.variable).await, stack.items(CREDENTIALS.variable).await);
        assert_eq!(
            (users[0]["id"].as_s().unwrap().as_str(), users[0]["created_at"].as_n().unwrap().as_str()),
            (id, "1666180800000")
        );
        assert!(!users[0].contains_key("claims"), "{from}");
        let is_legacy = from == "cognito";
        let profile = users[0].get("profile").map(|profile| profile.as_s().unwrap().as_str());
        assert_eq!(profile, (from == "xano").then_some(r#"{"company":"Acme"}"#));
        assert_eq!(
            (credentials[0].contains_key("legacy"), users[0].contains_key("passwordless")),
            (is_legacy, !is_legacy),
            "{from}"
        );
        let _ = stack.api.login(&person("ada@example.com", PASSWORD)).await.expect_problem(401, "invalid_credentials");
    }
}

#[tokio::test]
async fn a_row_that_makes_no_account_is_reported_without_its_hash() {
    let Some(stack) = own_stack() else { return };
    let (stack, files) = (stack.start().await, Files::new());
    let (ada, _token) = stack.api.somebody().await;
    let expensive = "$2b$15$ZJOStOyuW93XWqGKnIMQXeOmnwxQuwYNkc4enc5Dj1O0NaVZwi1Pe";
    let csv = format!(
        "id,name,email,email_verified_at,password,created_at\n\
         1,Good,good@example.com,,{BCRYPT},2022-10-19 12:00:00\n\
         2,Md5,md5@example.com,,5f4dcc3b5aa765d61d8327deb882cf99,\n\
         3,Costly,costly@example.com,,{expensive},\n\
         4,Again,GOOD@example.com,,{BCRYPT},\n\
         5,Nobody,nobody,,{BCRYPT},\n\
         6,Taken,{},,{BCRYPT},\n\
         7,short\n\
         ,No id,id@example.com,,{BCRYPT},\n",
        ada.email
    );
    let (file, report) = (files.with("users.csv", &csv), files.0.path().join("report"));
    let dry = import(&stack, &file, "laravel", &["--dry-run"]).await;
    assert_eq!(stack.items(USERS.variable).await.len(), 1, "a dry run has written something");
    let outcome = import(&stack, &file, "laravel", &["--report", report.to_str().unwrap()]).await;
    assert!(outcome.code == Some(1) && outcome.stderr.contains("some users are not here"), "{outcome:?}");
    let expected = json!({"imported": 1, "already": 0, "skipped": 0, "conflicts": 2, "refused": 5, "warnings": 0});
    assert_eq!((told(&dry).1, told(&outcome).1), (expected.clone(), expected));

    let report = std::fs::read_to_string(report).unwrap();
    let mut lines: Vec<Value> = report.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    lines.sort_by_key(|line| line["row"].as_u64());
    let rows: Vec<_> =
        lines.iter().map(|line| (line["row"].as_u64().unwrap(), line["result"].as_str().unwrap())).collect();
    let (refused, conflict) = (|row| (row, "refused"), |row| (row, "conflict"));
    assert_eq!(rows, [refused(2), refused(3), conflict(4), refused(5), conflict(6), refused(7), refused(8)]);
    for (line, reason) in lines.iter().zip([
        "too fast",
        "more work or memory",
        "row 1 has the same email address",
        "email address",
        "has its email address",
        "2 fields",
        "no id",
    ]) {
        assert!(line["reason"].as_str().unwrap().contains(reason), "{reason}: {line}");
    }
    for secret in ["5f4dcc3b", "$2b$"] {
        assert!(
            !report.contains(secret) && !outcome.stdout.contains(secret) && !dry.stdout.contains(secret),
            "{secret}"
        );
    }
    let _ = stack.api.login(&ada).await.expect(200);
}

/// Whoever signed up at the old system with an address of somebody else would otherwise keep its owner out here.
#[tokio::test]
async fn of_rows_with_one_address_the_first_verified_one_is_taken() {
    let Some(stack) = own_stack() else { return };
    let (stack, files) = (stack.start().await, Files::new());
    let verified = "2022-10-19 12:00:00";
    let csv = format!(
        "id,email,email_verified_at,password\n\
         1,ada@example.com,,{BCRYPT}\n\
         2,ADA@example.com,{verified},{BCRYPT_OF_PHP}\n\
         3,ada@example.com,{verified},{BCRYPT}\n\
         4,grace@example.com,,{BCRYPT}\n\
         5,grace@example.com,,{BCRYPT}\n\
         6,grace@example.com,{verified},5f4dcc3b5aa765d61d8327deb882cf99\n"
    );
    let file = files.with("users.csv", &csv);
    for again in [false, true] {
        let outcome = import(&stack, &file, "laravel", &[]).await;
        let (mut lines, totals) = told(&outcome);
        assert_eq!(
            (outcome.code, &totals["conflicts"], &totals["refused"]),
            (Some(1), &json!(3), &json!(1)),
            "{again}"
        );
        lines.sort_by_key(|line| line["row"].as_u64());
        let taken: Vec<_> = lines.iter().map(|line| line["reason"].as_str().unwrap().split(" has").next()).collect();
        assert_eq!(taken[..3], [Some("row 2"), Some("row 2"), Some("row 4")], "{lines:?}");
    }
    for (email, id) in [("ada@example.com", "2"), ("grace@example.com", "4")] {
        let _ = assert_logs_in(&stack, email, PASSWORD, id).await;
    }
    assert_eq!(stack.items(USERS.variable).await.len(), 2);
}

#[tokio::test]
async fn what_cannot_be_read_twice_is_not_read_at_all() {
    let Some(stack) = own_stack() else { return };
    let stack = stack.start().await;
    let outcome = import(&stack, Path::new("/dev/stdin"), "laravel", &[]).await;
    assert!(outcome.code == Some(1) && outcome.stderr.contains("not a pipe"), "{outcome:?}");
}

#[tokio::test]
async fn an_element_that_cannot_be_read_keeps_nobody_else_out() {
    let Some(stack) = own_stack() else { return };
    let (stack, files) = (stack.start().await, Files::new());
    let user =
        |id: u32| json!({"user_id": id.to_string(), "email": format!("user{id}@example.com"), "passwordHash": BCRYPT});
    let deep = format!("{{\"user_id\":\"2\",\"app_metadata\":{}{}}}", "[".repeat(130), "]".repeat(130));
    let array = format!("[{}, {deep}, {{\"user_id\":\"3\",\"logins\":1e999}}, {}]", user(1), user(4));
    let outcome = import(&stack, &files.with("users.json", &array), "auth0", &[]).await;
    let (lines, totals) = told(&outcome);
    let rows: Vec<_> = lines.iter().map(|line| (&line["row"], &line["result"])).collect();
    assert_eq!(rows, [(&json!(2), &json!("refused")), (&json!(3), &json!("refused"))], "{outcome:?}");
    assert_eq!((outcome.code, &totals["imported"]), (Some(1), &json!(2)));
}
