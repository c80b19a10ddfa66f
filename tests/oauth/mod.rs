//! Signing in with providers.

mod accounts;
mod callback;
mod failures;
mod finish;
mod flow;
mod honest;
mod id_tokens;
mod limits;
mod link;
mod mail;
mod own_account;
mod return_urls;
mod seals;
mod stale_links;
mod start;
mod stores;
pub(crate) mod support;
mod unlink;
mod whole_way;
