//! What to do when the DynamoDB of `cargo dev` does not let a command in.

use std::error::Error;

use super::target::Place;

/// The next step after this error, or `None` if the error is about something else than credentials.
pub(super) fn next_step(place: &Place, error: &(dyn Error + 'static)) -> Option<String> {
    let mut causes = std::iter::successors(Some(error), |error| (*error).source());
    match place {
        Place::Local { key_file, .. } => {
            let unknown = ["UnrecognizedClientException", "InvalidSignatureException"];
            causes.any(|cause| names_any(cause, &unknown)).then(|| match key_file {
                Some(file) => format!(
                    "the key in {} is of another run: start `cargo dev` again, or remove the file and set \
                     AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY to what `cargo dev` printed",
                    file.display()
                ),
                None => "it takes only the key of its run: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY to what `cargo dev` \
                         printed"
                    .to_owned(),
            })
        }
        Place::Deployment { .. } => None,
    }
}

fn names_any(cause: &(dyn Error + 'static), codes: &[&str]) -> bool {
    let text = cause.to_string();
    codes.iter().any(|code| text.contains(code))
}
