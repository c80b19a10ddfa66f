//! Profiles in bodies: a member of their own or, in Xano's dialect, members beside the others.

use serde_json::{Map, Value};

use super::{Call, Dialect, FieldError, Members};
use crate::domain::{FieldFault, Profile, ProfileFields};

/// The member of a body that holds a profile.
const PROFILE: &str = "profile";

impl Call {
    /// The profile of somebody who signs up with this body.
    pub fn new_profile(&self, body: &Members, fields: &ProfileFields) -> Result<Profile, Vec<FieldError>> {
        let given = self.profile_members(body, fields).map_err(|error| vec![error])?.unwrap_or_default();
        fields.new_profile(&given).map_err(|faults| self.errors_of(faults))
    }

    /// The profile that this body makes of another one. `None` if the body is not about a profile.
    pub fn changed_profile(
        &self,
        body: &Members,
        fields: &ProfileFields,
        profile: &Profile,
    ) -> Result<Option<Profile>, Vec<FieldError>> {
        let Some(patch) = self.profile_members(body, fields).map_err(|error| vec![error])? else { return Ok(None) };
        fields.merged(profile, &patch).map(Some).map_err(|faults| self.errors_of(faults))
    }

    fn profile_members(
        &self,
        body: &Members,
        fields: &ProfileFields,
    ) -> Result<Option<Map<String, Value>>, FieldError> {
        match self.dialect {
            Dialect::Native => Ok(body.optional_object(PROFILE)?.map(|given| fields.among(given))),
            // Beside the fields stand others, such as a password that is typed twice.
            Dialect::Xano if body.are_of_form() => Ok(Some(fields.of_form(fields.named_among(body.all())))),
            Dialect::Xano => Ok(Some(fields.named_among(body.all()))),
        }
    }

    fn errors_of(&self, faults: Vec<FieldFault>) -> Vec<FieldError> {
        let of_fault = |FieldFault { field, invalid }| {
            let field = match (field, self.dialect) {
                (None, _) => PROFILE.into(),
                (Some(name), Dialect::Native) => format!("{PROFILE}.{name}").into(),
                (Some(name), Dialect::Xano) => name.into(),
            };
            FieldError { field, invalid }
        };
        faults.into_iter().map(of_fault).collect()
    }
}
