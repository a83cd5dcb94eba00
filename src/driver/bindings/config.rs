//! `sfn.toml`: its tables, and how the tables of several files become one.
//!
//! Files are read from the repository's root down; what stands under the same name nearer to the definition replaces
//! what stood there before, whole bindings at a time.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use super::binding::Binding;
use super::error::Place;
use super::pattern::{Fit, Names, Pattern};
use super::schema::Library;
use super::tree::Reader;
use crate::driver::data::Holder;
use crate::driver::invoke::{ApiKey, Basic, Connection};
use crate::source::{Member, Node};
use crate::value::{Str, Value};

/// What all the files say together.
#[derive(Debug, Default)]
pub(super) struct Config {
    pub aws: Aws,
    pub everywhere: Scope,
    pub machines: Vec<Machine>,
    pub connections: Vec<Placed<Arc<Connection>>>,
    pub substitutions: BTreeMap<String, String>,
    pub buckets: BTreeMap<String, Bucket>,
    /// `inline_tasks = false`, in any of them.
    pub no_inline_tasks: bool,
}

/// What a bucket is bound to, and where that is said.
#[derive(Clone, Debug)]
pub(super) struct Bucket {
    pub holder: Holder,
    pub place: Place,
}

/// `[aws]`: who and where the executions pretend to be.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Aws {
    /// `region`
    pub region: Option<Str>,
    /// `account`
    pub account: Option<Str>,
    /// `role`: its ARN.
    pub role: Option<Str>,
}

/// `[tasks]` and `[resources]`, of one machine or of all.
#[derive(Debug, Default)]
pub(super) struct Scope {
    pub tasks: BTreeMap<Str, Arc<Binding>>,
    pub resources: Vec<Placed<Arc<Binding>>>,
}

/// Something under a name that may be a pattern.
#[derive(Debug)]
pub(super) struct Placed<T> {
    pub key: Pattern,
    pub value: T,
    pub place: Place,
}

/// `[machines."name"]`
#[derive(Debug)]
pub(super) struct Machine {
    pub key: Pattern,
    pub definition: Option<PathBuf>,
    pub scope: Scope,
    pub place: Place,
    /// The folder of the file that names it.
    pub folder: PathBuf,
}

pub(super) const KEYS: &[&str] =
    &["inline_tasks", "aws", "tasks", "resources", "machines", "connections", "substitutions", "buckets", "lint"];

impl Aws {
    /// The region; `us-east-1` where nobody says.
    pub fn region(&self) -> &str {
        self.region.as_deref().unwrap_or("us-east-1")
    }

    /// The account; `123456789012`, which documents use, where nobody says.
    pub fn account(&self) -> &str {
        self.account.as_deref().unwrap_or("123456789012")
    }

    /// The role's ARN.
    pub fn role(&self) -> Str {
        let default = || format!("arn:aws:iam::{}:role/StepFunctionsRole", self.account()).into();
        self.role.clone().unwrap_or_else(default)
    }
}

impl Config {
    /// Adds what one file says.
    pub(super) fn read(&mut self, reader: &Reader<'_>, library: &Library) {
        let Some(root) = reader.toml() else { return };
        reader.known(&root, "sfn.toml", KEYS);
        let table = |name| root.member(name).map(|member| &member.value);
        if let Some(node) = table("inline_tasks") {
            self.no_inline_tasks |= reader.boolean(node, "`inline_tasks`") == Some(false);
        }
        if let Some(node) = table("aws") {
            self.read_aws(reader, node);
        }
        self.everywhere.read(reader, &root, library);
        for member in members(reader, table("machines"), "`machines`") {
            self.read_machine(reader, member, library);
        }
        for member in members(reader, table("connections"), "`connections`") {
            put(&mut self.connections, reader, member, Arc::new(connection(reader, &member.value)));
        }
        for member in members(reader, table("substitutions"), "`substitutions`") {
            self.substitutions.extend(substitution(reader, member));
        }
        for member in members(reader, table("buckets"), "`buckets`") {
            if let Some(holder) = holder(reader, &member.value) {
                let place = reader.place(member.name_span);
                self.buckets.insert(member.name.to_string(), Bucket { holder, place });
            }
        }
    }

    /// Lets every name fit what it says once its placeholders are filled.
    pub(super) fn fill(&mut self) {
        let Config { everywhere, machines, connections, substitutions, .. } = self;
        connections.iter_mut().for_each(|connection| connection.key.fill(substitutions));
        machines.iter_mut().for_each(|machine| machine.key.fill(substitutions));
        let scopes = machines.iter_mut().map(|machine| &mut machine.scope).chain([everywhere]);
        scopes.flat_map(|scope| &mut scope.resources).for_each(|resource| resource.key.fill(substitutions));
    }

    /// Whether a name in these files holds this placeholder: then a definition may leave it unfilled.
    pub(super) fn names_placeholder(&self, name: &str) -> bool {
        let scopes = self.machines.iter().map(|machine| &machine.scope).chain([&self.everywhere]);
        let resources = scopes.flat_map(|scope| &scope.resources).map(|resource| &resource.key);
        let machines = self.machines.iter().map(|machine| &machine.key);
        let connections = self.connections.iter().map(|connection| &connection.key);
        resources.chain(machines).chain(connections).any(|key| key.has_placeholder(name))
    }

    fn read_aws(&mut self, reader: &Reader<'_>, node: &Node) {
        for member in reader.known(node, "`aws`", &["region", "account", "role"]) {
            let Some(text) = reader.string(&member.value, &format!("`{}`", member.name)) else { continue };
            match &*member.name {
                "region" => self.aws.region = Some(text.clone()),
                "account" => self.aws.account = Some(text.clone()),
                "role" => self.aws.role = Some(text.clone()),
                _ => {}
            }
        }
    }

