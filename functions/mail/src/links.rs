//! The links of mails.

use shared::domain::EmailAddress;
use shared::environment::{ConfigError, Environment};
use shared::mail::Code;
use shared::web_origin::WebOrigin;
use url::{Position, Url, form_urlencoded};

use crate::kind::Kind;

const RESET_URL: &str = "RESET_URL";
const VERIFY_URL: &str = "VERIFY_URL";

/// The pages that links open. What a link carries stands in its fragment, which browsers send to no server. A link uses up
/// nothing by being opened: programs that look at mails open every one.
#[derive(Clone, Debug)]
pub(crate) struct Links {
    reset: Option<Url>,
    verify: Option<Url>,
}

impl Links {
    /// `RESET_URL` and `VERIFY_URL`. Mails have no link to a page that is not set.
    pub(crate) fn read(environment: &Environment) -> Result<Self, ConfigError> {
        Ok(Self { reset: read_page(environment, RESET_URL)?, verify: read_page(environment, VERIFY_URL)? })
    }

    /// Whether mails of this kind have a link.
    pub(crate) fn has(&self, kind: Kind) -> bool {
        self.page(kind).is_some()
    }

    /// The link that fills in this code, and says what it is for: the page alone cannot tell.
    pub(crate) fn with_code(&self, kind: Kind, email: &EmailAddress, code: &Code) -> Option<String> {
        let mut page = self.page(kind)?.clone();
        let mut fragment = form_urlencoded::Serializer::new(String::new());
        fragment.append_pair("kind", kind.as_str());
        if kind == Kind::Reset {
            fragment.append_pair("email", email.canonical());
        }
        page.set_fragment(Some(&fragment.append_pair("code", code.link()).finish()));
        Some(page.into())
    }

    fn page(&self, kind: Kind) -> Option<&Url> {
        match kind {
            Kind::Reset => self.reset.as_ref(),
            Kind::Signup | Kind::Verify | Kind::Change => self.verify.as_ref(),
            Kind::AccountExists | Kind::AddressTaken | Kind::Notice(_) => None,
        }
    }
}

fn read_page(environment: &Environment, variable: &'static str) -> Result<Option<Url>, ConfigError> {
    let Some(value) = environment.chosen(variable) else { return Ok(None) };
    let page = Url::parse(value)
        .ok()
        .filter(|page| WebOrigin::parse(&page[..Position::BeforePath]).is_some() && page.fragment().is_none());
    let expected = "the URL of a page without a fragment: https://…, or http://… on a loopback host";
    page.map(Some).ok_or_else(|| ConfigError::invalid(variable, value, expected, "https://app.example.com/account"))
}
