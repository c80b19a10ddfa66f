//! Keys over the life of a deployment: signers and verifiers that freeze, wake up, keep what they have read for as long
//! as they may, and change the keys at the same moment, in any order and at any time.
//!
//! Whatever the schedule, no verifier refuses a good token, and none accepts one whose key was dropped for longer than
//! it may keep the keys. The times below are the contract's, spelled out again here.

mod store;
mod world;

use std::time::Duration;

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

use world::World;

const MINUTE: u64 = 60 * 1000;
const HOUR: u64 = 60 * MINUTE;

/// Signers, functions that verify, and authorizers, each.
const PARTIES: usize = 3;

/// What happens next.
#[derive(Clone, Debug)]
enum Step {
    /// Time goes by, in milliseconds.
    Wait(u64),
    /// These signers sign somebody in at the same moment.
    SignIn([bool; PARTIES]),
    /// These of the functions are shown every token so far.
    Verify([bool; PARTIES]),
    /// These of the authorizers are shown every token so far.
    Authorize([bool; PARTIES]),
    /// An operator revokes what has signed so far.
    Revoke,
    /// An operator asks for a rotation.
    Rotate,
    /// The store takes the next writes and lets nobody know, or does not take them.
    FailWrites { taken: bool },
    /// The store is well again.
    Heal,
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        3 => (0..=6 * MINUTE).prop_map(Step::Wait),
        3 => (0..=3 * HOUR).prop_map(Step::Wait),
        2 => (0..=30 * HOUR).prop_map(Step::Wait),
        // The edges of what is kept, and of the shortest period.
        3 => prop::sample::select(vec![5 * MINUTE, 2 * HOUR + 5 * MINUTE, World::PERIOD_MILLIS])
            .prop_flat_map(|edge| prop::sample::select(vec![edge, edge + 1]))
            .prop_map(Step::Wait),
        6 => prop::array::uniform3(any::<bool>()).prop_map(Step::SignIn),
        6 => prop::array::uniform3(any::<bool>()).prop_map(Step::Verify),
        4 => prop::array::uniform3(any::<bool>()).prop_map(Step::Authorize),
        2 => Just(Step::Revoke),
        1 => Just(Step::Rotate),
        1 => any::<bool>().prop_map(|taken| Step::FailWrites { taken }),
        2 => Just(Step::Heal),
    ]
}

async fn run(schedule: &[Step]) {
    let mut world = World::new();
    for step in schedule {
        match step {
            Step::Wait(millis) => world.wait(Duration::from_millis(*millis)),
            Step::SignIn(signers) => world.sign_in(signers).await,
            Step::Verify(functions) => world.verify(functions).await,
            Step::Authorize(authorizers) => world.authorize(authorizers).await,
            Step::Revoke => world.revoke().await,
            Step::Rotate => world.rotate().await,
            Step::FailWrites { taken } => world.store().fail_writes(*taken),
            Step::Heal => world.store().heal(),
        }
        world.store().assert_nothing_was_lost();
    }
}

#[test]
fn no_good_token_is_refused_and_none_outlives_its_key_for_longer_than_the_keys_are_kept() {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let config = Config { cases: 200, failure_persistence: None, max_shrink_time: 20_000, ..Config::default() };
    let result = TestRunner::new(config).run(&prop::collection::vec(step(), 1..30), |schedule| {
        runtime.block_on(run(&schedule));
        Ok(())
    });
    result.unwrap_or_else(|failure| panic!("{failure}"));
}

/// The property above would hold in a world where nothing ever happens.
#[tokio::test]
async fn signers_that_rotate_at_the_same_moment_make_one_step() {
    let mut world = World::new();
    world.sign_in(&[true; PARTIES]).await;
    for version in 2..5 {
        world.wait(Duration::from_millis(World::PERIOD_MILLIS - 1));
        world.sign_in(&[true; PARTIES]).await;
        assert_eq!(world.store().version(), version - 1);
        world.wait(Duration::from_millis(5 * MINUTE + 1));
        world.sign_in(&[true; PARTIES]).await;
        assert_eq!(world.store().version(), version);
        world.verify(&[true; PARTIES]).await;
        world.authorize(&[true; PARTIES]).await;
    }
    assert!(world.store().lost_races() >= 2, "the signers did not meet");
}

#[tokio::test]
async fn a_dropped_key_is_refused_as_soon_as_no_verifier_may_keep_it() {
    let mut world = World::new();
    world.sign_in(&[true; PARTIES]).await;
    world.wait(Duration::from_millis(3 * HOUR));
    world.verify(&[true; PARTIES]).await;
    world.authorize(&[true; PARTIES]).await;
    world.revoke().await;
    world.wait(Duration::from_millis(5 * MINUTE + 1));
    world.verify(&[true; PARTIES]).await;
    world.wait(Duration::from_millis(2 * HOUR));
    world.authorize(&[true; PARTIES]).await;
}

#[tokio::test]
async fn a_clock_that_goes_back_and_forth_rotates_once() {
    let mut world = World::new();
    world.sign_in(&[true; PARTIES]).await;
    world.wait(Duration::from_millis(World::PERIOD_MILLIS));
    world.sign_in(&[true, false, false]).await;
    assert_eq!(world.store().version(), 2);
    for _ in 0..3 {
        world.go_back(Duration::from_millis(World::PERIOD_MILLIS));
        world.sign_in(&[true; PARTIES]).await;
        world.wait(Duration::from_millis(World::PERIOD_MILLIS));
        world.sign_in(&[true; PARTIES]).await;
    }
    assert_eq!(world.store().version(), 2);
    world.verify(&[true; PARTIES]).await;
}
