//! JSON Schema files: read once, compiled once, their texts kept so that a resumed execution has the same contracts.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use jsonschema::{Retrieve, Uri};

use super::tree::Reader;
use crate::driver::invoke::Schema;
use crate::source::Node;

/// The schema files of a set of bindings. Other schemas that they refer to by a relative path belong to them.
#[derive(Clone, Debug, Default)]
pub(super) struct Library(Arc<Shelf>);

#[derive(Debug, Default)]
struct Shelf {
    texts: Mutex<BTreeMap<PathBuf, String>>,
    /// Nothing is read but what is here already.
    is_closed: bool,
}

impl Library {
    /// One that holds these files and reads no other.
    pub(super) fn closed(texts: BTreeMap<PathBuf, String>) -> Library {
        Library(Arc::new(Shelf { texts: Mutex::new(texts), is_closed: true }))
    }

    /// All files that were read.
    pub(super) fn texts(&self) -> BTreeMap<PathBuf, String> {
        self.0.texts.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The schema in the file that a setting names; none, and the error told, when there is none.
    pub(super) fn schema(&self, reader: &Reader<'_>, node: &Node, what: &str) -> Option<Schema> {
        let path = reader.path(node, &format!("`{what}`"))?;
        let name = node.as_str().map(|name| name.to_string()).unwrap_or_default();
        let compiled = self.compile(&path);
        if let Err(error) = &compiled {
            reader.error(node.span, format!("the schema `{name}` cannot be used: {error}"), None);
        }
        Some(Schema::new(name, compiled.ok()?))
    }

    fn compile(&self, path: &Path) -> Result<jsonschema::Validator, String> {
        let schema = self.0.read(path)?;
        let options = jsonschema::options().with_base_uri(address_of(path)).with_retriever(Retriever(self.0.clone()));
        options.build(&schema).map_err(|error| error.to_string())
    }
}

impl Shelf {
    fn read(&self, path: &Path) -> Result<serde_json::Value, String> {
        let mut texts = self.texts.lock().unwrap_or_else(PoisonError::into_inner);
        let text = match texts.get(path) {
            Some(text) => text,
            None if self.is_closed => return Err(format!("`{}` was not kept", path.display())),
            None => {
                let text = std::fs::read_to_string(path).map_err(|error| format!("`{}`: {error}", path.display()))?;
                texts.entry(path.to_path_buf()).or_insert(text)
            }
        };
        serde_json::from_str(text).map_err(|error| error.to_string())
    }
}

struct Retriever(Arc<Shelf>);

impl Retrieve for Retriever {
    fn retrieve(&self, uri: &Uri<String>) -> Result<serde_json::Value, Box<dyn std::error::Error + Send + Sync>> {
        let path = path_of(uri.as_str()).ok_or_else(|| format!("`{uri}` is no file: schemas are not fetched"))?;
        Ok(self.0.read(&path)?)
    }
}

const SCHEME: &str = "file://";

fn address_of(path: &Path) -> String {
    let mut address = SCHEME.to_owned();
    for byte in path.to_string_lossy().bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b'-' | b'.' | b'_' | b'~' => {
                address.push(char::from(byte));
            }
            other => address.push_str(&format!("%{other:02X}")),
        }
    }
    address
}

fn path_of(address: &str) -> Option<PathBuf> {
    let mut bytes = Vec::new();
    let mut rest = address.strip_prefix(SCHEME)?.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'%' => {
                let digits = [rest.next()?, rest.next()?];
                u8::from_str_radix(std::str::from_utf8(&digits).ok()?, 16).ok()?
            }
            other => other,
        });
    }
    Some(PathBuf::from(String::from_utf8(bytes).ok()?))
}
