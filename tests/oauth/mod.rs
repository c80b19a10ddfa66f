//! Signing in with providers.

mod callback;
mod failures;
mod flow;
mod honest;
mod id_tokens;
mod limits;
mod return_urls;
mod seals;
mod start;
