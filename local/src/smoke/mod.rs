//! A test of a deployment from the outside, for the person who has just deployed it: each check is one thing that an app
//! needs, and what is wrong comes with what to do about it.

mod account;
mod advice;
mod cors;
mod documents;
mod limits;
mod mail;
mod providers;
mod report;
mod routes;
mod session;
mod site;

use std::io::{self, Write};

use account::{SignedUp, ThrowAway};
use cors::Foreign;
use site::Wrong;

pub(crate) use report::Report;
pub(crate) use site::Site;

/// More attempts than this are not made to meet a limit. Each costs a hash.
const MOST_PAIR_LIMIT: u64 = 50;

/// How often the test sends a password that is right, until the user is deleted. The limit of log-ins counts each.
const PASSWORDS_SENT: u64 = 7;

const KEYS: &str = "The key set is published";
const ACCOUNT: &str = "Whatever needs an account";

/// What a deployment must be like that its URL does not tell.
#[derive(Debug)]
pub(crate) struct Expected {
    /// An origin whose pages may call.
    pub(crate) origin: Option<String>,
    /// The audience of the tokens.
    pub(crate) audience: String,
    /// How many log-ins one source may try on an account in a window. `None` if any number.
    pub(crate) pair_limit: Option<u64>,
    /// A page that a sign-in with another account may return to.
    pub(crate) return_to: Option<String>,
}

/// Makes the checks. What is found goes to the report.
pub(crate) async fn try_out<W: Write>(site: &Site, expected: &Expected, report: &mut Report<W>) -> io::Result<()> {
    if report.check("The API can be reached", site.reach().await)?.is_none() {
        return report.skip("Everything else", "nothing can be tried without the API");
    }
    report.check("The discovery document names this URL as the issuer", documents::discovery(site).await)?;
    try_account(site, expected, report).await?;
    report.check("A request without a token is refused", routes::without_token(site).await)?;
    report.check("An unknown path is refused", routes::unknown_path(site).await)?;
    report.check("A wrong method is refused", routes::wrong_method(site).await)?;
    try_providers(site, expected.return_to.as_deref(), report).await?;
    try_origins(site, expected.origin.as_deref(), report).await
}

async fn try_account<W: Write>(site: &Site, expected: &Expected, report: &mut Report<W>) -> io::Result<()> {
    const VERIFIED: &str = "The token is signed by a published key, for this issuer and audience";
    const BY_COOKIE: &str = "/auth/me knows the user by the cookie";

    let user = ThrowAway::new();
    let signed_up = match user.sign_up(site).await {
        Ok(SignedUp::Waits(id)) => return try_waiting(site, &id, report).await,
        Ok(SignedUp::AtOnce(token)) => Ok(token),
        Err(wrong) => Err(wrong),
    };
    let signed_up = report.check("A sign-up makes an account and returns a token", signed_up)?;
    let keys = report.check(KEYS, documents::key_set(site).await)?;
    let Some(first_token) = signed_up else {
        return report.skip(ACCOUNT, "the sign-up failed");
    };
    let logged_in = report.check("A log-in returns a token", user.log_in(site).await)?;
    let token = logged_in.unwrap_or(first_token);
    match keys {
        Some(keys) => {
            report.check(VERIFIED, documents::verify(&token, &keys, site.url(), &expected.audience))?;
        }
        None => report.skip(VERIFIED, "the key set could not be read")?,
    }
    let id =
        report.check("/auth/me knows the user by Authorization: Bearer", user.show(site.with_token(&token)).await)?;
    match report.check("A log-in by cookie sets a cookie for this host alone", user.log_in_by_cookie(site).await)? {
        Some(cookie) => {
            report.check(BY_COOKIE, user.show(site.with_cookie(&cookie)).await)?;
        }
        None => report.skip(BY_COOKIE, "there is no cookie")?,
    }
    try_session(site, &user, report).await?;
    try_mail(site, Some(&token), report).await?;
    report.check("A log-out everywhere ends every token", account::log_out(site, &token).await)?;
    let user = try_changes(site, user, expected.pair_limit, report).await?;
    // Wrong passwords are counted in the same way if nobody has the address. They come last, since they keep everybody out.
    try_limit(site, &user, expected.pair_limit, report).await?;
    if !user.is_deleted() {
        report.leave(user.how_to_remove(id.as_deref()));
    }
    Ok(())
}

/// A sign-up that waits for a code, which the test cannot read, makes no account to go on with.
async fn try_waiting<W: Write>(site: &Site, signup_id: &str, report: &mut Report<W>) -> io::Result<()> {
    report.check("A wrong code makes no account", mail::confirms_nothing(site, signup_id).await)?;
    report.check(KEYS, documents::key_set(site).await)?;
    try_mail(site, None, report).await?;
    report.skip(ACCOUNT, "EmailVerification is required, and the test reads no mail")
}

