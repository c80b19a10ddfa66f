//! The words and the layout of an operator's own.

use std::fs;
use std::io;
use std::path::Path;

use shared::environment::{ConfigError, Environment};

const TEMPLATES: &str = "MAIL_TEMPLATES";
const LAYOUT: &str = "layout.html";

/// The files in the folder that `MAIL_TEMPLATES` names: `layout.html`, and folders named after languages, which hold a file
/// for each kind, such as `fr/reset.txt`. Each takes the place of the repository's own.
#[derive(Debug, Default)]
pub(super) struct Overrides {
    folder: Option<String>,
    layout: Option<String>,
    /// Language, kind and text.
    templates: Vec<(String, String, String)>,
}

impl Overrides {
    /// Reads every file. One that has another name than those above stops the start: it would otherwise be left out unseen.
    pub(super) fn read(environment: &Environment) -> Result<Self, ConfigError> {
        let Some(folder) = environment.get(TEMPLATES) else { return Ok(Self::default()) };
        let mut overrides = Self { folder: Some(folder.to_owned()), ..Self::default() };
        let failed = |error: io::Error| refused(folder, &error.to_string());
        for entry in sorted(Path::new(folder)).map_err(failed)? {
            let refused = |file: &str, wrong: &str| refused(folder, &format!("{file}: {wrong}"));
            if entry == LAYOUT {
                let text = fs::read_to_string(Path::new(folder).join(LAYOUT));
                overrides.layout = Some(text.map_err(|error| refused(LAYOUT, &error.to_string()))?);
                continue;
            }
            let is_language = matches!(entry.len(), 2..=3) && entry.bytes().all(|byte| byte.is_ascii_lowercase());
            if !is_language {
                return Err(refused(
                    &entry,
                    "it is neither layout.html nor a folder named after a language, such as fr",
                ));
            }
            for file in sorted(&Path::new(folder).join(&entry)).map_err(|error| refused(&entry, &error.to_string()))? {
                let name = format!("{entry}/{file}");
                let kind = file.strip_suffix(".txt").ok_or_else(|| refused(&name, "its name does not end in .txt"))?;
                let text = fs::read_to_string(Path::new(folder).join(&entry).join(&file));
                let text = text.map_err(|error| refused(&name, &error.to_string()))?;
                overrides.templates.push((entry.clone(), kind.to_owned(), text));
            }
        }
        Ok(overrides)
    }

    /// The layout, if there is one.
    pub(super) fn layout(&self) -> Option<&str> {
        self.layout.as_deref()
    }

    /// Language, kind and text of each template.
    pub(super) fn templates(&self) -> impl Iterator<Item = (&str, &str, &str)> {
        self.templates.iter().map(|(language, kind, text)| (language.as_str(), kind.as_str(), text.as_str()))
    }

    /// The error of a file that cannot be used.
    pub(super) fn refused(&self, file: &str, wrong: &str) -> ConfigError {
        refused(self.folder.as_deref().unwrap_or_default(), &format!("{file}: {wrong}"))
    }
}

fn refused(folder: &str, wrong: &str) -> ConfigError {
    ConfigError::invalid(TEMPLATES, folder, format!("a folder of mails ({wrong})"), "/opt/mails")
}

/// The names in a folder, without those that begin with a dot.
fn sorted(folder: &Path) -> io::Result<Vec<String>> {
    let names = fs::read_dir(folder)?.map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned()));
    let mut names = names.collect::<io::Result<Vec<String>>>()?;
    names.retain(|name| !name.starts_with('.'));
    names.sort_unstable();
    Ok(names)
}
