//! Who may have an account: `SIGNUP`, invitations and `ALLOWED_EMAIL_DOMAINS`.

mod closed;
mod domains;
mod invited;