async fn try_mail<W: Write>(site: &Site, token: Option<&str>, report: &mut Report<W>) -> io::Result<()> {
    match mail::is_on(site).await {
        Ok(true) => {}
        Ok(false) => {
            report.check("Without mail, no route asks for codes", mail::is_off_everywhere(site).await)?;
            return report.skip("Whatever needs mail", "MailFrom is not set");
        }
        Err(wrong) => return report.check::<()>("Codes can be asked for", Err(wrong)).map(drop),
    }
    report.check("A reset can be asked for, whoever has an account", mail::forgets_for_nobody(site).await)?;
    report.check("A wrong code sets no password", mail::resets_nothing(site).await)?;
    if let Some(token) = token {
        report.check("A wrong code proves no address", mail::proves_nothing(site, token).await)?;
    }
    Ok(())
}

async fn try_changes<W: Write>(
    site: &Site,
    user: ThrowAway,
    limit: Option<u64>,
    report: &mut Report<W>,
) -> io::Result<ThrowAway> {
    const CHANGES: &str = "A change of password ends the token, and the new password logs in";
    const DELETES: &str = "A deletion ends the account";

    if let Some(limit) = limit.filter(|limit| *limit < PASSWORDS_SENT) {
        report.skip(CHANGES, &format!("LimitPair allows {limit} log-ins, and the test makes {PASSWORDS_SENT}"))?;
        return Ok(user);
    }
    let Some((user, token)) = report.check(CHANGES, user.change_password(site).await)? else {
        report.skip(DELETES, "the password is not known for sure")?;
        return Ok(user);
    };
    Ok(report.check(DELETES, user.delete(site, &token).await)?.unwrap_or(user))
}

async fn try_session<W: Write>(site: &Site, user: &ThrowAway, report: &mut Report<W>) -> io::Result<()> {
    const GOES_ON: &str = "A session is refreshed and listed";
    const ENDS: &str = "A log-out ends the session";

    let Some(first) = report.check("A log-in begins a session", session::begin(site, user).await)? else {
        return report.skip(GOES_ON, "there is no session");
    };
    let token = report.check(GOES_ON, session::go_on(site, &first).await)?.unwrap_or(first);
    report.check(ENDS, session::end(site, &token).await).map(drop)
}

async fn try_limit<W: Write>(
    site: &Site,
    user: &ThrowAway,
    limit: Option<u64>,
    report: &mut Report<W>,
) -> io::Result<()> {
    const NAME: &str = "Too many log-ins are refused for a while";

    match limit {
        None => report.skip(NAME, "LimitPair is 0, so there is no limit"),
        Some(limit) if limit > MOST_PAIR_LIMIT => {
            report.skip(NAME, &format!("LimitPair allows {limit} log-ins, and at most {MOST_PAIR_LIMIT} are tried"))
        }
        Some(limit) => report.check(NAME, limits::refused_log_in(site, user, limit).await).map(drop),
    }
}

async fn try_providers<W: Write>(site: &Site, return_to: Option<&str>, report: &mut Report<W>) -> io::Result<()> {
    const LEADS_THERE: &str = "A sign-in leads to the provider";

    let listed = match providers::list(site).await {
        Ok(None) => return report.skip("Sign-in with other accounts", "no provider is set up"),
        Ok(Some(listed)) => Ok(listed),
        Err(wrong) => Err(wrong),
    };
    let Some(listed) = report.check("The providers are listed", listed)? else {
        return report.skip("Sign-in with other accounts", "the list of providers could not be read");
    };
    report.check("An unknown provider is refused", providers::unknown(site).await)?;
    report.check("A forged code is refused", providers::forged_code(site).await)?;
    if listed.is_empty() {
        return report.skip(LEADS_THERE, "no provider is set up");
    }
    let Some(page) = return_to else {
        return report.skip(LEADS_THERE, "pass one of OAuthReturnUrls with --return-to");
    };
    for provider in &listed {
        let uri = providers::redirect_uri(site, provider);
        let name = format!("A sign-in leads to {provider}, where this must be registered: {uri}");
        report.check(&name, providers::leads_there(site, provider, page).await)?;
    }
    Ok(())
}

async fn try_origins<W: Write>(site: &Site, origin: Option<&str>, report: &mut Report<W>) -> io::Result<()> {
    const OTHERS: &str = "Pages of other origins may not call";

    let foreign = cors::foreign(site).await;
    if let Some(origin) = origin {
        report.check(&format!("Pages of {origin} may call"), cors::listed(site, origin).await)?;
        let closed = foreign.and_then(|foreign| match foreign {
            Foreign::Refused => Ok(()),
            Foreign::Allowed => {
                Err(Wrong::new("AllowedOrigins is *: every page may call", advice::list_origin(origin)))
            }
        });
        return report.check(OTHERS, closed).map(drop);
    }
    match foreign {
        Ok(Foreign::Allowed) => report
            .skip(OTHERS, "AllowedOrigins is *: list your origins before people use it, and pass one with --origin"),
        closed => {
            report.check(OTHERS, closed)?;
            report.skip("Pages of your origins may call", "pass one with --origin, such as https://app.example.com")
        }
    }
}
