//! Prints, as JSON, what becomes of honest users and of thieves under each rule.
#![allow(clippy::print_stdout, reason = "the result goes to standard output")]

mod people;
mod rules;

use fastrand::Rng;
use serde_json::{Value, json};

use people::{Thief, keeps_in_with_losses, keeps_in_with_tabs, noticed_at};
use rules::{GraceThenEnd, Ours, ParentAlways, Rule};

/// How many people each case is played with.
const PEOPLE: u64 = 2000;
const SEED: u64 = 20_261_127;

/// A new session under a rule.
type Begin = fn() -> Box<dyn Rule>;

fn main() {
    let rules: [(&str, Begin); 3] = [
        ("60 s grace, then the session ends", || Box::new(GraceThenEnd::new())),
        ("the parent always, all within 10 s", || Box::new(ParentAlways::new())),
        ("Latchkey", || Box::new(Ours::new())),
    ];
    let results: Vec<_> = rules.into_iter().map(|(name, rule)| play(name, rule)).collect();
    println!("{}", json!({"people": PEOPLE, "rules": results}));
}

fn play(name: &str, rule: Begin) -> Value {
    let share = |keeps_in: &dyn Fn(&mut dyn Rule, &mut Rng) -> bool| {
        let kept = (0..PEOPLE).filter(|person| keeps_in(rule().as_mut(), &mut Rng::with_seed(SEED + person)));
        percent(kept.count())
    };
    let thieves = [("shadow", Thief::Shadow), ("at random", Thief::AtRandom), ("often", Thief::Often)];
    let thieves: Vec<_> = thieves
        .into_iter()
        .map(|(kind, thief)| {
            let played =
                (0..PEOPLE).map(|person| noticed_at(rule().as_mut(), &mut Rng::with_seed(SEED + person), thief));
            let mut noticed: Vec<_> = played.flatten().collect();
            noticed.sort_unstable();
            let unnoticed = percent(usize::try_from(PEOPLE).unwrap_or_default() - noticed.len());
            let median = noticed.get(noticed.len() / 2);
            json!({"thief": kind, "never_noticed_percent": unnoticed, "median_refresh_of_the_owner": median})
        })
        .collect();
    json!({
        "rule": name,
        "kept_in_percent": {
            "0.1 % lost": share(&|rule, random| keeps_in_with_losses(rule, random, 0.001)),
            "1 % lost": share(&|rule, random| keeps_in_with_losses(rule, random, 0.01)),
            "four tabs": share(&|rule, random| keeps_in_with_tabs(rule, random)),
        },
        "thieves": thieves,
    })
}

#[allow(clippy::cast_precision_loss, reason = "a few thousand people fit")]
fn percent(count: usize) -> f64 {
    count as f64 * 100.0 / PEOPLE as f64
}
