//! Those who hold the tokens of a session.

use fastrand::Rng;

use crate::rules::{Answer, Rule};

pub(crate) const DAY: u64 = 24 * 60 * 60;
/// How long each of them is watched.
pub(crate) const DAYS: u64 = 30;
/// Access tokens last a quarter of an hour.
const ACCESS: u64 = 15 * 60;

/// When an app of one person refreshes: on four visits a day, at the beginning and once in a while after it.
pub(crate) fn refreshes(random: &mut Rng) -> Vec<u64> {
    let mut times = Vec::new();
    for day in 0..DAYS {
        for visit in 0..4 {
            let start = day * DAY + visit * (DAY / 4) + random.u64(0..DAY / 8);
            times.extend((0..random.u64(1..4)).map(|nth| start + nth * ACCESS));
        }
    }
    times
}

/// An honest person with one tab, some of whose responses are lost. A third of those is asked for again at once, the others
/// when the app is opened again. Returns whether they are still logged in at the end.
pub(crate) fn keeps_in_with_losses(rule: &mut dyn Rule, random: &mut Rng, lost: f64) -> bool {
    let mut stored = 1;
    for mut now in refreshes(random) {
        loop {
            match rule.refresh(stored, now) {
                Answer::Out => return false,
                Answer::Token(token) if random.f64() >= lost => {
                    stored = token;
                    break;
                }
                Answer::Token(_) if random.u8(0..3) == 0 => now += random.u64(1..30),
                Answer::Token(_) | Answer::Superseded => break,
            }
        }
    }
    true
}

/// An honest person with four tabs, which wake up together, each with the token that was stored then. The first often
/// refreshes twice, and the others follow within a minute. Returns whether they are still logged in at the end.
pub(crate) fn keeps_in_with_tabs(rule: &mut dyn Rule, random: &mut Rng) -> bool {
    let mut stored = 1;
    for start in refreshes(random) {
        let woke_with = stored;
        let mut sent = vec![(start, None)];
        if random.bool() {
            sent.push((start + random.u64(1..6), None));
        }
        sent.extend((0..3).map(|_tab| (start + random.u64(0..55), Some(woke_with))));
        sent.sort_by_key(|(now, _token)| *now);
        for (now, copy) in sent {
            match rule.refresh(copy.unwrap_or(stored), now) {
                Answer::Out => return false,
                Answer::Superseded => {}
                Answer::Token(token) => stored = token,
            }
        }
    }
    true
}

/// When a thief refreshes who has copied the owner's token on the second day.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Thief {
    /// After each refresh of the owner, 61 to 800 seconds later.
    Shadow,
    /// Now and then, ten minutes to a day apart.
    AtRandom,
    /// Every 30 seconds.
    Often,
}

/// The owner's refresh, counted from the theft, at which the session has ended; `None` if it never does.
pub(crate) fn noticed_at(rule: &mut dyn Rule, random: &mut Rng, thief: Thief) -> Option<u64> {
    let owners = refreshes(random);
    let theft = owners.iter().copied().find(|time| *time > DAY)?;
    let mut turns: Vec<(u64, bool)> = owners.iter().map(|time| (*time, false)).collect();
    let later = owners.iter().copied().filter(|time| *time >= theft);
    match thief {
        Thief::Shadow => turns.extend(later.map(|time| (time + random.u64(61..800), true))),
        Thief::AtRandom => {
            let mut now = theft;
            while now < DAYS * DAY {
                now += random.u64(600..DAY);
                turns.push((now, true));
            }
        }
        Thief::Often => turns.extend((theft + 1..DAYS * DAY).step_by(30).map(|time| (time, true))),
    }
    turns.sort_unstable();
    let (mut owner, mut stolen, mut of_owner) = (1, None, 0);
    for (now, by_thief) in turns {
        let held = if by_thief { stolen.get_or_insert(owner) } else { &mut owner };
        if now > theft && !by_thief {
            of_owner += 1;
        }
        match rule.refresh(*held, now) {
            Answer::Token(token) => *held = token,
            Answer::Superseded => {}
            Answer::Out => return Some(of_owner),
        }
    }
    None
}