    fn read_machine(&mut self, reader: &Reader<'_>, member: &Member, library: &Library) {
        let node = &member.value;
        reader.known(node, "a machine", &["definition", "tasks", "resources"]);
        let place = reader.place(member.name_span);
        let at = self.machines.iter().position(|machine| machine.key.written() == &*member.name).unwrap_or_else(|| {
            let (key, folder) = (Pattern::new(&member.name), reader.folder.to_path_buf());
            self.machines.push(Machine { key, definition: None, scope: Scope::default(), place, folder });
            self.machines.len() - 1
        });
        let machine = &mut self.machines[at];
        let definition = node.member("definition").and_then(|member| reader.path(&member.value, "`definition`"));
        machine.definition = definition.or(machine.definition.take());
        machine.scope.read(reader, node, library);
    }
}

impl Machine {
    /// Whether a name or ARN is this machine's.
    pub(super) fn is(&self, name: &str) -> bool {
        self.key.fits(name) || name_of(self.key.written()) == name || self.key.fits(name_of(name))
    }
}

/// The name in a state machine's ARN; any other text as it is.
pub(super) fn name_of(machine: &str) -> &str {
    machine.split_once(":stateMachine:").map_or(machine, |(_, name)| name.split(':').next().unwrap_or(name))
}

impl Scope {
    fn read(&mut self, reader: &Reader<'_>, parent: &Node, library: &Library) {
        let table = |name| parent.member(name).map(|member| &member.value);
        for member in members(reader, table("tasks"), "`tasks`") {
            let binding = Binding::read(reader, member, library).map(Arc::new);
            self.tasks.extend(binding.map(|binding| (member.name.clone(), binding)));
        }
        for member in members(reader, table("resources"), "`resources`") {
            if let Some(binding) = Binding::read(reader, member, library) {
                put(&mut self.resources, reader, member, Arc::new(binding));
            }
        }
    }

    /// The binding of the resource that fits best.
    pub(super) fn resource(&self, names: &Names) -> Option<&Arc<Binding>> {
        let fits = self.resources.iter().filter_map(|placed| Some((placed.key.fit(names)?, &placed.value)));
        fits.max_by_key(|(fit, _): &(Fit, _)| *fit).map(|(_, binding)| binding)
    }
}

/// Puts a value under a name, in the place of what an earlier file put there, and behind all others.
fn put<T>(placed: &mut Vec<Placed<T>>, reader: &Reader<'_>, member: &Member, value: T) {
    placed.retain(|other| other.key.written() != &*member.name);
    placed.push(Placed { key: Pattern::new(&member.name), value, place: reader.place(member.name_span) });
}

fn members<'n>(reader: &Reader<'_>, table: Option<&'n Node>, what: &str) -> &'n [Member] {
    table.map_or(&[], |node| reader.object(node, what))
}

/// A folder, or `s3://BUCKET`.
fn holder(reader: &Reader<'_>, node: &Node) -> Option<Holder> {
    let written = reader.string(node, "a bucket's folder")?;
    if written.is_empty() {
        let help = "write a folder, `\".\"` for this file's own, or `\"s3://BUCKET\"`";
        reader.error(node.span, "a bucket's folder is not named", Some(help.to_owned()));
        return None;
    }
    let Some(bucket) = written.strip_prefix("s3://") else {
        return reader.path(node, "a bucket's folder").map(Holder::Folder);
    };
    if bucket.is_empty() || bucket.contains('/') {
        let message = format!("`{written}` names no bucket");
        reader.error(node.span, message, Some("write `s3://BUCKET`, and nothing after it".to_owned()));
        return None;
    }
    Some(Holder::S3(bucket.to_owned()))
}

fn substitution(reader: &Reader<'_>, member: &Member) -> Option<(String, String)> {
    let value = match &member.value.to_value() {
        Value::String(text) => text.to_string(),
        Value::Array(_) | Value::Object(_) => {
            reader.error(member.value.span, "a placeholder is filled with a text, a number or a truth value", None);
            return None;
        }
        scalar => scalar.to_json(),
    };
    Some((member.name.to_string(), value))
}

fn connection(reader: &Reader<'_>, node: &Node) -> Connection {
    reader.known(node, "a connection", &["headers", "query", "body", "basic", "api_key"]);
    let texts = |name: &str| {
        let read = |member: &Member| reader.texts(&member.value, &format!("`{name}`"));
        node.member(name).map(read).unwrap_or_default()
    };
    let body = |member: &Member| {
        reader.object(&member.value, "`body`");
        member.value.to_value()
    };
    Connection {
        headers: texts("headers"),
        query: texts("query"),
        body: node.member("body").map(body).unwrap_or_default(),
        basic: node.member("basic").and_then(|member| {
            let [username, password] = two(reader, member, ["username", "password"])?;
            Some(Basic {
                username: reader.text(username, "`username`")?,
                password: reader.text(password, "`password`")?,
            })
        }),
        api_key: node.member("api_key").and_then(|member| {
            let [name, value] = two(reader, member, ["name", "value"])?;
            let name = reader.string(name, "`name`")?.to_string();
            Some(ApiKey { name, value: reader.text(value, "`value`")? })
        }),
    }
}

/// The values of a table that has these two members.
fn two<'n>(reader: &Reader<'_>, member: &'n Member, names: [&str; 2]) -> Option<[&'n Node; 2]> {
    reader.known(&member.value, &format!("`{}`", member.name), &names);
    match names.map(|name| member.value.member(name).map(|member| &member.value)) {
        [Some(first), Some(second)] => Some([first, second]),
        _ => {
            let message = format!("`{}` has both `{}` and `{}`", member.name, names[0], names[1]);
            reader.error(member.name_span, message, None);
            None
        }
    }
}
