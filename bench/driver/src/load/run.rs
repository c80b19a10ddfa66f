//! Carrying out a plan.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::Duration;

use serde::Serialize;
use tokio::task::JoinSet;
use tokio::time::{Instant, timeout};

use super::connection::Connection;
use super::error::LoadError;
use super::plan::{Plan, Prepared};

/// How much longer than the plan says everything may take.
const GRACE: Duration = Duration::from_mins(1);

/// What came of a load.
#[derive(Debug, Serialize)]
pub struct Measured {
    /// How many requests were sent, measured or not.
    pub sent: u64,
    /// Answers a second: the sum over the connections of how many requests each sent one after the other, over how long
    /// these took.
    pub per_second: f64,
    /// How long each measured request took, from its first byte to the last byte of the answer.
    pub microseconds: Vec<u128>,
}

/// Sends requests and measures some of them. Every answer is checked.
///
/// Each connection first sends for as long as the warm-up takes, and one request at least, and is then measured for as
/// long as the plan says, and one request at least. All of them go on sending until the last one was measured. So the load
/// is the same at any time, and whole requests are measured also where a subject answers many of them at once.
pub async fn run(plan: Plan) -> Result<Measured, LoadError> {
    let first_number = plan.first_number;
    let shared = Arc::new(Shared {
        warm_up: duration(plan.warm_up_seconds)?,
        measured: duration(plan.seconds)?,
        numbers: AtomicU64::new(first_number),
        unmeasured: AtomicUsize::new(plan.connections),
        plan: Prepared::new(plan)?,
    });
    let longest = shared.warm_up + shared.measured + GRACE;
    let spans = timeout(longest, send(&shared)).await.map_err(|_late| LoadError::Slow(longest))??;
    Ok(Measured {
        sent: shared.numbers.load(Ordering::Relaxed) - first_number,
        per_second: spans.iter().map(Span::per_second).sum(),
        microseconds: spans.into_iter().flat_map(|span| span.microseconds).collect(),
    })
}

struct Shared {
    plan: Prepared,
    warm_up: Duration,
    measured: Duration,
    /// The number of the next request.
    numbers: AtomicU64,
    /// How many connections have not been measured yet.
    unmeasured: AtomicUsize,
}

/// Requests of one connection, one after the other.
#[derive(Default)]
struct Span {
    took: Duration,
    microseconds: Vec<u128>,
}

impl Span {
    #[expect(clippy::cast_precision_loss, reason = "as many requests as a float cannot hold take years")]
    fn per_second(&self) -> f64 {
        self.microseconds.len() as f64 / self.took.as_secs_f64()
    }
}

async fn send(shared: &Arc<Shared>) -> Result<Vec<Span>, LoadError> {
    let mut open = Vec::new();
    for _ in 0..shared.unmeasured.load(Ordering::Relaxed) {
        open.push(Connection::open(&shared.plan.address).await?);
    }
    let mut tasks: JoinSet<_> = open.into_iter().map(|connection| work(connection, Arc::clone(shared))).collect();
    let mut spans = Vec::new();
    while let Some(done) = tasks.join_next().await {
        spans.push(done??);
    }
    Ok(spans)
}

async fn work(mut connection: Connection, shared: Arc<Shared>) -> Result<Span, LoadError> {
    let warm_until = Instant::now() + shared.warm_up;
    one(&mut connection, &shared).await?;
    while Instant::now() < warm_until {
        one(&mut connection, &shared).await?;
    }
    let mut span = Span::default();
    let from = Instant::now();
    while span.microseconds.is_empty() || span.took < shared.measured {
        span.microseconds.push(one(&mut connection, &shared).await?.as_micros());
        span.took = from.elapsed();
    }
    shared.unmeasured.fetch_sub(1, Ordering::Relaxed);
    while shared.unmeasured.load(Ordering::Relaxed) > 0 {
        one(&mut connection, &shared).await?;
    }
    Ok(span)
}

/// Sends the next request and checks its answer. Returns how long that took.
async fn one(connection: &mut Connection, shared: &Shared) -> Result<Duration, LoadError> {
    let number = shared.numbers.fetch_add(1, Ordering::Relaxed);
    let request = shared.plan.request(number)?;
    let began = Instant::now();
    let answer = connection.send(request).await.map_err(|source| LoadError::NoAnswer { number, source })?;
    let took = began.elapsed();
    shared.plan.check(number, &answer)?;
    Ok(took)
}

fn duration(seconds: f64) -> Result<Duration, LoadError> {
    Duration::try_from_secs_f64(seconds).map_err(|error| LoadError::Plan(format!("{seconds} seconds: {error}")))
}
