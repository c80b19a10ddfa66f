//! The words of mails: one text for each kind and language, from which both the plain and the HTML part are made. So a
//! translator writes each once, and the parts never differ.

mod embedded;
mod layout;
mod overrides;
mod pieces;
mod template;

use std::collections::HashMap;

use shared::environment::{ConfigError, Environment};
use shared::mail::Languages;

use crate::kind::Kind;
use crate::links::Links;
use embedded::EMBEDDED;
use layout::Layout;
use overrides::Overrides;
use template::Template;

const LANGUAGE: &str = "MAIL_LANGUAGE";
/// The language that has every kind, whatever is added.
const COMPLETE: &str = "en";

/// What a mail says beside its template.
#[derive(Clone)]
pub(crate) struct Words<'w> {
    /// The app's name.
    pub(crate) app: &'w str,
    /// The code, as it is shown.
    pub(crate) code: Option<String>,
    /// The link that fills in the code.
    pub(crate) link: Option<String>,
    /// When it happened, or until when the code is good.
    pub(crate) time: String,
    /// The browser and the system that it was asked for with.
    pub(crate) device: Option<String>,
}

/// A mail's subject and both of its parts.
pub(crate) struct Rendered {
    pub(crate) subject: String,
    pub(crate) text: String,
    pub(crate) html: String,
}

/// Every template.
#[derive(Clone, Debug)]
pub(crate) struct Templates {
    layout: Layout,
    languages: HashMap<String, HashMap<Kind, Template>>,
    default: String,
}

impl Templates {
    /// The templates of the repository and, over them, those in the folder that `MAIL_TEMPLATES` names. `MAIL_LANGUAGE` is for
    /// people whose languages have none.
    pub(crate) fn read(environment: &Environment, links: &Links) -> Result<Self, ConfigError> {
        let overrides = Overrides::read(environment)?;
        let layout = overrides.layout().unwrap_or(layout::EMBEDDED);
        let layout = Layout::parse(layout).map_err(|wrong| overrides.refused("layout.html", &wrong))?;
        let mut languages: HashMap<String, HashMap<Kind, Template>> = HashMap::new();
        let embedded =
            EMBEDDED.iter().flat_map(|of| of.templates.iter().map(|(kind, text)| (of.language, *kind, *text)));
        for (language, name, text) in embedded.chain(overrides.templates()) {
            let refused = |wrong: &str| overrides.refused(&format!("{language}/{name}.txt"), wrong);
            let kind =
                Kind::all().find(|kind| kind.as_str() == name).ok_or_else(|| refused("there is no such mail"))?;
            let template = Template::parse(text, kind, links.has(kind)).map_err(|wrong| refused(&wrong))?;
            languages.entry(language.to_owned()).or_default().insert(kind, template);
        }
        let default = environment.get(LANGUAGE).unwrap_or(COMPLETE);
        if !languages.contains_key(default) {
            let mut known: Vec<_> = languages.keys().map(String::as_str).collect();
            known.sort_unstable();
            return Err(ConfigError::invalid(LANGUAGE, default, known.join(" or "), COMPLETE));
        }
        Ok(Self { layout, languages, default: default.to_owned() })
    }

    /// The mail of this kind in the first language that has it: of those that its reader prefers, or else the deployment's own.
    pub(crate) fn render<'l>(
        &'l self,
        kind: Kind,
        preferred: &'l Languages,
        words: &Words<'_>,
    ) -> Option<(&'l str, Rendered)> {
        let mut languages = preferred.iter().chain([self.default.as_str(), COMPLETE]);
        languages.find_map(|language| {
            let template = self.languages.get(language)?.get(&kind)?;
            Some((language, template.render(language, words, &self.layout)))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::EMBEDDED;
    use crate::kind::Kind;

    #[test]
    fn every_language_has_every_kind() {
        for of in EMBEDDED {
            let names: Vec<_> = of.templates.iter().map(|(name, _)| *name).collect();
            assert_eq!(names, Kind::all().map(Kind::as_str).collect::<Vec<_>>(), "{}", of.language);
        }
    }
}
