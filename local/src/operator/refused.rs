//! What to do when AWS, or the DynamoDB of `cargo dev`, does not let a command in.

use std::error::Error;

use aws_credential_types::provider::error::CredentialsError;

use super::target::Place;

const FROM_ANYWHERE_ELSE: &str = "hand credentials of single sign-on, `aws login` or `credential_process` over by \
                                  eval \"$(aws configure export-credentials --profile NAME --format env)\"";

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
        Place::Deployment { .. } => causes.find_map(|cause| match cause.downcast_ref() {
            Some(CredentialsError::CredentialsNotLoaded(_)) => Some(format!(
                "there are no AWS credentials: set AWS_PROFILE to a profile with access keys or a role, or set AWS_ACCESS_KEY_ID \
                 and AWS_SECRET_ACCESS_KEY, or {FROM_ANYWHERE_ELSE}"
            )),
            Some(_) => Some(format!(
                "the AWS credentials cannot be loaded: see that AWS_PROFILE names the right profile; {FROM_ANYWHERE_ELSE}"
            )),
            None if names_any(cause, &["ExpiredToken"]) => {
                Some(format!("the session of these AWS credentials has expired: log in again, and {FROM_ANYWHERE_ELSE}"))
            }
            None if names_any(cause, &["UnrecognizedClientException", "InvalidSignatureException"]) => Some(format!(
                "AWS does not know these credentials: see that AWS_PROFILE, or AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and, \
                 for a session, AWS_SESSION_TOKEN belong together; {FROM_ANYWHERE_ELSE}"
            )),
            None => None,
        }),
    }
}

fn names_any(cause: &(dyn Error + 'static), codes: &[&str]) -> bool {
    let text = cause.to_string();
    codes.iter().any(|code| text.contains(code))
}
