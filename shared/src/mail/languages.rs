//! The languages that a person prefers.

/// How many are kept: nobody's third choice has to wait for a fourth.
const MOST: usize = 3;
/// A header with more is from no browser.
const MOST_LISTED: usize = 20;

/// Primary language subtags (RFC 5646 2.2.1) in lower case, such as `de`, the preferred one first. At most three.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Languages(Vec<String>);

impl Languages {
    /// Reads an `Accept-Language` (RFC 9110 12.5.4). Whatever is not a language in it is passed over.
    #[must_use]
    pub fn of_header(accept_language: &str) -> Self {
        let mut ranges: Vec<(f32, String)> =
            accept_language.split(',').take(MOST_LISTED).filter_map(weighted_language).collect();
        ranges.sort_by(|(weight, _), (other, _)| other.total_cmp(weight));
        let mut languages = Vec::new();
        for (_weight, language) in ranges {
            if !languages.contains(&language) {
                languages.push(language);
            }
        }
        languages.truncate(MOST);
        Self(languages)
    }

    /// Languages as they came out of the store.
    #[must_use]
    pub fn from_stored(languages: Vec<String>) -> Self {
        Self(languages)
    }

    /// The languages, the preferred one first.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }
}

/// The primary subtag of a language range and its weight, if it is wanted at all.
fn weighted_language(range: &str) -> Option<(f32, String)> {
    let mut parts = range.split(';').map(str::trim);
    let primary = parts.next()?.split('-').next()?.to_ascii_lowercase();
    let is_language = matches!(primary.len(), 2..=3) && primary.bytes().all(|byte| byte.is_ascii_lowercase());
    let weight = match parts.next() {
        None => 1.0,
        Some(parameter) => parameter.strip_prefix("q=")?.parse().ok()?,
    };
    (is_language && weight > 0.0 && weight <= 1.0).then_some((weight, primary))
}

#[cfg(test)]
mod tests {
    use super::Languages;

    #[test]
    fn the_preferred_languages_are_read_in_order() {
        for (header, expected) in [
            ("", ""),
            ("*", ""),
            ("de", "de"),
            ("de-AT,de;q=0.9,en-US;q=0.8,en;q=0.7", "de en"),
            ("en;q=0.1, fr ;q=1, es", "fr es en"),
            ("en;q=0, de;q=2, fr;q=x, it;level=1", ""),
            ("EN-gb, i-klingon, zh-Hant-TW, gsw, sr, hr", "en zh gsw"),
            ("d\u{e9}, de\r\nBcc: x", ""),
        ] {
            let languages = Languages::of_header(header);
            assert_eq!(languages.iter().collect::<Vec<_>>().join(" "), expected, "{header}");
        }
    }
}
