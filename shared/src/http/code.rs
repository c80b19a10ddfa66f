//! Codes from mails, as a request counts them.

use super::{Call, Failure};
use crate::attempts::{AttemptStore, CodeAttempt, CodeCounts};
use crate::domain::KnownSources;
use crate::logging::Part;

impl Call {
    /// Goes on with a code that is counted for its pair, unless what was counted refuses it. The metrics say if no digits are
    /// looked at now.
    pub async fn admit_code(
        &self,
        attempt: &CodeAttempt,
        counts: CodeCounts,
        known: &KnownSources,
        store: &dyn AttemptStore,
    ) -> Result<(), Failure> {
        if counts.stops_digits() {
            self.count(CodeCounts::STOPPED);
        }
        Ok(self.timed(Part::Store, attempt.admit(counts, known, store)).await?)
    }
}
