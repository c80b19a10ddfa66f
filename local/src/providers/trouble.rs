//! What is made to go wrong.

use std::time::Duration;

use axum::http::StatusCode;

use super::answer::Answer;
use super::provider::Provider;

/// How long a late answer takes. The function gives up after 3 s.
pub(super) const LATE: Duration = Duration::from_secs(10);

/// What goes wrong after the consent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Trouble {
    /// The token comes too late.
    Late,
    /// The token endpoint answers 500.
    ServerError,
    /// The redirect has an `iss` that is not the provider's.
    OtherIssuer,
    /// X has no credits left to sell.
    NoCredits,
    /// X has answered too often.
    TooMany,
}

/// A choice of the consent page: the value of the field, and its words.
pub(super) struct TroubleChoice {
    pub(super) trouble: Trouble,
    pub(super) value: &'static str,
    pub(super) label: &'static str,
    pub(super) hint: &'static str,
}

const CHOICES: [TroubleChoice; 5] = [
    TroubleChoice {
        trouble: Trouble::Late,
        value: "late",
        label: "Answer too late",
        hint: "The token comes after 10 s. Latchkey waits 3 s.",
    },
    TroubleChoice {
        trouble: Trouble::ServerError,
        value: "500",
        label: "Answer 500",
        hint: "The token endpoint fails.",
    },
    TroubleChoice {
        trouble: Trouble::OtherIssuer,
        value: "iss",
        label: "Answer with another iss",
        hint: "The redirect names another provider, as in a mix-up attack.",
    },
    TroubleChoice {
        trouble: Trouble::NoCredits,
        value: "402",
        label: "Answer 402",
        hint: "The app has no credits left to read the user with.",
    },
    TroubleChoice {
        trouble: Trouble::TooMany,
        value: "429",
        label: "Answer 429",
        hint: "The user was read too often.",
    },
];

impl Trouble {
    /// What can go wrong at a provider.
    pub(super) fn choices(provider: Provider) -> impl Iterator<Item = &'static TroubleChoice> {
        CHOICES.iter().filter(move |choice| match choice.trouble {
            Self::Late | Self::ServerError => true,
            Self::OtherIssuer => matches!(provider, Provider::Google | Provider::GitHub),
            Self::NoCredits | Self::TooMany => provider == Provider::X,
        })
    }
}

/// What becomes of the token endpoint's answer.
pub(super) fn at_token(trouble: Option<Trouble>, answer: Answer) -> Answer {
    match trouble {
        Some(Trouble::Late) => answer.late(),
        Some(Trouble::ServerError) => {
            Answer::text(StatusCode::INTERNAL_SERVER_ERROR, "Something went wrong.").because("server_error")
        }
        _ => answer,
    }
}
