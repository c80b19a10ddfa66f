//! The whole, started and stopped as one.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

use axum::http::HeaderName;
use shared::clock::Clock;
use shared::environment::{ConfigError, Environment};
use shared::http::{AllowedOrigins, CookieConfig, ReturnUrl, ReturnUrls};
use shared::lambda::Context;
use shared::store::schema::USERS;
use shared::store::{Client, LocalDynamoDb};
use shared::tokens::read_audience;

use crate::functions::{Program, start_all};
use crate::gateway::{AllowedHeaders, Gateway, Routes};
use crate::server::{Server, listen};
use crate::user_events::{UserCommand, UserEvents};
use crate::{EmbeddedDynamoDb, FunctionCommand, Inbox, MailWorker, StartError, create_tables, with_table_names};

/// How to start a stack.
#[derive(Debug)]
pub struct StackOptions {
    /// Where the gateway listens; port 0 takes a free one.
    pub listen: SocketAddr,
    /// Where the tables are.
    pub tables: TablesAt,
    /// Whether tokens travel in a cookie without `Secure`, for the browser that drops secure cookies on
    /// `http://localhost`.
    pub plain_cookie: bool,
    /// The functions' clock.
    pub clock: Clock,
    /// The functions' environment. Table names, the issuer and the allowed origins have defaults here.
    pub environment: Environment,
    /// A header that says where a request comes from in place of its connection, for tests on systems with one loopback
    /// address.
    pub source_header: Option<HeaderName>,
    /// The functions of the app's other services, which accept this stack's tokens.
    pub functions: Vec<FunctionCommand>,
    /// Where mails land. Without it they wait in Outbox.
    pub inbox: Option<Arc<Inbox>>,
}

/// Where the tables are.
#[derive(Debug)]
pub enum TablesAt {
    /// In an embedded DynamoDB that starts and ends with the stack.
    Embedded {
        /// The folder of the data, or `None` for memory.
        folder: Option<PathBuf>,
        /// Where it listens; port 0 takes a free one.
        listen: SocketAddr,
        /// The command line to run for each user who becomes new or goes.
        on_user: Option<String>,
    },
    /// In a DynamoDB that runs already.
    Running(LocalDynamoDb),
}

/// A gateway, the functions, a DynamoDB, and the programs of other functions. All of it ends when it is let go of.
#[derive(Debug)]
pub struct Stack {
    url: String,
    dynamodb: LocalDynamoDb,
    gateway: Server,
    programs: Vec<Program>,
    user_events: Option<UserEvents>,
    embedded: Option<EmbeddedDynamoDb>,
    mails: Option<MailWorker>,
}

impl Stack {
    /// Starts everything; the tables are made where they are missing.
    pub async fn start(options: StackOptions) -> Result<Self, StartError> {
        let listener = listen(options.listen, "--port").await?;
        let port = listener.local_addr().unwrap_or(options.listen).port();
        let url = format!("http://localhost:{port}");

        let (embedded, dynamodb, on_user) = match options.tables {
            TablesAt::Embedded { folder, listen, on_user } => {
                let embedded = EmbeddedDynamoDb::start(folder.as_deref(), listen).await?;
                let dynamodb = embedded.dynamodb().clone();
                (Some(embedded), dynamodb, on_user)
            }
            TablesAt::Running(dynamodb) => (None, dynamodb, None),
        };
        let environment = with_table_names(options.environment).with_default("ISSUER", &url);
        create_tables(&dynamodb, &environment).await?;
        let user_events = match (&embedded, on_user) {
            (Some(embedded), Some(command)) => Some(run_for_users(embedded, command, &environment)?),
            _ => None,
        };

        let context = context(environment, &url, options.plain_cookie, dynamodb.client(), options.clock)?;
        let mut routes = Routes::new(Box::pin(start_all(&context)).await?);
        let (environment, cookie) = (&context.environment, context.http.cookies.token_cookie_name());
        let variables = [
            ("ISSUER", environment.get("ISSUER").unwrap_or(&url)),
            ("AUDIENCE", read_audience(environment)),
            ("TOKEN_COOKIE", cookie.as_str()),
        ];
        let mut programs = Vec::new();
        for function in &options.functions {
            if routes.is_taken(function.prefix()) {
                return Err(StartError::PathTaken { prefix: function.prefix().to_owned() });
            }
            let (program, invoke) = Program::start(function, &variables).await?;
            programs.push(program);
            routes.add(function.prefix(), invoke);
        }
        let start_worker = |inbox: &Arc<Inbox>| {
            let environment = with_links_to_page(context.environment.clone(), &url);
            MailWorker::start(environment, &dynamodb.client(), context.clock.clone(), Arc::clone(inbox))
        };
        let mails = options.inbox.as_ref().map(start_worker).transpose()?;
        let gateway = Gateway {
            routes,
            allowed_origins: context.http.allowed_origins,
            allowed_headers: AllowedHeaders::read(&context.environment)?,
            source_header: options.source_header,
            clock: context.clock,
            delivery: mails.as_ref().map(MailWorker::delivery),
        };
        let gateway = Server::start(|ended| gateway.serve(listener, ended));
        Ok(Self { url, dynamodb, gateway, programs, user_events, embedded, mails })
    }

