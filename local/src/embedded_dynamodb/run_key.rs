//! The key of one run.

use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use aws_lc_rs::rand;
use shared::store::LocalDynamoDb;

use super::files::open_private;
use crate::StartError;

const FILE: &str = "dynamodb.key";
const ENDPOINT: &str = "endpoint_url";
const KEY_ID: &str = "aws_access_key_id";
const SECRET_KEY: &str = "aws_secret_access_key";

/// A DynamoDB at `url` with a new key, which is not shown yet.
pub(super) fn with_new_key(url: &str) -> Result<LocalDynamoDb, StartError> {
    let [id, secret] = [random()?, random()?];
    Ok(LocalDynamoDb::with_key(url, &format!("LATCHKEY{id:032X}"), &format!("{secret:032x}")))
}

fn random() -> Result<u128, StartError> {
    let mut bytes = [0; 16];
    rand::fill(&mut bytes).map_err(|_unspecified| StartError::NoRandomness)?;
    Ok(u128::from_ne_bytes(bytes))
}

/// The file in a folder of data that holds the address and the key of the DynamoDB that runs there.
#[must_use]
pub fn key_file(folder: &Path) -> PathBuf {
    folder.join(FILE)
}

/// The DynamoDB that wrote this [`key_file`]. `None` if there is no file, since none runs there.
pub fn running_dynamodb(key_file: &Path) -> io::Result<Option<LocalDynamoDb>> {
    match std::fs::read_to_string(key_file) {
        Ok(text) => parse(&text).map(Some).ok_or_else(|| io::Error::new(io::ErrorKind::InvalidData, "it is not whole")),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

fn parse(text: &str) -> Option<LocalDynamoDb> {
    let value = |name| text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(" = "));
    Some(LocalDynamoDb::with_key(value(ENDPOINT)?, value(KEY_ID)?, value(SECRET_KEY)?))
}

/// The file that holds the key as long as the run lasts, for whoever may read the data anyway.
#[derive(Debug)]
pub(super) struct KeyFile(PathBuf);

impl KeyFile {
    /// Writes it, in the form of a config file of AWS's tools (`AWS_CONFIG_FILE`).
    pub(super) fn write(folder: &Path, dynamodb: &LocalDynamoDb) -> Result<Self, StartError> {
        let path = key_file(folder);
        let key = dynamodb.key();
        let text = format!(
            "[default]\nregion = {}\n{ENDPOINT} = {}\n{KEY_ID} = {}\n{SECRET_KEY} = {}\n",
            LocalDynamoDb::REGION,
            dynamodb.url(),
            key.access_key_id(),
            key.secret_access_key()
        );
        let mut file = open_private(&path)?;
        match file.set_len(0).and_then(|()| file.write_all(text.as_bytes())) {
            Ok(()) => Ok(Self(path)),
            Err(source) => Err(StartError::NotWritable { path, source }),
        }
    }
}

/// A key of a run that has ended opens nothing.
impl Drop for KeyFile {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}
