//! The stacks that the tests call.

use std::collections::HashMap;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::mpsc;
use std::sync::{Arc, OnceLock};

use aws_sdk_dynamodb::operation::update_item::builders::UpdateItemFluentBuilder;
use aws_sdk_dynamodb::types::AttributeValue;
use local::{EmbeddedDynamoDb, Inbox, Stack, StackOptions, TablesAt, with_table_names};
use shared::attempts::without_limits;
use shared::clock::Clock;
use shared::environment::Environment;
use shared::store::schema::TABLES;
use shared::store::{Client, LocalDynamoDb};

use uuid::Uuid;

use crate::{Api, DynamoDbProxy, Fault, Person, Recorded, Tables, claims_of, log, source_header};

/// A free port on the loopback interface.
const FREE_PORT: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(Ipv4Addr::LOCALHOST), 0);

/// The API that most tests share: the deployment at `LATCHKEY_URL`, or else a stack that lives as long as the process.
#[must_use]
pub fn shared_api() -> Api {
    static SHARED: OnceLock<String> = OnceLock::new();
    log::watch();
    Api::at(SHARED.get_or_init(|| deployment().unwrap_or_else(stack_of_the_process)))
}

/// How to start a stack for one test, or `None` where the suite runs against a deployment, into which such a test
/// cannot look. Its name is printed then.
#[must_use]
pub fn own_stack() -> Option<StackBuilder> {
    log::watch();
    if deployment().is_some() {
        print_left_out("it looks into a stack of its own");
        return None;
    }
    Some(StackBuilder(options()))
}

/// A stack for one test with somebody on it, and their id.
pub async fn own_stack_with_somebody() -> Option<(OwnStack, Person, String)> {
    let stack = own_stack()?.start().await;
    let (person, token) = stack.api.somebody().await;
    let id = claims_of(&token)["sub"].as_str().unwrap().to_owned();
    Some((stack, person, id))
}

/// A stack beside a program under test, over its tables, to sign up at. Its tokens are of the issuer that
/// the events name.
pub async fn stack_over(tables: &Tables) -> Option<OwnStack> {
    Some(own_stack()?.over(tables).variable("ISSUER", "https://api.example.com").start().await)
}

/// The settings of a stack for one test.
#[derive(Debug)]
pub struct StackBuilder(StackOptions);

/// A stack for one test.
pub struct OwnStack {
    /// The API.
    pub api: Api,
    /// The tables.
    pub dynamodb: Client,
    environment: Environment,
    stack: Stack,
    /// A stack whose tables this one uses.
    below: Option<Box<OwnStack>>,
}

impl StackBuilder {
    /// Sets an environment variable of the functions.
    #[must_use]
    pub fn variable(mut self, name: &str, value: &str) -> Self {
        self.0.environment = self.0.environment.with(name, value);
        self
    }

    /// Sets the functions' clock.
    #[must_use]
    pub fn clock(mut self, clock: Clock) -> Self {
        self.0.clock = clock;
        self
    }

    /// Uses the tables of another stack.
    #[must_use]
    pub fn beside(mut self, other: &OwnStack) -> Self {
        self.0.tables = TablesAt::Running(other.stack.dynamodb().clone());
        for variable in TABLES.map(|table| table.variable) {
            self.0.environment = self.0.environment.with(variable, other.table(variable));
        }
        self
    }

    /// Uses the tables of another stack, and its DynamoDB without the proxy.
    #[must_use]
    pub fn beside_proxied(mut self, other: &ProxiedStack) -> Self {
        self.0.tables = TablesAt::Running(other.proxy.target().clone());
        for variable in TABLES.map(|table| table.variable) {
            self.0.environment = self.0.environment.with(variable, other.table(variable));
        }
        self
    }

    /// Uses these tables.
    #[must_use]
    pub fn over(mut self, tables: &Tables) -> Self {
        self.0.tables = TablesAt::Running(tables.dynamodb().clone());
        self.0.environment = without_limits(Environment::default());
        self
    }

    /// Lets a program answer the paths below one, as `--function` does.
    #[must_use]
    pub fn function(mut self, path_and_command: &str) -> Self {
        self.0.functions.push(path_and_command.parse().unwrap());
        self
    }

    /// Runs this command for each user who becomes new or goes, as `--on-user` does. The tables are in an embedded DynamoDB then.
    #[must_use]
    pub fn on_user(mut self, command: &str) -> Self {
        self.0.tables = TablesAt::Embedded { folder: None, listen: FREE_PORT, on_user: Some(command.to_owned()) };
        self
    }

