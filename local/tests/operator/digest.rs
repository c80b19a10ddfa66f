use std::io;
use std::sync::{Arc, Mutex};

use api_tests::{Person, own_stack};
use tracing_subscriber::filter::LevelFilter;

use crate::command::{run, run_beside};

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

    fn email_digest(&self) -> String {
        let text = String::from_utf8(self.0.lock().unwrap().clone()).unwrap();
        let (_before, after) = text.split_once("email_digest=").unwrap_or_else(|| panic!("no digest in {text}"));
        after.split_whitespace().next().unwrap().trim_matches('"').to_owned()
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
    let target = ["digest", "--dynamodb-url", stack.dynamodb_url()];
    let by_input = run(&target, &stack.table_variables(), &format!("{}\n", person.email)).await.expect_success();
    let logged = log.email_digest();
    assert_eq!((by_option.trim_end(), by_input.trim_end()), (logged.as_str(), logged.as_str()));
}

#[tokio::test]
async fn what_is_no_address_is_refused_and_not_repeated() {
    for (arguments, input) in [(vec!["digest", "--email", "secret.example.com"], ""), (vec!["digest"], "secret\n")] {
        let said = run(&arguments, &[], input).await.expect_refusal();
        assert!(said.contains("no email address") && !said.contains("secret"), "{said}");
    }
}
