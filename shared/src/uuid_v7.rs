//! UUIDs that carry the time they were made at (RFC 9562 5.7).

use uuid::{NoContext, Uuid};

use crate::clock::Timestamp;

/// A new UUID v7 of the time `now`, to the millisecond.
#[must_use]
pub(crate) fn generate(now: Timestamp) -> Uuid {
    let nanos = u32::try_from(now.as_millis() % 1000).unwrap_or_default() * 1_000_000;
    Uuid::new_v7(uuid::Timestamp::from_unix(NoContext, now.as_secs(), nanos))
}

/// The time that `text` was made at, or `None` where it is not a UUID v7.
#[must_use]
pub(crate) fn made_at(text: &str) -> Option<Timestamp> {
    let uuid = Uuid::try_parse(text).ok().filter(|uuid| uuid.get_version_num() == 7)?;
    let (secs, nanos) = uuid.get_timestamp()?.to_unix();
    Some(Timestamp::from_millis(secs.checked_mul(1000)?.checked_add(u64::from(nanos) / 1_000_000)?))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{generate, made_at};
    use crate::clock::Timestamp;

    proptest! {
        #[test]
        fn the_time_comes_back_to_the_millisecond(millis in 0_u64..(1 << 47)) {
            let now = Timestamp::from_millis(millis);
            prop_assert_eq!(made_at(&generate(now).to_string()), Some(now));
        }
    }

    #[test]
    fn other_versions_carry_no_time() {
        for text in ["", "not a uuid", "6ba7b810-9dad-11d1-80b4-00c04fd430c8", "f47ac10b-58cc-4372-a567-0e02b2c3d479"] {
            assert_eq!(made_at(text), None, "{text}");
        }
    }
}
