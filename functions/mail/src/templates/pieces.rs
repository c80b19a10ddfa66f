//! Text with placeholders.

use std::fmt;

/// A text and the placeholders in it, such as `{code}`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Pieces<P>(Vec<Piece<P>>);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Piece<P> {
    Text(String),
    Placeholder(P),
}

/// Braces around a name that stands for nothing here.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct UnknownPlaceholder(String);

impl fmt::Display for UnknownPlaceholder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the placeholder {{{}}} is not known here", self.0)
    }
}

impl<P: Copy + PartialEq> Pieces<P> {
    /// Reads a text. Lower-case letters in braces are a placeholder. Other braces are text, since style sheets have them.
    pub(super) fn parse(text: &str, known: impl Fn(&str) -> Option<P>) -> Result<Self, UnknownPlaceholder> {
        let mut pieces = Vec::new();
        let mut plain = String::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once('{') {
            plain.push_str(before);
            match after.split_once('}') {
                Some((name, behind)) if is_name(name) => {
                    let placeholder = known(name).ok_or_else(|| UnknownPlaceholder(name.to_owned()))?;
                    pieces.push(Piece::Text(std::mem::take(&mut plain)));
                    pieces.push(Piece::Placeholder(placeholder));
                    rest = behind;
                }
                _ => {
                    plain.push('{');
                    rest = after;
                }
            }
        }
        plain.push_str(rest);
        pieces.push(Piece::Text(plain));
        pieces.retain(|piece| !matches!(piece, Piece::Text(text) if text.is_empty()));
        Ok(Self(pieces))
    }

    /// Whether this placeholder is among them.
    pub(super) fn has(&self, placeholder: P) -> bool {
        self.0.contains(&Piece::Placeholder(placeholder))
    }

    /// Whether there is nothing else than this placeholder.
    pub(super) fn is(&self, placeholder: P) -> bool {
        self.0 == [Piece::Placeholder(placeholder)]
    }

    /// The text before this placeholder, if that ends it and no other one stands before it.
    pub(super) fn text_before(&self, placeholder: P) -> Option<&str> {
        match self.0.as_slice() {
            [Piece::Text(text), Piece::Placeholder(last)] if *last == placeholder => Some(text),
            _ => None,
        }
    }

    /// The text with a value in the place of each placeholder. What looks like a placeholder in a value stays as it is.
    pub(super) fn fill<'v>(&self, value: impl Fn(P) -> &'v str) -> String {
        let pieces = self.0.iter().map(|piece| match piece {
            Piece::Text(text) => text.as_str(),
            Piece::Placeholder(placeholder) => value(*placeholder),
        });
        pieces.collect()
    }
}

fn is_name(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_')
}
