//! How a code, a time and a device are shown.

use aws_sdk_sesv2::primitives::{DateTime, DateTimeFormat};
use shared::clock::Timestamp;
use shared::mail::{Code, PersonDevice};

/// The digits in two groups, which are easier to read and to type.
pub(crate) fn shown_code(code: &Code) -> String {
    let (first, second) = code.digits().split_at_checked(code.digits().len() / 2).unwrap_or((code.digits(), ""));
    format!("{first} {second}")
}

/// A time to the minute in UTC, such as `2026-11-27 22:47 UTC`, which reads the same in every language.
pub(crate) fn shown_time(time: Timestamp) -> String {
    let seconds = i64::try_from(time.as_secs()).unwrap_or(i64::MAX);
    let shown = DateTime::from_secs(seconds).fmt(DateTimeFormat::DateTime).unwrap_or_default();
    let (date, time) = shown.split_once('T').unwrap_or_default();
    let minutes = time.rsplit_once(':').map_or("", |(minutes, _seconds)| minutes);
    format!("{date} {minutes} UTC")
}

/// The browser and the system, if either is known.
pub(crate) fn shown_device(device: &PersonDevice) -> Option<String> {
    let names: Vec<_> = device.names().collect();
    (!names.is_empty()).then(|| names.join(", "))
}

#[cfg(test)]
mod tests {
    use shared::clock::Timestamp;

    use super::shown_time;

    #[test]
    fn times_are_shown_to_the_minute() {
        for (seconds, expected) in [
            (0, "1970-01-01 00:00 UTC"),
            (951_782_399, "2000-02-28 23:59 UTC"),
            (951_868_799, "2000-02-29 23:59 UTC"),
            (951_868_800, "2000-03-01 00:00 UTC"),
            (1_709_251_199, "2024-02-29 23:59 UTC"),
            (1_795_819_620, "2026-11-27 22:47 UTC"),
            (4_107_542_399, "2100-02-28 23:59 UTC"),
            (4_107_542_400, "2100-03-01 00:00 UTC"),
        ] {
            assert_eq!(shown_time(Timestamp::from_millis(seconds * 1000 + 999)), expected);
        }
    }
}
