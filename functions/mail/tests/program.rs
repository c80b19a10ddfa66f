//! The program as Lambda runs it: over the runtime API, configured by its environment.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test says what went wrong by panicking")]
#![allow(dead_code, reason = "each file of tests uses a part of what they share")]

mod office;

use std::fs;

use api_tests::{RuntimeApi, is_clean};
use office::{EMAIL, HOUR, Office, PROGRAM, code_in, done, header, mail_lines, stream_event, user};
use serde_json::json;
use shared::mail::{Notice, PendingId, Subject};

#[tokio::test]
async fn every_kind_of_mail_is_sent_and_neither_the_log_nor_a_table_holds_a_code() {
    let office = Office::open().await;
    let signup = PendingId::new_signup().unwrap();
    office.let_wait(&signup, "new@example.com", 24 * 3600).await;
    office.let_wait(&PendingId::of_change(&user("7")), "next@example.com", 3600).await;
    office.add_account(EMAIL).await;
    let mut asked = vec![
        (Subject::Signup(signup.clone()), "new@example.com", "Confirm your email address for Flower Shop"),
        (Subject::Signup(PendingId::new_signup().unwrap()), EMAIL, "You already have an account at Flower Shop"),
        (Subject::Verify(user("7")), EMAIL, "Confirm your email address for Flower Shop"),
        (Subject::Reset, EMAIL, "Set a new password for Flower Shop"),
        (Subject::Change(user("7")), "next@example.com", "Confirm your new email address for Flower Shop"),
        (Subject::Change(user("8")), EMAIL, "This address already belongs to your account at Flower Shop"),
    ];
    asked.extend(Notice::ALL.map(|notice| (Subject::Notice(notice), EMAIL, "")));
    let runtime = RuntimeApi::start().await;
    let function = runtime.start_function(PROGRAM, &office.variables());
    let (mut mails, mut codes) = (Vec::new(), Vec::new());
    for (subject, email, expected) in asked {
        let (kind, id) = (subject.kind(), office.ask(subject, email).await);
        assert_eq!(runtime.invoke(stream_event(&[&id])).await, done());
        let [mail] = office.ses.take_mails().try_into().unwrap();
        let subject = header(&mail, "Subject");
        assert!(expected.is_empty() || subject == expected, "{kind}: {subject}");
        // Without an account the address is as it was typed, and a reset goes to the account's.
        let to = if kind == "reset" { EMAIL.to_lowercase() } else { email.to_owned() };
        assert_eq!((&mail["Destination"]["ToAddresses"][0], header(&mail, "To")), (&json!(to), to.clone()));
        assert_eq!(header(&mail, "Message-ID"), format!("<{}@mail.example.com>", id.as_str()));
        assert_eq!(header(&mail, "Auto-Submitted"), "auto-generated");
        let waiting = match kind {
            "reset" => Some(PendingId::of_reset(&office.digest(EMAIL))),
            "verify" => Some(PendingId::of_verification(&user("7"))),
            "signup" if email != EMAIL => Some(signup.clone()),
            "change" if email != EMAIL => Some(PendingId::of_change(&user("7"))),
            _ => None,
        };
        if let Some(waiting) = waiting {
            let (code, link) = office.live_code(&waiting).await;
            assert_eq!(code_in(&mail), Some(code.clone()), "{kind}");
            let message = mail["message"].as_str().unwrap();
            let page = if kind == "reset" {
                format!("https://app.example.com/reset#kind=3Dreset&email=3Dada%40example.com&code=3D{link}")
            } else {
                format!("https://app.example.com/verify#kind=3D{kind}&code=3D{link}")
            };
            // Quoted-printable writes = as =3D.
            assert!(message.contains(&page) || message.contains(&page.replace("=3D", "=")), "{page}: {message}");
            codes.extend([code.replace(' ', ""), code, link]);
        } else {
            assert_eq!(code_in(&mail), None, "{kind}");
        }
        mails.push(mail);
    }
    assert_eq!((codes.len(), mails.len(), office.left().await), (12, 14, 0));
    assert!((HOUR * 23..=HOUR * 24).contains(&office.seconds_left(&PendingId::of_verification(&user("7"))).await));
    assert!((1700..=1800).contains(&office.seconds_left(&PendingId::of_reset(&office.digest(EMAIL))).await));

    let log = function.stop().await.stdout;
    let lines = mail_lines(&log);
    assert!(lines.iter().all(|line| line["outcome"] == "sent" && line["mails"] == 1), "{lines:#?}");
    assert!(lines.iter().all(|line| line["email_digest"].as_str().unwrap().len() == 43 && line["send_ms"].is_number()));
    let (log, stored) = (String::from_utf8(log).unwrap(), office.everything_stored().await);
    assert!(is_clean(&log), "{log}");
    for code in codes {
        assert!(!log.contains(&code) && !stored.contains(&code), "{code} is written down");
    }
}