    /// Where the API is, without a trailing slash.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Where DynamoDB is, and its key.
    #[must_use]
    pub fn dynamodb(&self) -> &LocalDynamoDb {
        &self.dynamodb
    }

    /// Lets running requests finish and ends everything.
    pub async fn stop(self) {
        self.gateway.stop().await;
        drop(self.mails);
        if let Some(user_events) = self.user_events {
            user_events.stop().await;
        }
        for program in self.programs {
            program.stop().await;
        }
        if let Some(embedded) = self.embedded {
            embedded.stop().await;
        }
    }
}

/// Runs a command for each user who becomes new or goes from now on. It gets the key of the tables, as a function on AWS gets rights to
/// them.
fn run_for_users(
    embedded: &EmbeddedDynamoDb,
    command: String,
    environment: &Environment,
) -> Result<UserEvents, StartError> {
    let table = environment.get(USERS.variable).unwrap_or_default();
    let reach = embedded.dynamodb().variables().map(|(name, value)| (name, value.to_owned()));
    let variables = reach.into_iter().chain([(USERS.variable, table.to_owned())]).collect();
    Ok(UserEvents::start(embedded.changes_of(table)?, UserCommand::new(command, variables)))
}

/// What the functions are built from. Unless the environment says otherwise, every page of this machine may call, and sign
/// somebody in through a provider.
fn context(
    environment: Environment,
    url: &str,
    plain_cookie: bool,
    client: Client,
    clock: Clock,
) -> Result<Context, ConfigError> {
    let mut context = Context::read(environment, client, clock)?;
    let home = page_url(&context.environment, url);
    context.return_urls = home.map_or(ReturnUrls::NONE, |home| ReturnUrls::Loopback { home });
    if context.environment.get("ALLOWED_ORIGINS").is_none() {
        context.http.allowed_origins = AllowedOrigins::Loopback;
    }
    if plain_cookie {
        context.http.cookies = CookieConfig::plain();
    }
    Ok(context)
}

/// The page that this gateway serves, as browsers reach it.
fn page_url(environment: &Environment, url: &str) -> Option<ReturnUrl> {
    ReturnUrl::parse(&format!("{}/", environment.get("ISSUER").unwrap_or(url)))
}

/// Lets the links of mails lead to the page, unless they have one of their own.
fn with_links_to_page(environment: Environment, url: &str) -> Environment {
    let Some(page) = page_url(&environment, url) else { return environment };
    ["RESET_URL", "VERIFY_URL"]
        .into_iter()
        .fold(environment, |environment, variable| environment.with_default(variable, page.as_str()))
}

#[cfg(test)]
mod tests {
    use std::net::{Ipv4Addr, SocketAddr};

    use shared::clock::Clock;
    use shared::environment::Environment;
    use tokio::net::TcpListener;

    use super::{Stack, StackOptions, TablesAt};

    fn options(environment: Environment) -> StackOptions {
        let free_port = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        StackOptions {
            listen: free_port,
            tables: TablesAt::Embedded { folder: None, listen: free_port, on_user: None },
            plain_cookie: false,
            clock: Clock::system(),
            environment,
            source_header: None,
            functions: Vec::new(),
            inbox: None,
        }
    }

    #[tokio::test]
    async fn a_taken_port_is_named_with_the_option_that_changes_it() {
        let somebody = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let listen = somebody.local_addr().unwrap();
        let error = Stack::start(StackOptions { listen, ..options(Environment::default()) }).await.unwrap_err();
        let message = error.to_string();
        assert!(message.starts_with(&listen.to_string()) && message.ends_with("--port"), "{message}");
    }

    #[tokio::test]
    async fn a_variable_that_is_not_in_order_is_named() {
        let environment = Environment::default().with("ALLOWED_ORIGINS", "https://*");
        let error = Stack::start(options(environment)).await.unwrap_err();
        assert!(error.to_string().starts_with("ALLOWED_ORIGINS is"), "{error}");
    }
}
