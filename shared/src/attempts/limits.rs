//! The limits of a deployment and their defaults.

use super::Limit;
use super::limit::OFF;
use crate::environment::{ConfigError, Environment};

/// A variable that sets a limit.
#[derive(Clone, Copy, Debug)]
pub(super) struct Setting {
    /// Its name.
    pub(super) variable: &'static str,
    /// The limit if it is not set, as the variable would say it.
    pub(super) default: &'static str,
}

const PAIR: Setting = Setting { variable: "LIMIT_PAIR", default: "10/900" };
const ACCOUNT: Setting = Setting { variable: "LIMIT_ACCOUNT", default: "100/3600" };
const SOURCE: Setting = Setting { variable: "LIMIT_ADDRESS", default: "300/900" };
const SIGNUP: Setting = Setting { variable: "LIMIT_SIGNUP", default: "100/3600" };
const OAUTH: Setting = Setting { variable: "LIMIT_OAUTH", default: "300/900" };

const MAIL: Setting = Setting { variable: "LIMIT_MAIL", default: "5/3600" };
const MAIL_SOURCE: Setting = Setting { variable: "LIMIT_MAIL_SOURCE", default: "30/3600" };
const MAIL_UNPROVED: Setting = Setting { variable: "LIMIT_MAIL_UNPROVED", default: "1000/3600" };
const CODE_PAIR: Setting = Setting { variable: "LIMIT_CODE_PAIR", default: "5/900" };
const CODE_ACCOUNT: Setting = Setting { variable: "LIMIT_CODE_ACCOUNT", default: "50/3600" };
const CODE_ALL: Setting = Setting { variable: "LIMIT_CODE_ALL", default: "2000/3600" };

/// Mails with a code for a reset to one address. Whoever asks too often gets nothing more and is not told: a code of the last
/// ten minutes is in the mailbox, and good for 20 minutes more.
const RESET_MAIL: Option<Limit> = Limit::new(1, 600);

/// Every limit that there is.
const ALL: [Setting; 11] =
    [PAIR, ACCOUNT, SOURCE, SIGNUP, OAUTH, MAIL, MAIL_SOURCE, MAIL_UNPROVED, CODE_PAIR, CODE_ACCOUNT, CODE_ALL];

/// The environment with every limit off, for tests: they try more often from one source than people do.
#[must_use]
pub fn without_limits(environment: Environment) -> Environment {
    ALL.into_iter().fold(environment, |environment, setting| environment.with(setting.variable, OFF))
}

/// The limits of log-in. One that is `None` is off: nothing is counted for it.
#[derive(Clone, Copy, Debug)]
pub struct LoginLimits {
    /// Of attempts on one account from one source.
    pub pair: Option<Limit>,
    /// Of attempts on one account from sources that it does not know.
    pub account: Option<Limit>,
    /// Of failures from one source, whatever the accounts. It refuses nobody at an account that knows the source.
    pub source: Option<Limit>,
}

impl LoginLimits {
    /// `LIMIT_PAIR` (10 in 15 minutes by default), `LIMIT_ACCOUNT` (100 an hour) and `LIMIT_ADDRESS` (300 in 15 minutes),
    /// the limit of a source.
    pub fn read(environment: &Environment) -> Result<Self, ConfigError> {
        Ok(Self {
            pair: Limit::read(environment, PAIR)?,
            account: Limit::read(environment, ACCOUNT)?,
            source: Limit::read(environment, SOURCE)?,
        })
    }
}

/// The limits of sign-up. One that is `None` is off: nothing is counted for it.
#[derive(Clone, Copy, Debug)]
pub struct SignupLimits {
    /// Of new accounts from one source.
    pub accounts: Option<Limit>,
    /// Of sign-ups from one source that made none. If it is off, they count as new accounts, so that nothing goes uncounted.
    pub failures: Option<Limit>,
}

impl SignupLimits {
    /// `LIMIT_SIGNUP` (100 an hour by default) and `LIMIT_ADDRESS`, as for log-in.
    pub fn read(environment: &Environment) -> Result<Self, ConfigError> {
        Ok(Self { accounts: Limit::read(environment, SIGNUP)?, failures: Limit::read(environment, SOURCE)? })
    }
}

/// The limit of sign-ins through providers.
#[derive(Clone, Copy, Debug)]
pub struct OAuthLimits {
    /// Of callbacks from one source that reach a provider. Nothing is counted if it is off.
    pub callbacks: Option<Limit>,
}

impl OAuthLimits {
    /// `LIMIT_OAUTH` (300 in 15 minutes by default).
    pub fn read(environment: &Environment) -> Result<Self, ConfigError> {
        Ok(Self { callbacks: Limit::read(environment, OAUTH)? })
    }
}

/// The limits of asking for mail.
#[derive(Clone, Copy, Debug)]
pub struct MailLimits {
    /// Of mails to one address, whoever asks for them, but for resets.
    pub address: Option<Limit>,
    /// Of mails for resets to one address. It is off if the one above is.
    pub resets: Option<Limit>,
    /// Of mails that one source asks for.
    pub source: Option<Limit>,
}

impl MailLimits {
    /// `LIMIT_MAIL` (5 an hour by default) and `LIMIT_MAIL_SOURCE` (30 an hour).
    pub fn read(environment: &Environment) -> Result<Self, ConfigError> {
        let address = Limit::read(environment, MAIL)?;
        let resets = address.and(RESET_MAIL);
        Ok(Self { address, resets, source: Limit::read(environment, MAIL_SOURCE)? })
    }
}

/// The limits of trying codes. A link's secret is bound by the first and the third alone: nobody guesses it.
#[derive(Clone, Copy, Debug)]
pub struct CodeLimits {
    /// Of codes for one address from one source.
    pub pair: Option<Limit>,
    /// Of digits for one address from sources that its account does not know.
    pub account: Option<Limit>,
    /// Of failures from one source, of log-ins and codes together.
    pub source: Option<Limit>,
    /// Of wrong digits for all addresses together. Beyond it, only the secrets of links are good.
    pub all: Option<Limit>,
}

impl CodeLimits {
    /// `LIMIT_CODE_PAIR` (5 in 15 minutes by default), `LIMIT_CODE_ACCOUNT` (50 an hour), `LIMIT_ADDRESS`, as for log-in, and
    /// `LIMIT_CODE_ALL` (2,000 an hour).
    pub fn read(environment: &Environment) -> Result<Self, ConfigError> {
        Ok(Self {
            pair: Limit::read(environment, CODE_PAIR)?,
            account: Limit::read(environment, CODE_ACCOUNT)?,
            source: Limit::read(environment, SOURCE)?,
            all: Limit::read(environment, CODE_ALL)?,
        })
    }
}

/// The limit of mails to addresses that nobody has proved.
#[derive(Clone, Copy, Debug)]
pub struct SendingLimits {
    /// Of all such mails together. Nothing is counted if it is off.
    pub unproved: Option<Limit>,
}

impl SendingLimits {
    /// `LIMIT_MAIL_UNPROVED` (1,000 an hour by default).
    pub fn read(environment: &Environment) -> Result<Self, ConfigError> {
        Ok(Self { unproved: Limit::read(environment, MAIL_UNPROVED)? })
    }
}
