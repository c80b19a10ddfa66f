//! The fields that profiles have.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::Profile;
use super::kind::Kind;
use crate::domain::Invalid;
use crate::environment::{ConfigError, Environment};

/// One field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Field {
    kind: Kind,
    /// Whether a sign-up with a password must bring it.
    is_required: bool,
}

/// What is wrong with one field of a profile.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldFault {
    /// The field. `None` if it is the profile as a whole.
    pub field: Option<String>,
    /// What is wrong with it.
    pub invalid: Invalid,
}

/// The fields that users may write, as `PROFILE_FIELDS` names them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ProfileFields {
    named: BTreeMap<String, Field>,
    /// Whether users may write fields of any other name too.
    takes_others: bool,
}

impl ProfileFields {
    const VARIABLE: &str = "PROFILE_FIELDS";

    /// `PROFILE_FIELDS`, such as `company:string:100!,newsletter:boolean,age:integer`: a list of names with kinds (`string` with
    /// its most characters, `integer`, `number`, `boolean`, `json`), with `!` if a sign-up must bring it. `*` takes anything.
    /// Without it there are no fields.
    pub fn read(environment: &Environment) -> Result<Self, ConfigError> {
        const EXAMPLE: &str = "company:string:100!,newsletter:boolean,age:integer";

        let Some(list) = environment.chosen(Self::VARIABLE) else { return Ok(Self::default()) };
        if list == "*" {
            return Ok(Self { named: BTreeMap::new(), takes_others: true });
        }
        let mut named = BTreeMap::new();
        for text in list.split(',') {
            let Some((name, field)) = Field::parse(text.trim()) else {
                let expected = "* or a list of names, each with string:LENGTH, integer, number, boolean or json, and with ! \
                                if a sign-up must bring it";
                return Err(ConfigError::invalid(Self::VARIABLE, list, expected, EXAMPLE));
            };
            if Profile::RESERVED.contains(&name) {
                let expected = format!("a list without {name}, which means something else");
                return Err(ConfigError::invalid(Self::VARIABLE, list, expected, EXAMPLE));
            }
            if named.insert(name.to_owned(), field).is_some() {
                let expected = format!("a list that has {name} once");
                return Err(ConfigError::invalid(Self::VARIABLE, list, expected, EXAMPLE));
            }
        }
        Ok(Self { named, takes_others: false })
    }

    /// The fields among these members. Every other member is ignored, as everywhere.
    #[must_use]
    pub fn among(&self, members: &Map<String, Value>) -> Map<String, Value> {
        let is_ours =
            |name: &str| self.named.contains_key(name) || (self.takes_others && !Profile::RESERVED.contains(&name));
        chosen(members, is_ours)
    }

    /// The fields among these members that the list names one by one.
    #[must_use]
    pub fn named_among(&self, members: &Map<String, Value>) -> Map<String, Value> {
        chosen(members, |name| self.named.contains_key(name))
    }

    /// The same fields, with the values that the texts of a form mean.
    #[must_use]
    pub fn of_form(&self, mut fields: Map<String, Value>) -> Map<String, Value> {
        for (name, field) in &self.named {
            if let Some(Value::String(text)) = fields.get(name) {
                let meant = field.kind.of_text(text);
                fields.insert(name.clone(), meant);
            }
        }
        fields
    }

    /// The profile of somebody who signs up with these fields.
    pub fn new_profile(&self, fields: &Map<String, Value>) -> Result<Profile, Vec<FieldFault>> {
        self.merge(&Profile::default(), fields, true)
    }

    /// The profile that these fields make of another one, as a merge patch does: `null` takes a field away (RFC 7396).
    pub fn merged(&self, profile: &Profile, patch: &Map<String, Value>) -> Result<Profile, Vec<FieldFault>> {
        self.merge(profile, patch, false)
    }

