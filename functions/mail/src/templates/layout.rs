//! The HTML around the words.

use super::pieces::Pieces;

/// The layout of the repository.
pub(super) const EMBEDDED: &str = include_str!("../../mails/layout.html");
/// What the parts of a layout begin with, in their order. Before the first is the head of the page, and behind the last its end.
const MARKS: [&str; 4] = ["<!--text-->", "<!--code-->", "<!--link-->", "<!--end-->"];

/// A page, and how a paragraph, a code and a link look on it.
#[derive(Clone, Debug)]
pub(super) struct Layout {
    head: Pieces<Slot>,
    text: Pieces<Slot>,
    code: Pieces<Slot>,
    link: Pieces<Slot>,
    tail: Pieces<Slot>,
}

/// What stands for something else in a layout.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Slot {
    Language,
    Subject,
    App,
    Text,
    Code,
    Link,
    Label,
}

impl Slot {
    const OF_PAGE: [(&str, Self); 3] = [("language", Self::Language), ("subject", Self::Subject), ("app", Self::App)];
    const OF_TEXT: [(&str, Self); 1] = [("text", Self::Text)];
    const OF_CODE: [(&str, Self); 1] = [("code", Self::Code)];
    const OF_LINK: [(&str, Self); 2] = [("link", Self::Link), ("label", Self::Label)];
}

impl Layout {
    /// Reads a layout. The error says what is wrong.
    pub(super) fn parse(html: &str) -> Result<Self, String> {
        let mut rest = html;
        let [head, text, code, link] = MARKS.map(|mark| {
            let (part, behind) =
                rest.split_once(mark).ok_or_else(|| format!("{mark} is missing, or not in its order"))?;
            rest = behind;
            Ok::<_, String>(part)
        });
        Ok(Self {
            head: parse_part(head?, &Slot::OF_PAGE, false)?,
            text: parse_part(text?, &Slot::OF_TEXT, true)?,
            code: parse_part(code?, &Slot::OF_CODE, true)?,
            link: parse_part(link?, &Slot::OF_LINK, true)?,
            tail: parse_part(rest, &Slot::OF_PAGE, false)?,
        })
    }

    /// A paragraph.
    pub(super) fn text(&self, text: &str) -> String {
        let text = escaped(text);
        self.text.fill(|_slot| &text)
    }

    /// A code.
    pub(super) fn code(&self, code: &str) -> String {
        let code = escaped(code);
        self.code.fill(|_slot| &code)
    }

    /// A link, by the words on its button.
    pub(super) fn link(&self, label: &str, link: &str) -> String {
        let (label, link) = (escaped(label), escaped(link));
        self.link.fill(|slot| if slot == Slot::Label { &label } else { &link })
    }

    /// The page around paragraphs, which are HTML already.
    pub(super) fn page(&self, language: &str, subject: &str, app: &str, paragraphs: &str) -> String {
        let (language, subject, app) = (escaped(language), escaped(subject), escaped(app));
        let fill = |part: &Pieces<Slot>| {
            part.fill(|slot| match slot {
                Slot::Language => &language,
                Slot::Subject => &subject,
                _ => &app,
            })
        };
        format!("{}{paragraphs}{}", fill(&self.head), fill(&self.tail))
    }
}

fn parse_part(html: &str, slots: &[(&str, Slot)], all: bool) -> Result<Pieces<Slot>, String> {
    let known = |name: &str| slots.iter().find(|(slot, _)| *slot == name).map(|(_, slot)| *slot);
    let pieces = Pieces::parse(html, known).map_err(|unknown| unknown.to_string())?;
    match slots.iter().find(|(_, slot)| all && !pieces.has(*slot)) {
        Some((name, _slot)) => Err(format!("{{{name}}} is missing")),
        None => Ok(pieces),
    }
}

/// The text as HTML shows it, between tags and in attributes with double quotes.
fn escaped(text: &str) -> String {
    let mut html = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => html.push_str("&amp;"),
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            '"' => html.push_str("&quot;"),
            c => html.push(c),
        }
    }
    html
}

#[cfg(test)]
mod tests {
    use super::{EMBEDDED, Layout};

    #[test]
    fn what_is_wrong_with_a_layout_is_said() {
        assert!(Layout::parse(EMBEDDED).is_ok());
        for (find, replacement, expected) in [
            ("<!--code-->", "", "<!--code--> is missing"),
            ("<!--end-->", "", "<!--end--> is missing"),
            ("{text}", "", "{text} is missing"),
            ("{link}", "", "{link} is missing"),
            ("{subject}", "{name}", "{name} is not known"),
            ("{code}", "{text}", "{text} is not known"),
        ] {
            let wrong = Layout::parse(&EMBEDDED.replace(find, replacement)).unwrap_err();
            assert!(wrong.contains(expected), "{find}: {wrong}");
        }
    }
}
