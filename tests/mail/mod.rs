//! What log-ins, sign-ups and sessions have to do with mail.

mod email;
mod email_not_verified;
mod inbox;
mod new_logins;
mod reset;
mod reset_or_wait;
mod session_ended;
mod sign_up;
mod sign_up_limits;
mod sign_up_races;
mod sign_up_required;
mod sign_up_resend;
