"""The tests read the tables from the code, however rustfmt breaks its lines."""

import unittest

from support.schema import Table, tables

CODE = """
pub struct TableSpec {
    pub variable: &'static str,
    pub suffix: &'static str,
}

/// Who there is: `TableSpec { key: "id" }`.
pub const USERS: TableSpec = TableSpec { variable: "USERS_TABLE", suffix: "users", key: "id", ttl: None };
pub const ATTEMPTS: TableSpec =
    TableSpec { variable: "ATTEMPTS_TABLE", suffix: "attempts", key: "bucket", ttl: Some(EXPIRES_AT) };
const EXPIRES_AT: &str = "expires_at";
pub(crate) const SIGNING_KEYS: TableSpec = TableSpec {
    variable: "SIGNING_KEYS_TABLE",
    // One item, "keys".
    suffix: "signing-keys",
    key: "id",
    ttl: Some(
        "expires_at",
    ),
    stream: None,
};

pub const TABLES: [TableSpec; 3] = [USERS, ATTEMPTS, SIGNING_KEYS];
"""


class Schema(unittest.TestCase):
    def test_each_table_is_found_in_whatever_shape(self):
        users = Table(variable="USERS_TABLE", suffix="users", key="id", ttl=None)
        attempts = Table(variable="ATTEMPTS_TABLE", suffix="attempts", key="bucket", ttl="expires_at")
        signing_keys = Table(variable="SIGNING_KEYS_TABLE", suffix="signing-keys", key="id", ttl="expires_at")
        self.assertEqual(tables(CODE), {"users": users, "attempts": attempts, "signing-keys": signing_keys})
        self.assertEqual(signing_keys.logical_id, "SigningKeysTable")

    def test_a_table_that_lacks_a_field_is_not_passed_over(self):
        with self.assertRaises(KeyError):
            tables(CODE.replace('key: "bucket", ', ""))

    def test_code_without_tables_is_an_error(self):
        with self.assertRaises(AssertionError):
            tables('pub const KEYS_ID: &str = "keys";')


if __name__ == "__main__":
    unittest.main()
