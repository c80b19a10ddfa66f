//! Random schedules of those who hold a session's refresh tokens, against the real table: an owner with several tabs, lost
//! responses, delayed requests, and a thief.

use std::time::Duration;

use api_tests::{OwnStack, Person, Session, StackBuilder, TestClock, own_stack};
use futures_util::future::join_all;
use proptest::prelude::*;

/// Longer than the grace.
const BEYOND_GRACE: std::ops::Range<u64> = 61..200_000;

/// What the owner's tabs do. They share one store, and each reads it when it sends.
#[derive(Clone, Debug)]
enum Step {
    Wait {
        seconds: u64,
    },
    /// So many tabs refresh at once, and the first of them gets no response if `first_is_lost`.
    Refresh {
        tabs: usize,
        first_is_lost: bool,
    },
    /// A tab's request is on its way while other tabs refresh so often. It arrives within the grace.
    Delayed {
        others: usize,
    },
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let wait = prop_oneof![0_u64..60, BEYOND_GRACE].prop_map(|seconds| Step::Wait { seconds });
    let refresh = (1_usize..5, any::<bool>()).prop_map(|(tabs, first_is_lost)| Step::Refresh { tabs, first_is_lost });
    let delayed = (0_usize..4).prop_map(|others| Step::Delayed { others });
    proptest::collection::vec(prop_oneof![1 => wait, 2 => refresh, 1 => delayed], 1..16)
}

/// Who refreshes, how long after the last one, and whether the response is lost.
#[derive(Clone, Debug)]
struct Turn {
    by_thief: bool,
    after_seconds: u64,
    is_lost: bool,
}

fn turns() -> impl Strategy<Value = Vec<Turn>> {
    let turn = (any::<bool>(), BEYOND_GRACE, any::<bool>());
    let turn = turn.prop_map(|(by_thief, after_seconds, is_lost)| Turn { by_thief, after_seconds, is_lost });
    proptest::collection::vec(turn, 0..8)
}

struct World {
    clock: TestClock,
    stack: OwnStack,
}

impl World {
    async fn new(stack: StackBuilder) -> (Self, Session) {
        let clock = TestClock::standing_still();
        // Nothing but the rules of refresh ends a session here.
        let lasting = [("SESSION_SECONDS", "31622400"), ("SESSION_IDLE_SECONDS", "31622400")];
        let stack = lasting.into_iter().fold(stack, |stack, (name, value)| stack.variable(name, value));
        let stack = stack.clock(clock.clock()).start().await;
        let session = Session::sign_up(&stack.api, &Person::new()).await;
        (Self { clock, stack }, session)
    }

    fn wait(&self, seconds: u64) {
        self.clock.advance(Duration::from_secs(seconds));
    }

    async fn refreshed(&self, session: &Session) -> Session {
        session.refreshed(&self.stack.api).await
    }

    /// Does a step of the owner, whose store then holds what is returned.
    async fn take(&self, step: &Step, stored: Session) -> Session {
        match *step {
            Step::Wait { seconds } => {
                self.wait(seconds);
                stored
            }
            Step::Refresh { tabs, first_is_lost } => {
                let mut received = join_all((0..tabs).map(|_tab| self.refreshed(&stored))).await;
                let successors: Vec<_> = received.iter().map(|session| session.refresh.clone()).collect();
                assert!(successors.iter().all(|successor| *successor == successors[0]), "tabs went apart");
                if first_is_lost {
                    received.remove(0);
                }
                received.pop().unwrap_or(stored)
            }
            Step::Delayed { others } => {
                let on_its_way = stored.clone();
                let mut stored = stored;
                for _ in 0..others {
                    stored = self.refreshed(&stored).await;
                }
                let answer = on_its_way.refresh(&self.stack.api).await;
                if others < 2 {
                    Session::of(&answer.expect(200))
                } else {
                    let _ = answer.expect_problem(401, "refresh_superseded");
                    stored
                }
            }
        }
    }

    /// Presents a token, and returns what its holder has then. `None` once the session has ended.
    async fn present(&self, turn: &Turn, held: &Session) -> Option<Session> {
        self.wait(turn.after_seconds);
        let answer = held.refresh(&self.stack.api).await;
        match answer.status {
            200 if turn.is_lost => Some(held.clone()),
            200 => Some(Session::of(&answer)),
            _ => {
                let _ = answer.expect_problem(401, "invalid_refresh_token");
                None
            }
        }
    }
}

fn run<F: Future<Output = ()>>(schedule: impl FnOnce(StackBuilder) -> F) {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    runtime.block_on(async {
        let Some(stack) = own_stack() else { return };
        schedule(stack).await;
    });
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn an_owner_whose_tabs_share_one_store_is_never_out(steps in steps()) {
        run(async |stack| {
            let (world, mut stored) = World::new(stack).await;
            for step in &steps {
                stored = world.take(step, stored).await;
            }
            let last = world.refreshed(&stored).await;
            let _ = world.stack.api.me(&last.access).await.expect(200);
        });
    }

    #[test]
    fn two_holders_who_refresh_further_apart_than_the_grace_end_the_session(turns in turns()) {
        run(async |stack| {
            let (world, session) = World::new(stack).await;
            let (mut owner, mut thief) = (session.clone(), session);
            // In the end both get what they ask for, twice.
            let received = |by_thief| Turn { by_thief, after_seconds: 61, is_lost: false };
            let last = [false, true, false, true].map(received);
            for turn in turns.iter().chain(&last) {
                let holder = if turn.by_thief { &mut thief } else { &mut owner };
                if let Some(now_held) = world.present(turn, holder).await {
                    *holder = now_held;
                    continue;
                }
                for ended in [&owner, &thief] {
                    let _ = ended.refresh(&world.stack.api).await.expect_problem(401, "invalid_refresh_token");
                    let _ = world.stack.api.me(&ended.access).await.expect(401);
                }
                return;
            }
            panic!("nobody noticed");
        });
    }
}
