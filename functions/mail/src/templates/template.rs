//! The words of one kind of mail in one language.

use super::pieces::Pieces;
use super::{Layout, Rendered, Words};
use crate::kind::Kind;

/// What stands for something else in a template.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Placeholder {
    App,
    Code,
    Link,
    Time,
    Device,
}

impl Placeholder {
    fn named(name: &str) -> Option<Self> {
        match name {
            "app" => Some(Self::App),
            "code" => Some(Self::Code),
            "link" => Some(Self::Link),
            "time" => Some(Self::Time),
            "device" => Some(Self::Device),
            _ => None,
        }
    }

    /// What stands for it in a mail; `None` if this mail has none.
    fn value<'w>(self, words: &'w Words<'_>) -> Option<&'w str> {
        match self {
            Self::App => Some(words.app),
            Self::Code => words.code.as_deref(),
            Self::Link => words.link.as_deref(),
            Self::Time => Some(&words.time),
            Self::Device => words.device.as_deref(),
        }
    }
}

/// A template: the subject in its first line, and paragraphs with an empty line between them.
#[derive(Clone, Debug)]
pub(super) struct Template {
    subject: Pieces<Placeholder>,
    paragraphs: Vec<Paragraph>,
}

#[derive(Clone, Debug)]
enum Paragraph {
    Text(Pieces<Placeholder>),
    /// The code alone.
    Code,
    /// A link and the words on its button.
    Link(String),
}

impl Template {
    /// Reads the template of a kind. `has_link` says whether there is a page for its link to lead to. The error says what is
    /// wrong.
    pub(super) fn parse(text: &str, kind: Kind, has_link: bool) -> Result<Self, String> {
        let text = text.trim_start_matches('\u{feff}').replace("\r\n", "\n");
        let (subject, body) = text.split_once('\n').unwrap_or((&text, ""));
        let subject = subject.trim();
        if subject.is_empty() {
            return Err("the first line is the subject, and it is empty".to_owned());
        }
        let known = |name: &str| Placeholder::named(name).filter(|found| kind.may_have(*found));
        let only_app = |name: &str| known(name).filter(|found| *found == Placeholder::App);
        let subject = Pieces::parse(subject, only_app).map_err(|unknown| format!("in the subject, {unknown}"))?;
        let paragraphs = body
            .split("\n\n")
            .map(|lines| lines.split_whitespace().collect::<Vec<_>>().join(" "))
            .filter(|paragraph| !paragraph.is_empty())
            .map(|paragraph| Paragraph::parse(&paragraph, known))
            .collect::<Result<Vec<_>, _>>()?;
        if paragraphs.is_empty() {
            return Err("it has no paragraph below the subject".to_owned());
        }
        let has = |found: fn(&Paragraph) -> bool| paragraphs.iter().any(found);
        if kind.has_code() && !has(|paragraph| matches!(paragraph, Paragraph::Code)) {
            return Err("{code} is missing".to_owned());
        }
        if has_link && !has(|paragraph| matches!(paragraph, Paragraph::Link(_))) {
            return Err("{link} is missing".to_owned());
        }
        Ok(Self { subject, paragraphs })
    }

    /// The mail with these words. A paragraph that needs a word that there is not is left out.
    pub(super) fn render(&self, language: &str, words: &Words<'_>, layout: &Layout) -> Rendered {
        let value = |placeholder: Placeholder| placeholder.value(words).unwrap_or_default();
        let subject = self.subject.fill(value);
        let (mut text, mut html) = (Vec::new(), String::new());
        for paragraph in &self.paragraphs {
            match paragraph {
                Paragraph::Text(pieces) => {
                    if pieces.has(Placeholder::Device) && words.device.is_none() {
                        continue;
                    }
                    let line = pieces.fill(value);
                    html.push_str(&layout.text(&line));
                    text.push(line);
                }
                Paragraph::Code => {
                    let Some(code) = &words.code else { continue };
                    html.push_str(&layout.code(code));
                    text.push(code.clone());
                }
                Paragraph::Link(label) => {
                    let Some(link) = &words.link else { continue };
                    html.push_str(&layout.link(label, link));
                    text.push(format!("{label}:\n{link}"));
                }
            }
        }
        let html = layout.page(language, &subject, words.app, &html);
        Rendered { subject, text: format!("{}\n", text.join("\n\n")), html }
    }
}

