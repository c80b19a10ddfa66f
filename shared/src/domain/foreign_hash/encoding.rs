//! How hashes spell bytes and parameters.

use base64::Engine as _;
use base64::alphabet;
use base64::engine::DecodePaddingMode;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig};

/// Base64 as all forms but bcrypt spell it, with padding and without.
const ANY_PADDING: GeneralPurposeConfig =
    GeneralPurposeConfig::new().with_encode_padding(false).with_decode_padding_mode(DecodePaddingMode::Indifferent);
const STANDARD: GeneralPurpose = GeneralPurpose::new(&alphabet::STANDARD, ANY_PADDING);
const URL_SAFE: GeneralPurpose = GeneralPurpose::new(&alphabet::URL_SAFE, ANY_PADDING);

/// Bcrypt's own. Some systems leave bits in a salt's last character that belong to no byte.
const BCRYPT: GeneralPurpose = GeneralPurpose::new(
    &alphabet::BCRYPT,
    GeneralPurposeConfig::new()
        .with_encode_padding(false)
        .with_decode_padding_mode(DecodePaddingMode::RequireNone)
        .with_decode_allow_trailing_bits(true),
);

/// The bytes of a base64 text.
pub(super) fn base64(text: &str) -> Option<Vec<u8>> {
    STANDARD.decode(text).ok()
}

/// The bytes of a base64 text in either alphabet.
pub(super) fn base64_of_either_alphabet(text: &str) -> Option<Vec<u8>> {
    STANDARD.decode(text).or_else(|_other_alphabet| URL_SAFE.decode(text)).ok()
}

/// The bytes as base64 without padding.
pub(super) fn to_base64(bytes: &[u8]) -> String {
    STANDARD.encode(bytes)
}

/// The bytes in a part of a bcrypt hash.
pub(super) fn bcrypt_base64<const N: usize>(text: &str) -> Option<[u8; N]> {
    BCRYPT.decode(text).ok()?.try_into().ok()
}

/// The values of `name=value,…` with exactly these names.
pub(super) fn parameters<'t, const N: usize>(text: &'t str, names: [&str; N]) -> Option<[&'t str; N]> {
    let mut given = text.split(',');
    let mut values = [""; N];
    for (value, name) in values.iter_mut().zip(names) {
        *value = given.next()?.strip_prefix(name)?.strip_prefix('=')?;
    }
    given.next().is_none().then_some(values)
}

/// A number without sign or leading zero.
pub(super) fn number(digits: &str) -> Option<u32> {
    let number: u32 = digits.parse().ok()?;
    (number.to_string() == digits).then_some(number)
}