    /// Whoever came before a field was required, or by another way, may change other fields without it.
    fn merge(&self, profile: &Profile, patch: &Map<String, Value>, is_new: bool) -> Result<Profile, Vec<FieldFault>> {
        let patch = self.among(patch);
        let mut merged = Value::Object(profile.to_map());
        merge(&mut merged, &Value::Object(patch.clone()));
        let Value::Object(merged) = merged else { return Ok(profile.clone()) };
        let of_field = |name: &str, invalid| FieldFault { field: Some(name.to_owned()), invalid };
        let mut faults: Vec<_> = self
            .named
            .iter()
            .filter_map(|(name, field)| match merged.get(name) {
                None if field.is_required && (is_new || patch.contains_key(name)) => {
                    Some(of_field(name, Invalid::new("required", format!("Send \"{name}\"."))))
                }
                None => None,
                // What is stored already may be from before a change of the list.
                Some(_) if !patch.contains_key(name) => None,
                Some(value) => field.kind.check(value).err().map(|invalid| of_field(name, invalid)),
            })
            .collect();
        match Profile::of(merged) {
            Ok(merged) if faults.is_empty() => Ok(merged),
            Ok(_) => Err(faults),
            Err(invalid) => {
                faults.push(FieldFault { field: None, invalid });
                Err(faults)
            }
        }
    }
}

impl Field {
    /// Reads `company:string:100!`.
    fn parse(text: &str) -> Option<(&str, Self)> {
        let (text, is_required) = text.strip_suffix('!').map_or((text, false), |text| (text, true));
        let (name, kind) = text.split_once(':')?;
        let is_name = name.starts_with(|c: char| c.is_ascii_alphabetic())
            && name.len() <= 40
            && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
        is_name.then_some((name, Self { kind: Kind::parse(kind)?, is_required }))
    }
}

fn chosen(members: &Map<String, Value>, is_ours: impl Fn(&str) -> bool) -> Map<String, Value> {
    members.iter().filter(|(name, _)| is_ours(name)).map(|(name, value)| (name.clone(), value.clone())).collect()
}

