//! From the command line to a running stack, and to its end.

use std::error::Error;
use std::io::IsTerminal as _;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;

use local::providers::PretendProviders;
use local::{
    EmbeddedDynamoDb, FUNCTIONS, Inbox, Stack, StackOptions, StartError, TablesAt, create_tables, with_table_names,
};
use shared::attempts::without_limits;
use shared::clock::Clock;
use shared::environment::Environment;
use shared::store::LocalDynamoDb;
use tracing_subscriber::EnvFilter;

use crate::banner::{self, Data};
use crate::cli::Options;
use crate::data_folder;
use crate::end::listen_for_end;
use crate::real_providers;
use crate::request_line::RequestLine;

/// Runs until Ctrl-C.
pub(crate) async fn run(options: Options, environment: Environment) -> Result<(), Box<dyn Error>> {
    log_to_standard_error(&environment);
    if !options.dynamodb_bind.is_loopback() {
        banner::warn_of_address(options.dynamodb_bind)?;
    }
    if options.tables_only { run_tables(options, environment).await } else { run_stack(options, environment).await }
}

async fn run_stack(options: Options, environment: Environment) -> Result<(), Box<dyn Error>> {
    let (tables, data) = if let Some(url) = &options.dynamodb_url {
        (TablesAt::Running(LocalDynamoDb::read(&environment, url)), Data::Elsewhere)
    } else {
        let folder = folder(&options, &environment);
        let (listen, on_user) = (dynamodb_address(&options), options.on_user.clone());
        (TablesAt::Embedded { folder: folder.clone(), listen, on_user }, Data::of(folder))
    };
    let environment = if options.no_limits { without_limits(environment) } else { environment };
    let mails = folder(&options, &environment).map(|folder| folder.join("mails"));
    let inbox = Arc::new(Inbox::new(mails, true, Clock::system()));
    let real = real_providers::configured(&environment);
    let pretend = if real.is_empty() { Some(start_pretend_providers(options.provider_port).await?) } else { None };
    let variables = pretend.iter().flat_map(PretendProviders::variables);
    let environment = variables.fold(environment, |environment, (name, value)| environment.with(name, value));
    let issuer = environment.get("ISSUER").map(str::to_owned);
    let stack = Stack::start(StackOptions {
        listen: SocketAddr::from((Ipv4Addr::LOCALHOST, options.port)),
        tables,
        plain_cookie: options.plain_cookie,
        clock: Clock::system(),
        environment,
        source_header: None,
        functions: options.functions,
        inbox: Some(inbox),
    })
    .await?;
    let end = listen_for_end()?;
    banner::greet(stack.url(), stack.dynamodb(), &data)?;
    if let Some(pretend) = &pretend {
        banner::greet_pretend_providers(pretend.url())?;
    }
    for provider in real {
        banner::show_redirect_uri(provider, issuer.as_deref().unwrap_or(stack.url()))?;
    }
    if let Some(command) = &options.on_user {
        banner::note_on_user(command)?;
    }
    if options.plain_cookie {
        banner::note_plain_cookie()?;
    }
    if options.no_limits {
        banner::note_no_limits()?;
    }
    banner::show_how_to_try(stack.url())?;
    end.await;
    stack.stop().await;
    if let Some(pretend) = pretend {
        pretend.stop().await;
    }
    Ok(banner::farewell()?)
}

async fn run_tables(options: Options, environment: Environment) -> Result<(), Box<dyn Error>> {
    let folder = folder(&options, &environment);
    let environment = with_table_names(environment);
    if let Some(url) = &options.dynamodb_url {
        let dynamodb = LocalDynamoDb::read(&environment, url);
        create_tables(&dynamodb, &environment).await?;
        return Ok(banner::greet_tables_only(&dynamodb, &Data::Elsewhere, &environment)?);
    }
    let embedded = EmbeddedDynamoDb::start(folder.as_deref(), dynamodb_address(&options)).await?;
    create_tables(embedded.dynamodb(), &environment).await?;
    let end = listen_for_end()?;
    banner::greet_tables_only(embedded.dynamodb(), &Data::of(folder), &environment)?;
    end.await;
    embedded.stop().await;
    Ok(banner::farewell()?)
}

/// Sends log lines to standard error: those of requests and of what fails, or whatever `RUST_LOG` says.
fn log_to_standard_error(environment: &Environment) {
    let ours = FUNCTIONS.map(|function| format!("{}=info", function.name)).join(",");
    let default = format!("warn,dynoxide=error,shared=info,local=info,mail=info,{ours}");
    let filter = EnvFilter::builder().parse_lossy(environment.get("RUST_LOG").unwrap_or(&default));
    // NO_COLOR is https://no-color.org.
    let colours = std::io::stderr().is_terminal() && environment.get("NO_COLOR").is_none();
    tracing_subscriber::fmt()
        .with_ansi(colours)
        .event_format(RequestLine::new())
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .init();
}

async fn start_pretend_providers(port: u16) -> Result<PretendProviders, StartError> {
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    let started = PretendProviders::start(port).await;
    started.map_err(|error| StartError::listening(address, "--provider-port", error))
}

/// The folder of the data, unless nothing is kept.
fn folder(options: &Options, environment: &Environment) -> Option<PathBuf> {
    (!options.memory).then(|| data_folder::of(environment))
}

fn dynamodb_address(options: &Options) -> SocketAddr {
    SocketAddr::new(options.dynamodb_bind, options.dynamodb_port)
}
