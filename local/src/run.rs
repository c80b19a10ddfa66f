//! From the command line to a running stack, and to its end.

use std::error::Error;
use std::io::IsTerminal as _;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;

use local::{EmbeddedDynamoDb, FUNCTIONS, Stack, StackOptions, TablesAt, create_tables, with_table_names};
use shared::attempts::without_limits;
use shared::clock::Clock;
use shared::environment::Environment;
use tracing_subscriber::EnvFilter;

use crate::banner::{self, Data};
use crate::cli::Options;
use crate::end::listen_for_end;
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
        (TablesAt::Running { url: url.clone() }, Data::Elsewhere)
    } else {
        let file = data_file(&options, &environment);
        let data = file.clone().map_or(Data::Memory, Data::File);
        (TablesAt::Embedded { file, listen: dynamodb_address(&options) }, data)
    };
    let environment = if options.no_limits { without_limits(environment) } else { environment };
    let stack = Stack::start(StackOptions {
        listen: SocketAddr::from((Ipv4Addr::LOCALHOST, options.port)),
        tables,
        plain_cookie: options.plain_cookie,
        clock: Clock::system(),
        environment,
        source_header: None,
        functions: options.functions,
    })
    .await?;
    let end = listen_for_end()?;
    banner::greet(stack.url(), stack.dynamodb_url(), &data)?;
    if options.plain_cookie {
        banner::note_plain_cookie()?;
    }
    if options.no_limits {
        banner::note_no_limits()?;
    }
    banner::show_how_to_try(stack.url())?;
    end.await;
    stack.stop().await;
    Ok(banner::farewell()?)
}

async fn run_tables(options: Options, environment: Environment) -> Result<(), Box<dyn Error>> {
    let file = data_file(&options, &environment);
    let environment = with_table_names(environment);
    if let Some(url) = &options.dynamodb_url {
        create_tables(url, &environment).await?;
        return Ok(banner::greet_tables_only(url, &Data::Elsewhere, &environment)?);
    }
    let dynamodb = EmbeddedDynamoDb::start(file.as_deref(), dynamodb_address(&options)).await?;
    create_tables(dynamodb.url(), &environment).await?;
    let data = file.map_or(Data::Memory, Data::File);
    let end = listen_for_end()?;
    banner::greet_tables_only(dynamodb.url(), &data, &environment)?;
    end.await;
    dynamodb.stop().await;
    Ok(banner::farewell()?)
}

/// Sends log lines to standard error: those of requests and of what fails, or whatever `RUST_LOG` says.
fn log_to_standard_error(environment: &Environment) {
    let ours = FUNCTIONS.map(|function| format!("{}=info", function.name)).join(",");
    let default = format!("warn,dynoxide=error,shared=info,local=info,{ours}");
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

/// The data file, unless nothing is kept: beside the workspace's own files when cargo runs this, and else below the
/// current folder.
fn data_file(options: &Options, environment: &Environment) -> Option<PathBuf> {
    let package = environment.get("CARGO_MANIFEST_DIR").map(PathBuf::from);
    let folder = package.as_deref().and_then(std::path::Path::parent).map(PathBuf::from).unwrap_or_default();
    (!options.memory).then(|| folder.join(".local").join("dynamodb.sqlite"))
}

fn dynamodb_address(options: &Options) -> SocketAddr {
    SocketAddr::new(options.dynamodb_bind, options.dynamodb_port)
}