/// RFC 7396 2.
fn merge(target: &mut Value, patch: &Value) {
    let Value::Object(patch) = patch else {
        *target = patch.clone();
        return;
    };
    if !target.is_object() {
        *target = Value::Object(Map::new());
    }
    let Value::Object(target) = target else { return };
    for (name, value) in patch {
        if value.is_null() {
            target.remove(name);
        } else {
            merge(target.entry(name.clone()).or_insert(Value::Null), value);
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Map, Value, json};

    use super::{Profile, ProfileFields};
    use crate::environment::Environment;

    fn fields(list: &str) -> ProfileFields {
        ProfileFields::read(&Environment::default().with(ProfileFields::VARIABLE, list)).unwrap()
    }

    fn object(value: Value) -> Map<String, Value> {
        value.as_object().unwrap().clone()
    }

    fn faults(fields: &ProfileFields, value: Value) -> Vec<(String, &'static str)> {
        let faults = fields.new_profile(&object(value)).unwrap_err();
        faults.into_iter().map(|fault| (fault.field.unwrap_or_default(), fault.invalid.code)).collect()
    }

    #[test]
    fn a_list_that_is_not_in_order_stops_the_start() {
        for list in [
            "company",
            "company:",
            "company:string",
            "company:string:0",
            "company:text:10",
            "company:string:10,",
            "1a:integer",
            "a b:integer",
            "age:integer:3",
            "age:integer,age:integer",
            "*,age:integer",
            "role:string:10",
            "email:string:10",
            "claims:json",
            "id:integer!",
        ] {
            let environment = Environment::default().with(ProfileFields::VARIABLE, list);
            assert!(ProfileFields::read(&environment).is_err(), "{list}");
        }
        assert_eq!(fields("none"), ProfileFields::default());
    }

    #[test]
    fn values_are_of_their_kind_and_other_members_are_ignored() {
        let listed = fields("company:string:5!, newsletter:boolean,age:integer,score:number,more:json");
        let all = json!({"company": "Acme\n", "newsletter": true, "age": -3, "score": 1.5, "more": {"a": [1]}, "role": "admin", "x": 1});
        let profile = listed.new_profile(&object(all)).unwrap();
        assert_eq!(
            profile.as_json(),
            r#"{"age":-3,"company":"Acme\n","more":{"a":[1]},"newsletter":true,"score":1.5}"#
        );
        assert_eq!(faults(&listed, json!({})), [("company".to_owned(), "required")]);
        let wrong = json!({"company": "too long", "newsletter": "yes", "age": 1.5, "score": "1"});
        let of = |name: &str, code| (name.to_owned(), code);
        let expected = [
            of("age", "wrong_type"),
            of("company", "too_long"),
            of("newsletter", "wrong_type"),
            of("score", "wrong_type"),
        ];
        assert_eq!(faults(&listed, wrong), expected);
        assert_eq!(faults(&listed, json!({"company": "a\u{0}"})), [of("company", "control_character")]);
        let beyond = json!({"company": "a", "age": 9_007_199_254_740_992_u64});
        assert_eq!(faults(&listed, beyond), [of("age", "wrong_type")]);
        assert_eq!(ProfileFields::default().new_profile(&object(json!({"company": "a"}))).unwrap(), Profile::default());
    }

    #[test]
    fn a_star_takes_anything_but_what_means_something_else() {
        let profile =
            fields("*").new_profile(&object(json!({"company": "Acme", "role": "admin", "email": "x"}))).unwrap();
        assert_eq!(profile.as_json(), r#"{"company":"Acme"}"#);
    }

    #[test]
    fn a_profile_has_bounds_to_the_byte_and_to_the_level() {
        let any = fields("*");
        let of_length = |length: usize| json!({"a": "x".repeat(length - r#"{"a":""}"#.len())});
        assert_eq!(any.new_profile(&object(of_length(1024))).unwrap().as_json().len(), 1024);
        assert_eq!(faults(&any, of_length(1025)), [(String::new(), "too_long")]);
        assert!(any.new_profile(&object(json!({"a": {"b": {"c": 1}}}))).is_ok());
        assert!(any.new_profile(&object(json!({"a": {"b": {"c": []}}}))).is_ok());
        assert_eq!(faults(&any, json!({"a": {"b": {"c": [[]]}}})), [(String::new(), "too_deep")]);
    }

    #[test]
    fn a_patch_merges_and_takes_away() {
        let listed = fields("company:string:5!,more:json,age:integer");
        let old =
            Profile::of(object(json!({"company": "Acme", "more": {"a": 1, "b": 2}, "gone": "from before"}))).unwrap();
        let patched = |patch| listed.merged(&old, &object(patch)).map(|profile| Value::Object(profile.to_map()));
        let expected = json!({"company": "Acme", "more": {"b": 3}, "age": 7, "gone": "from before"});
        assert_eq!(patched(json!({"more": {"a": null, "b": 3}, "age": 7})).unwrap(), expected);
        assert_eq!(patched(json!({"more": null})).unwrap(), json!({"company": "Acme", "gone": "from before"}));
        assert_eq!(patched(json!({"company": null})).unwrap_err()[0].invalid.code, "required");
        let from_before = listed.merged(&Profile::default(), &object(json!({"age": 7})));
        assert_eq!(from_before.unwrap().as_json(), r#"{"age":7}"#);
    }

    #[test]
    fn the_texts_of_a_form_mean_values() {
        let listed = fields("company:string:5,newsletter:boolean,age:integer");
        let form = object(json!({"company": "12", "newsletter": "true", "age": "7"}));
        assert_eq!(listed.of_form(form), object(json!({"company": "12", "newsletter": true, "age": 7})));
        assert_eq!(listed.of_form(object(json!({"age": "seven"}))), object(json!({"age": "seven"})));
    }
}
