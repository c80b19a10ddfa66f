//! Points in time, in the spellings of databases and services.

use aws_sdk_dynamodb::primitives::{DateTime, DateTimeFormat};
use serde_json::Value;
use shared::clock::Timestamp;

/// A number under this is of seconds: as milliseconds it would be in March 1973.
const LOWEST_MILLIS: f64 = 100_000_000_000.0;

/// Milliseconds or seconds since 1970, or a date and a time as RFC 3339, PostgreSQL or MySQL write them. Without an offset they
/// are in UTC.
pub(super) fn moment(value: &Value) -> Option<Timestamp> {
    match value {
        Value::Number(number) => of_number(number.as_f64()?),
        Value::String(text) => match text.trim().parse() {
            Ok(number) => of_number(number),
            Err(_not_a_number) => of_text(text.trim()),
        },
        _ => None,
    }
}

#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the bounds are checked")]
fn of_number(number: f64) -> Option<Timestamp> {
    let millis = if number < LOWEST_MILLIS { number * 1000.0 } else { number };
    // The year 9999.
    (0.0..=253_402_300_799_999.0).contains(&millis).then(|| Timestamp::from_millis(millis as u64))
}

fn of_text(text: &str) -> Option<Timestamp> {
    let (date, time) = text.split_once(['T', ' '])?;
    let time = time.trim_end_matches(" UTC");
    let offset = time.rfind(['+', '-', 'Z']);
    let (time, offset) = time.split_at(offset.unwrap_or(time.len()));
    let offset = match offset.len() {
        0 | 1 => "Z".to_owned(),
        // PostgreSQL leaves the minutes out if there are none.
        3 => format!("{offset}:00"),
        5 => format!("{}:{}", offset.get(..3)?, offset.get(3..)?),
        _ => offset.to_owned(),
    };
    let time = DateTime::from_str(&format!("{date}T{time}{offset}"), DateTimeFormat::DateTimeWithOffset).ok()?;
    u64::try_from(time.to_millis().ok()?).ok().map(Timestamp::from_millis)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use shared::clock::Timestamp;

    use super::moment;

    #[test]
    fn times_are_read_in_every_spelling() {
        let second = 1_666_180_800_000;
        for (value, expected) in [
            (json!(1_666_180_800), second),
            (json!(1_666_180_800.12), second + 120),
            (json!("1666180800000"), second),
            (json!(1_666_180_800_000_u64), second),
            (json!("2022-10-19T12:00:00Z"), second),
            (json!("2022-10-19T12:00:00.120Z"), second + 120),
            (json!("2022-10-19 12:00:00.12+00"), second + 120),
            (json!("2022-10-19 14:00:00+0200"), second),
            (json!("2022-10-19T14:00:00+02:00"), second),
            (json!("2022-10-19 12:00:00"), second),
            (json!("2022-10-19 12:00:00 UTC"), second),
        ] {
            assert_eq!(moment(&value).map(Timestamp::as_millis), Some(expected), "{value}");
        }
        for wrong in [
            json!("yesterday"),
            json!(-1),
            json!("2022-10-19"),
            json!(true),
            Value::Null,
            json!("NaN"),
            json!("+:é T "),
        ] {
            assert_eq!(moment(&wrong), None, "{wrong}");
        }
    }
}