    /// Uses the cookie for browsers that drop secure cookies on `http://localhost`.
    #[must_use]
    pub fn plain_cookie(mut self) -> Self {
        self.0.plain_cookie = true;
        self
    }

    /// Sends mails to this inbox.
    #[must_use]
    pub fn inbox(mut self, inbox: &Arc<Inbox>) -> Self {
        self.0.inbox = Some(Arc::clone(inbox));
        self
    }

    /// Starts the stack.
    pub async fn start(self) -> OwnStack {
        let environment = with_table_names(self.0.environment.clone());
        let stack = Stack::start(self.0).await.unwrap_or_else(|error| panic!("{error}"));
        OwnStack { api: Api::at(stack.url()), dynamodb: stack.dynamodb().client(), environment, stack, below: None }
    }
}

impl OwnStack {
    /// The API as it is called from `127.0.0.{host}`.
    #[must_use]
    pub fn from(&self, host: u8) -> Api {
        Api::from(self.stack.url(), host)
    }

    /// This stack, which keeps the one whose tables it uses for as long as it lives.
    #[must_use]
    pub fn keeping(mut self, below: Self) -> Self {
        self.below = Some(Box::new(below));
        self
    }

    /// Deletes every item of a table.
    pub async fn clear(&self, variable: &str) {
        for item in self.items(variable).await {
            let key = TABLES.into_iter().find(|table| table.variable == variable).unwrap().key;
            let delete = self.dynamodb.delete_item().table_name(self.table(variable)).key(key, item[key].clone());
            delete.send().await.unwrap();
        }
    }

    /// Writes an attribute of an item that is there, as an operator or an app's server does.
    pub async fn set(&self, variable: &str, key: &str, attribute: &str, value: AttributeValue) {
        let update = self.update(variable, key, attribute).update_expression("SET #attribute = :value");
        update.expression_attribute_values(":value", value).send().await.unwrap();
    }

    /// Removes an attribute of an item.
    pub async fn remove(&self, variable: &str, key: &str, attribute: &str) {
        self.update(variable, key, attribute).update_expression("REMOVE #attribute").send().await.unwrap();
    }

    fn update(&self, variable: &str, key: &str, attribute: &str) -> UpdateItemFluentBuilder {
        let name = TABLES.into_iter().find(|table| table.variable == variable).unwrap().key;
        let update = self.dynamodb.update_item().table_name(self.table(variable));
        update.key(name, AttributeValue::S(key.to_owned())).expression_attribute_names("#attribute", attribute)
    }

    /// Every item of a table.
    pub async fn items(&self, variable: &str) -> Vec<HashMap<String, AttributeValue>> {
        let scan = self.dynamodb.scan().table_name(self.table(variable)).send().await.unwrap();
        scan.items.unwrap_or_default()
    }

    /// Where DynamoDB is, and its key.
    #[must_use]
    pub fn local_dynamodb(&self) -> &LocalDynamoDb {
        self.stack.dynamodb()
    }

    /// The variables that name the tables, and those that hold DynamoDB's key.
    #[must_use]
    pub fn table_variables(&self) -> Vec<(&'static str, String)> {
        let tables = TABLES.map(|table| (table.variable, self.table(table.variable)));
        let key = self.stack.dynamodb().key_variables().map(|(name, value)| (name, value.to_owned()));
        tables.into_iter().chain(key).collect()
    }

    /// The name of the table that this variable names.
    #[must_use]
    pub fn table(&self, variable: &str) -> String {
        self.environment.get(variable).unwrap().to_owned()
    }
}

/// A stack with a proxy in front of its DynamoDB.
pub struct ProxiedStack {
    /// The API.
    pub api: Api,
    /// The proxy.
    pub proxy: DynamoDbProxy,
    environment: Environment,
    /// Ends with the stack, where it is not one that the whole suite shares.
    _embedded: Option<EmbeddedDynamoDb>,
    stack: Stack,
}