#[tokio::test]
async fn mails_come_in_the_readers_language_and_with_an_operators_own_words() {
    let office = Office::open().await;
    let words = tempfile::tempdir().unwrap();
    fs::create_dir_all(words.path().join("en")).unwrap();
    fs::write(words.path().join("en/deleted.txt"), "Gone from {app}\n\nSee you.\n").unwrap();
    let mut variables = office.variables();
    variables.push(("MAIL_TEMPLATES", words.path().to_str().unwrap().to_owned()));
    variables.push(("MAIL_REPLY_TO", "help@example.com".to_owned()));
    variables.push(("MAIL_CONFIGURATION_SET", "ours".to_owned()));
    let runtime = RuntimeApi::start().await;
    let _function = runtime.start_function(PROGRAM, &variables);
    let id = office.ask(Subject::Notice(Notice::Deleted), EMAIL).await;
    assert_eq!(runtime.invoke(stream_event(&[&id])).await, done());
    let [mail] = office.ses.take_mails().try_into().unwrap();
    assert_eq!(
        (header(&mail, "Subject").as_str(), header(&mail, "Content-Language").as_str()),
        ("Gone from Flower Shop", "en")
    );
    assert_eq!(
        (header(&mail, "Reply-To").as_str(), &mail["ConfigurationSetName"]),
        ("help@example.com", &json!("ours"))
    );
    assert_eq!(header(&mail, "From"), "\"Flower Shop\" <no-reply@mail.example.com>");
}

#[tokio::test]
async fn a_bad_variable_stops_the_start_with_its_name_and_an_example() {
    let runtime = RuntimeApi::start().await;
    let words = tempfile::tempdir().unwrap();
    let folder = words.path().to_str().unwrap();
    let good = [("MAIL_FROM", "no-reply@example.com")];
    let bad = [
        ("OUTBOX_TABLE", "", "latchkey-outbox"),
        ("PENDING_TABLE", "", "latchkey-pending"),
        ("CREDENTIALS_TABLE", "", "latchkey-credentials"),
        ("DIGEST_KEYS_TABLE", "", "latchkey-digest-keys"),
        ("MAIL_FROM", "", "no-reply@example.com"),
        ("MAIL_FROM", "Shop <shop@example.com>", "an email address"),
        ("MAIL_FROM", "a@example.com\r\nBcc: b@example.com", "an email address"),
        ("MAIL_REPLY_TO", "help", "an email address"),
        ("APP_NAME", "Flower\nShop", "at most 64 characters"),
        ("APP_NAME", "x2345678901234567890123456789012345678901234567890123456789012345", "at most 64 characters"),
        ("MAIL_LANGUAGE", "xx", "de or en"),
        ("MAIL_TRANSPORT", "pigeon", "ses or smtp"),
        ("CODE_SECONDS", "1799", "at least 1800 and at most 86400"),
        ("CODE_SECONDS", "86401", "at least 1800 and at most 86400"),
        ("LIMIT_MAIL_UNPROVED", "many", "<count>/<seconds>"),
        ("RESET_URL", "http://app.example.com/reset", "https://app.example.com"),
        ("RESET_URL", "https://app.example.com/reset#here", "without a fragment"),
        ("VERIFY_URL", "javascript:alert(1)", "https://app.example.com"),
        ("VERIFY_URL", "https://user@app.example.com/", "https://app.example.com"),
        ("MAIL_TEMPLATES", "/nowhere/at/all", "a folder of mails"),
    ];
    let _log = runtime.assert_refuses_beside(PROGRAM, &good, &bad).await;
    let smtp = [("MAIL_FROM", "no-reply@example.com"), ("MAIL_TRANSPORT", "smtp")];
    let refused = "smtps://user:password@smtp.example.com";
    let bad = [
        ("SMTP_URL", "", refused),
        ("SMTP_URL", "https://smtp.example.com", refused),
        ("SMTP_URL", "smtps://a-user@smtp.example.com", refused),
        ("SMTP_URL", "smtps://smtp.example.com/?tls=none", refused),
        ("SMTP_URL", "smtp://a:secret-word@smtp.example.com/path", refused),
        ("SMTP_CA_BUNDLE", "/nowhere.pem", "PEM"),
    ];
    let beside = smtp.into_iter().chain([("SMTP_URL", "smtps://smtp.example.com")]).collect::<Vec<_>>();
    let log = runtime.assert_refuses_beside(PROGRAM, &beside, &bad).await;
    assert!(!log.contains("secret-word"), "{log}");

    for (file, text, expected) in [
        ("en/reset.txt", "Reset\n\nHello {name}, {code}\n", "en/reset.txt: the placeholder {name} is not known"),
        ("en/reset.txt", "Reset\n\nNo code\n", "en/reset.txt: {code} is missing"),
        ("en/reset.txt", "\n\n{code}\n", "en/reset.txt: the first line is the subject"),
        ("fr/resett.txt", "Reset\n\n{code}\n", "fr/resett.txt: there is no such mail"),
        ("fr/reset.html", "Reset\n\n{code}\n", "fr/reset.html: its name does not end in .txt"),
        ("french/reset.txt", "Reset\n\n{code}\n", "french: it is neither layout.html"),
        ("layout.html", "<p>{text}</p>", "layout.html: <!--text--> is missing"),
    ] {
        let path = words.path().join(file);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, text).unwrap();
        let _log = runtime.assert_refuses_beside(PROGRAM, &good, &[("MAIL_TEMPLATES", folder, expected)]).await;
        fs::remove_file(&path).unwrap();
        if path.parent() != Some(words.path()) {
            fs::remove_dir(path.parent().unwrap()).unwrap();
        }
    }
}
