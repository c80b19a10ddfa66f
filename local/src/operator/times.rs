//! Points in time, as operators give and read them.

use aws_sdk_dynamodb::primitives::{DateTime, DateTimeFormat};
use shared::clock::Timestamp;

/// Reads a time of RFC 3339.
pub(super) fn point_in_time(text: &str) -> Result<Timestamp, String> {
    let time = DateTime::from_str(text, DateTimeFormat::DateTimeWithOffset).ok();
    let millis = time.and_then(|time| u64::try_from(time.to_millis().ok()?).ok());
    let refused = || "give a date and a time in UTC or with an offset, such as 2026-11-27T14:05:00Z".to_owned();
    millis.map(Timestamp::from_millis).ok_or_else(refused)
}

/// The time to the millisecond, as [`point_in_time`] reads it.
pub(super) fn text(time: Timestamp) -> String {
    let millis = i64::try_from(time.as_millis()).unwrap_or(i64::MAX);
    DateTime::from_millis(millis)
        .fmt(DateTimeFormat::DateTime)
        .unwrap_or_else(|_beyond_the_year_9999| millis.to_string())
}

#[cfg(test)]
mod tests {
    use shared::clock::Timestamp;

    use super::{point_in_time, text};

    #[test]
    fn a_time_is_read_with_its_offset_and_written_in_utc() {
        for (given, expected) in [
            ("2026-11-27T14:05:00Z", "2026-11-27T14:05:00Z"),
            ("2026-11-27T15:05:00.25+01:00", "2026-11-27T14:05:00.25Z"),
        ] {
            assert_eq!(text(point_in_time(given).unwrap()), expected);
        }
        for wrong in ["", "yesterday", "2026-11-27", "2026-11-27T14:05:00", "1960-01-01T00:00:00Z"] {
            assert!(point_in_time(wrong).is_err(), "{wrong}");
        }
        assert_eq!(text(Timestamp::from_millis(u64::MAX)), i64::MAX.to_string());
    }
}