impl StackBuilder {
    /// Starts the stack with a proxy in front of its DynamoDB. Where `fault` is given, it strikes the first reading of
    /// the signing keys at start, so that the stack comes up without any.
    pub async fn start_behind_proxy(mut self, fault: Option<Fault>) -> ProxiedStack {
        let (embedded, dynamodb) = match self.0.tables {
            TablesAt::Running(dynamodb) => (None, dynamodb),
            TablesAt::Embedded { .. } => {
                let embedded = EmbeddedDynamoDb::start(None, FREE_PORT).await.unwrap_or_else(|error| panic!("{error}"));
                let dynamodb = embedded.dynamodb().clone();
                (Some(embedded), dynamodb)
            }
        };
        let proxy = DynamoDbProxy::start(&dynamodb).await;
        if let Some(fault) = fault {
            proxy.fail("TransactGetItems", usize::MAX, fault);
        }
        self.0.tables = TablesAt::Running(proxy.dynamodb().clone());
        let OwnStack { api, stack, environment, .. } = self.start().await;
        proxy.heal();
        let _calls_of_the_start = proxy.take_calls();
        ProxiedStack { api, proxy, environment, _embedded: embedded, stack }
    }
}

impl ProxiedStack {
    /// The name of the table that this variable names.
    #[must_use]
    pub fn table(&self, variable: &str) -> String {
        self.environment.get(variable).unwrap().to_owned()
    }

    /// The API as it is called from `127.0.0.{host}`.
    #[must_use]
    pub fn from(&self, host: u8) -> Api {
        Api::from(self.stack.url(), host)
    }

    /// A call's operation and, where it has one table, the variable that names that.
    #[must_use]
    pub fn name_of(&self, call: &Recorded) -> String {
        let table = call.body["TableName"].as_str();
        let variable =
            TABLES.map(|table| table.variable).into_iter().find(|variable| table == self.environment.get(variable));
        [Some(call.operation.as_str()), variable].into_iter().flatten().collect::<Vec<_>>().join(" ")
    }

    /// Ends DynamoDB under the running stack.
    pub fn end_dynamodb(&self) {
        self.proxy.end();
    }
}

/// The tables of a stack: in an embedded DynamoDB, or under names that no other stack has in the one at
/// `LATCHKEY_TEST_DYNAMODB_URL`.
fn tables() -> (TablesAt, Environment) {
    let Some(url) = Environment::of_process().get("LATCHKEY_TEST_DYNAMODB_URL").map(str::to_owned) else {
        return (TablesAt::Embedded { folder: None, listen: FREE_PORT, on_user: None }, Environment::default());
    };
    let unique = Uuid::now_v7();
    let names = TABLES.map(|table| (table.variable.to_owned(), format!("{}-{unique}", table.variable)));
    (TablesAt::Running(LocalDynamoDb::read(&Environment::default(), url)), names.into_iter().collect())
}

fn options() -> StackOptions {
    let (tables, environment) = tables();
    // A suite makes more attempts from one source than people do. The tests of limits set their own.
    let environment = without_limits(environment);
    StackOptions {
        listen: FREE_PORT,
        tables,
        plain_cookie: false,
        clock: Clock::system(),
        environment,
        source_header: source_header(),
        functions: Vec::new(),
        inbox: None,
    }
}

fn deployment() -> Option<String> {
    Environment::of_process().get("LATCHKEY_URL").map(|url| url.trim_end_matches('/').to_owned())
}

/// Whether the suite runs against an emulator (`LATCHKEY_EMULATOR=cargo-lambda`) that answers what this test asks
/// without asking a function. The test's name and the reason are printed then.
#[must_use]
pub fn emulator_answers_by_itself(reason: &str) -> bool {
    let emulator = Environment::of_process().get("LATCHKEY_EMULATOR") == Some("cargo-lambda");
    if emulator {
        print_left_out(reason);
    }
    emulator
}

#[allow(clippy::print_stdout, reason = "the harness prints which tests it leaves out")]
fn print_left_out(reason: &str) {
    let thread = std::thread::current();
    println!("left out against LATCHKEY_URL: {} ({reason})", thread.name().unwrap_or("a test"));
}

/// Starts the stack on a thread of its own: the runtime of a test ends with the test.
fn stack_of_the_process() -> String {
    let (send_url, url) = mpsc::channel();
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        runtime.block_on(async {
            let stack = Stack::start(options());
            send_url.send(stack.await.unwrap_or_else(|error| panic!("{error}"))).unwrap();
            std::future::pending::<()>().await;
        });
    });
    // The stack ends when it is dropped, and this one is to live as long as the process.
    let stack: &'static Stack = Box::leak(Box::new(url.recv().unwrap()));
    stack.url().to_owned()
}
