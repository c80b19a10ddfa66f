//! Signing in with providers.

mod accounts;
mod finish;
mod link;
mod stale_links;
mod support;
mod unlink;