impl Paragraph {
    fn parse(text: &str, known: impl Fn(&str) -> Option<Placeholder>) -> Result<Self, String> {
        let pieces = Pieces::parse(text, known).map_err(|unknown| unknown.to_string())?;
        if pieces.is(Placeholder::Code) {
            return Ok(Self::Code);
        }
        if pieces.has(Placeholder::Code) {
            return Err("{code} must be a paragraph of its own".to_owned());
        }
        if pieces.has(Placeholder::Link) {
            let label = pieces.text_before(Placeholder::Link).and_then(|text| text.trim_end().strip_suffix(':'));
            let label = label.map(str::trim).filter(|label| !label.is_empty());
            let label = label.ok_or("{link} must end a paragraph, behind the words of its button and a colon")?;
            return Ok(Self::Link(label.to_owned()));
        }
        Ok(Self::Text(pieces))
    }
}

impl Kind {
    /// Whether a template of this kind may hold this placeholder.
    fn may_have(self, placeholder: Placeholder) -> bool {
        self.has_code() || !matches!(placeholder, Placeholder::Code | Placeholder::Link)
    }
}

#[cfg(test)]
mod tests {
    use shared::mail::Notice;

    use super::Template;
    use crate::kind::Kind;
    use crate::templates::layout::EMBEDDED;
    use crate::templates::{Layout, Rendered, Words};

    const TEXT: &str =
        "Reset at {app}\n\nEnter\nthis:\n\n{code}\n\nSet it: {link}\n\nUntil {time}, {app}.\n\nFrom {device}.\n";

    fn words() -> Words<'static> {
        Words {
            app: "A & {code}",
            code: Some("1234 5678".to_owned()),
            link: Some("https://a.example/?x&y#code=z".to_owned()),
            time: "2026-11-27 22:47 UTC".to_owned(),
            device: Some("Firefox, <Windows>".to_owned()),
        }
    }

    fn render(text: &str, words: &Words<'_>) -> Rendered {
        let template = Template::parse(text, Kind::Reset, false).unwrap();
        template.render("en", words, &Layout::parse(EMBEDDED).unwrap())
    }

    #[test]
    fn both_parts_say_the_same_and_values_are_escaped_and_not_read_again() {
        let mail = render(TEXT, &words());
        assert_eq!(mail.subject, "Reset at A & {code}");
        let expected = "Enter this:\n\n1234 5678\n\nSet it:\nhttps://a.example/?x&y#code=z\n\nUntil 2026-11-27 22:47 UTC, A & {code}.\
                        \n\nFrom Firefox, <Windows>.\n";
        assert_eq!(mail.text, expected);
        for part in
            ["A &amp; {code}", ">1234 5678<", "href=\"https://a.example/?x&amp;y#code=z\"", "Firefox, &lt;Windows&gt;"]
        {
            assert!(mail.html.contains(part), "{part}: {}", mail.html);
        }
        assert!(!mail.html.contains("<Windows>") && mail.html.contains("lang=\"en\""), "{}", mail.html);
    }

    #[test]
    fn a_paragraph_without_its_link_or_its_device_is_left_out() {
        let mail = render(TEXT, &Words { link: None, device: None, ..words() });
        assert_eq!(mail.text, "Enter this:\n\n1234 5678\n\nUntil 2026-11-27 22:47 UTC, A & {code}.\n");
        assert!(!mail.html.contains("href"), "{}", mail.html);
    }

    #[test]
    fn what_is_wrong_with_a_template_is_said() {
        let notice = Kind::Notice(Notice::Deleted);
        for (text, kind, has_link, expected) in [
            ("", Kind::Reset, false, "the subject, and it is empty"),
            ("\n\n{code}", Kind::Reset, false, "the subject, and it is empty"),
            ("S", Kind::Reset, false, "no paragraph"),
            ("S\n\nText", Kind::Reset, false, "{code} is missing"),
            ("S\n\n{code}", Kind::Reset, true, "{link} is missing"),
            ("S\n\n{name}, {code}", Kind::Reset, false, "{name} is not known"),
            ("S {code}\n\n{code}", Kind::Reset, false, "in the subject, the placeholder {code}"),
            ("S {device}\n\n{code}", Kind::Reset, false, "in the subject, the placeholder {device}"),
            ("S\n\nIt is {code}", Kind::Reset, false, "a paragraph of its own"),
            ("S\n\n{code}\n\n{link}", Kind::Reset, true, "{link} must end a paragraph"),
            ("S\n\n{code}\n\nOpen {link}.", Kind::Reset, true, "{link} must end a paragraph"),
            ("S\n\n{code}", notice, false, "{code} is not known"),
            ("S\n\nOpen: {link}", notice, false, "{link} is not known"),
        ] {
            let wrong = Template::parse(text, kind, has_link).unwrap_err();
            assert!(wrong.contains(expected), "{text:?}: {wrong}");
        }
        assert!(Template::parse("S\r\n\r\n{code}\r\n\r\nOpen: {link}", Kind::Reset, true).is_ok());
    }
}
