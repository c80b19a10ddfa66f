use std::io;
use std::sync::{Arc, Mutex};

use api_tests::{Person, own_stack};
use tracing_subscriber::filter::LevelFilter;

use crate::command::{run, run_beside};

const SECRET: &str = "0123456789abcdef0123456789abcdef";

/// What is logged on this thread, on which the stack runs.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Log {
    fn watch() -> (Self, tracing::subscriber::DefaultGuard) {
        let log = Self::default();
        let writer = log.clone();
        let lines = tracing_subscriber::fmt().with_ansi(false).with_max_level(LevelFilter::INFO);
        let guard = tracing::subscriber::set_default(lines.with_writer(move || writer.clone()).finish());
        (log, guard)
    }

    /// The digests that this field held so far.
    fn digests(&self, field: &str) -> Vec<String> {
        let text = String::from_utf8(self.0.lock().unwrap().clone()).unwrap();
        let start = format!("{field}=");
        let values = text.split(&start).skip(1);
        values.map(|after| after.split_whitespace().next().unwrap().trim_matches('"').to_owned()).collect()
    }
}

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn a_digest_is_the_one_in_the_log_however_the_address_comes() {
    let Some(stack) = own_stack() else { return };
    let stack = stack.start().await;
    let (log, _guard) = Log::watch();
    let person = Person::new();
    let _ = stack.api.login(&person).await.expect(401);

    let upper = person.email.to_uppercase();
    let by_option = run_beside(&stack, &["digest", "--email", &upper]).await.expect_success();
    let target = ["digest", "--dynamodb-url", stack.local_dynamodb().url()];
    let by_input = run(&target, &stack.table_variables(), &format!("{}\n", person.email)).await.expect_success();
    assert_eq!(log.digests("email_digest"), [by_option.trim_end()]);
    assert_eq!(by_input, by_option);
}

#[tokio::test]
async fn a_digest_of_a_source_is_the_one_in_the_log_of_sign_up_and_login() {
    let Some(stack) = own_stack() else { return };
    let stack = stack.variable("ORIGIN_SECRET", SECRET).start().await;
    let (log, _guard) = Log::watch();
    let person = Person::new();
    for viewer in ["203.0.113.7:1000", "2001:db8:1:2:3:4:5:6:1000"] {
        for (path, body) in [("/auth/signup", person.signup_body()), ("/auth/login", person.login_body())] {
            let request = stack.api.post(path).header("x-origin-secret", SECRET);
            let _ = stack.api.send(request.header("cloudfront-viewer-address", viewer).json(&body)).await;
        }
    }
    let mut digests = Vec::new();
    for source in ["203.0.113.7", "::ffff:203.0.113.7", "2001:db8:1:2::9", "2001:db8:1:2::/64"] {
        digests.push(run_beside(&stack, &["digest", "--source", source]).await.expect_success().trim_end().to_owned());
    }
    assert_eq!(log.digests("source_digest"), digests);
    assert_eq!(digests[0].len(), 43);
    assert_ne!(digests[0], digests[2]);
}

#[tokio::test]
async fn what_is_no_address_is_refused_and_not_repeated() {
    for (arguments, input, expected) in [
        (vec!["digest", "--email", "secret.example.com"], "", "no email address"),
        (vec!["digest"], "secret\n", "no email address"),
        (vec!["digest", "--source", "secret.example.com"], "", "such as 203.0.113.7"),
        (vec!["digest", "--source", "secret/48"], "", "such as 203.0.113.7"),
    ] {
        let said = run(&arguments, &[], input).await.expect_refusal();
        assert!(said.contains(expected) && !said.contains("secret"), "{said}");
    }
}
