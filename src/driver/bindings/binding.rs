//! What a task is bound to, read from its table, or from a text that is a line for the shell.

use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;
use std::sync::Arc;

use super::error::{Error, Place};
use super::line::objection;
use super::schema::Library;
use super::tree::Reader;
use crate::driver::invoke::{Command, Contract, Http, LARGEST_OUTPUT, OnCrash, Outcome, Output, Program, Text};
use crate::history::Failure;
use crate::source::{Kind, Member, Node};
use crate::value::{Str, Value};

/// What a task is bound to.
#[derive(Clone, Debug)]
pub(super) struct Binding {
    pub action: Action,
    pub contract: Arc<Contract>,
    pub on_crash: OnCrash,
    pub origin: Origin,
}

/// What happens when the task is called.
#[derive(Clone, Debug)]
pub(super) enum Action {
    Command(Arc<Command>),
    Http(Arc<Http>),
    /// Lambda's Invoke API, at this address.
    Lambda(Text),
    /// A person sends the token back.
    Human,
    /// The same answer each time.
    Answer(Outcome),
    /// One answer for each call.
    Sequence(Vec<Outcome>),
}

/// Who bound a task.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// A file.
    File(Place),
    /// `-t`
    CommandLine,
    /// The `Resource` itself: its scheme, or a service that needs no binding.
    Resource,
    /// Nobody: a person at the terminal answers.
    Terminal,
}

/// The keys that say what happens; a binding has one of them.
const ACTIONS: &[&str] = &["command", "shell", "http", "lambda", "human", "result", "error", "sequence"];

pub(super) const KEYS: &[&str] = &[
    "command",
    "shell",
    "http",
    "lambda",
    "human",
    "result",
    "error",
    "sequence",
    "cwd",
    "env",
    "output",
    "exit_errors",
    "max_output",
    "on_crash",
    "input_schema",
    "output_schema",
];

/// The keys that only a command has.
const OF_COMMANDS: &[&str] = &["cwd", "env", "exit_errors", "max_output"];

impl Binding {
    /// A line for the shell.
    pub(super) fn shell(line: &str, directory: &Path, origin: Origin) -> Binding {
        let command = Command::shell(line, directory.to_path_buf());
        Binding::new(Action::Command(Arc::new(command)), origin)
    }

    pub(super) fn new(action: Action, origin: Origin) -> Binding {
        Binding { action, contract: Arc::default(), on_crash: OnCrash::default(), origin }
    }

    /// Reads a binding; none, and the errors told, when it does not say what happens.
    pub(super) fn read(reader: &Reader<'_>, member: &Member, library: &Library) -> Option<Binding> {
        match &member.value.kind {
            Kind::String(line) => fits_shell(reader, &member.name, &member.value, line)
                .then(|| Binding::shell(line, reader.folder, Origin::File(reader.place(member.name_span)))),
            Kind::Object(_) => Binding::read_table(reader, member, library),
            _ => {
                reader.error(member.value.span, "a binding is a line for the shell, or a table", None);
                None
            }
        }
    }

    fn read_table(reader: &Reader<'_>, member: &Member, library: &Library) -> Option<Binding> {
        let node = &member.value;
        let members = reader.known(node, "a binding", KEYS);
        let actions: Vec<_> = members.iter().filter(|member| ACTIONS.contains(&&*member.name)).collect();
        let [action] = actions[..] else {
            let (span, message) = match actions.get(1) {
                Some(second) => (second.name_span, "a binding says only once what happens".to_owned()),
                None => (member.name_span, format!("the binding `{}` does not say what happens", member.name)),
            };
            let help = format!("give it one of {}", super::error::listed(ACTIONS.iter().copied()));
            reader.error(span, message, Some(help));
            return None;
        };
        let table = Table { reader, node };
        table.fits_together(&action.name);
        let schema = |key, what| node.member(key).and_then(|member| library.schema(reader, &member.value, what));
        let contract = Contract {
            input: schema("input_schema", "input_schema"),
            output: schema("output_schema", "output_schema"),
        };
        Some(Binding {
            action: table.action(action, &member.name)?,
            contract: Arc::new(contract),
            on_crash: table.choice("on_crash", &[("rerun", OnCrash::Rerun), ("fail", OnCrash::Fail)]),
            origin: Origin::File(reader.place(member.name_span)),
        })
    }

    /// The environment's variables that it needs.
    pub(super) fn variables(&self) -> Vec<&str> {
        match &self.action {
            Action::Command(command) => {
                let arguments = match &command.program {
                    Program::Arguments(arguments) => arguments.as_slice(),
                    Program::Shell(_) => &[],
                };
                let values = command.environment.iter().map(|(_, value)| value);
                arguments.iter().chain(values).flat_map(Text::variables).collect()
            }
            Action::Http(http) => {
                let values = http.headers.iter().map(|(_, value)| value);
                std::iter::once(http.url.text()).chain(values).flat_map(Text::variables).collect()
            }
            Action::Lambda(endpoint) => endpoint.variables().collect(),
            Action::Human | Action::Answer(_) | Action::Sequence(_) => Vec::new(),
        }
    }
}

/// Tells of a line for the shell that is none.
fn fits_shell(reader: &Reader<'_>, name: &str, node: &Node, line: &str) -> bool {
    let objection = objection(line);
    if let Some(objection) = &objection {
        reader.error(node.span, objection.to_string(), Some(objection.help(name)));
    }
    objection.is_none()
}

struct Table<'a> {
    reader: &'a Reader<'a>,
    node: &'a Node,
}

impl Table<'_> {
    /// Tells of keys that mean nothing beside this action.
    fn fits_together(&self, action: &str) {
        let is_command = matches!(action, "command" | "shell");
        let is_fitting = |key: &str| match key {
            "output" => is_command || action == "http",
            "on_crash" => is_command || matches!(action, "http" | "lambda"),
            key => is_command || !OF_COMMANDS.contains(&key),
        };
        for member in self.reader.object(self.node, "a binding").iter().filter(|member| !is_fitting(&member.name)) {
            let message = format!("`{}` means nothing beside `{action}`", member.name);
            self.reader.error(member.name_span, message, None);
        }
    }

    /// Of the binding called `name`.
    fn action(&self, member: &Member, name: &str) -> Option<Action> {
        let (reader, node) = (self.reader, &member.value);
        Some(match &*member.name {
            "command" => Action::Command(Arc::new(self.command(Program::Arguments(self.arguments(node)?)))),
            "shell" => {
                let line = reader.string(node, "`shell`").filter(|line| fits_shell(reader, name, node, line))?;
                Action::Command(Arc::new(self.command(Program::Shell(line.to_string()))))
            }
            "http" => Action::Http(Arc::new(self.http(node)?)),
            "lambda" => Action::Lambda(reader.text(node, "`lambda`")?),
            "human" => self.human(node)?,
            "sequence" => Action::Sequence(self.sequence(node)?),
            _ => Action::Answer(answer(reader, member)?),
        })
    }

    fn arguments(&self, node: &Node) -> Option<Vec<Text>> {
        let arguments = self.reader.strings(node, "`command`")?;
        if arguments.first().is_none_or(|program| program.is_empty()) {
            self.reader.error(node.span, "`command` names no program", None);
            return None;
        }
        Some(arguments.into_iter().map(|argument| Text::new(&**argument)).collect())
    }

    fn command(&self, program: Program) -> Command {
        let reader = self.reader;
        let directory = self.node.member("cwd").and_then(|member| reader.path(&member.value, "`cwd`"));
        let environment = self.node.member("env").map(|member| reader.texts(&member.value, "`env`"));
        Command {
            program,
            base: reader.folder.to_path_buf(),
            directory: directory.unwrap_or_else(|| reader.folder.to_path_buf()),
            environment: environment.unwrap_or_default(),
            output: self.output(),
            max_output: self.max_output(),
            exit_errors: self.exit_errors(),
        }
    }

    fn max_output(&self) -> usize {
        let Some(member) = self.node.member("max_output") else { return LARGEST_OUTPUT };
        match &member.value.to_value() {
            Value::Int(bytes @ 1..) => usize::try_from(*bytes).unwrap_or(usize::MAX),
            _ => {
                self.reader.error(member.value.span, "`max_output` is a number of bytes, 1 or more", None);
                LARGEST_OUTPUT
            }
        }
    }

    fn http(&self, node: &Node) -> Option<Http> {
        let reader = self.reader;
        reader.known(node, "`http`", &["url", "method", "headers"]);
        let Some(url) = node.member("url") else {
            reader.error(node.span, "`http` has no `url`", None);
            return None;
        };
        let method = node.member("method").and_then(|member| reader.string(&member.value, "`method`"));
        let headers = node.member("headers").map(|member| reader.texts(&member.value, "`headers`"));
        Some(Http {
            method: method.map_or_else(|| "POST".to_owned(), |method| method.to_uppercase()),
            headers: headers.unwrap_or_default(),
            output: self.output(),
            ..Http::post(reader.text(&url.value, "`url`")?)
        })
    }

    fn human(&self, node: &Node) -> Option<Action> {
        let is_human = self.reader.boolean(node, "`human`")?;
        if !is_human {
            self.reader.error(node.span, "`human` is `true`, or left out", None);
        }
        is_human.then_some(Action::Human)
    }

    fn sequence(&self, node: &Node) -> Option<Vec<Outcome>> {
        let Kind::Array(items) = &node.kind else {
            self.reader.error(node.span, "`sequence` is a list of tables with `result` or `error`", None);
            return None;
        };
        items.iter().map(|item| self.item(item)).collect()
    }

    fn item(&self, node: &Node) -> Option<Outcome> {
        match self.reader.known(node, "an answer", &["result", "error"]) {
            [member] => answer(self.reader, member),
            _ => {
                self.reader.error(node.span, "an answer is a `result` or an `error`", None);
                None
            }
        }
    }

    fn output(&self) -> Output {
        self.choice("output", &[("json", Output::Json), ("text", Output::Text)])
    }

    fn choice<T: Copy + Default>(&self, key: &str, choices: &[(&str, T)]) -> T {
        let chosen = |member: &Member| self.reader.choice(&member.value, &format!("`{key}`"), choices);
        self.node.member(key).and_then(chosen).unwrap_or_default()
    }

    fn exit_errors(&self) -> BTreeMap<i32, Str> {
        let Some(member) = self.node.member("exit_errors") else { return BTreeMap::new() };
        let named = |member: &Member| {
            let status = member.name.parse().ok().filter(|status| (1..=255).contains(status));
            if status.is_none() {
                self.reader.error(member.name_span, "an exit status is a number from 1 to 255", None);
            }
            Some((status?, self.reader.string(&member.value, "an error's name")?.clone()))
        };
        self.reader.object(&member.value, "`exit_errors`").iter().filter_map(named).collect()
    }
}

/// `result = …` or `error = {Error, Cause}`.
fn answer(reader: &Reader<'_>, member: &Member) -> Option<Outcome> {
    if &*member.name == "result" {
        return Some(Ok(member.value.to_value()));
    }
    reader.known(&member.value, "an error", &["Error", "Cause"]);
    let field = |name: &str| member.value.member(name).and_then(|member| reader.string(&member.value, name)).cloned();
    Some(Err(Failure { error: field("Error"), cause: field("Cause") }))
}

/// What it does, for people; no secret is shown.
impl fmt::Display for Action {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Action::Command(command) => match &command.program {
                Program::Arguments(arguments) => {
                    let arguments: Vec<_> = arguments.iter().map(Text::written).collect();
                    write!(f, "command: {}", arguments.join(" "))
                }
                Program::Shell(line) => write!(f, "shell: {line}"),
            },
            Action::Http(http) => write!(f, "http: {} {}", http.method, http.url.text().written()),
            Action::Lambda(endpoint) => write!(f, "lambda: {}", endpoint.written()),
            Action::Human => f.write_str("a person, who sends the token back"),
            Action::Answer(Ok(result)) => write!(f, "result: {}", shortened(result)),
            Action::Answer(Err(failure)) => {
                write!(f, "error: {}", failure.error.as_deref().unwrap_or("without a name"))
            }
            Action::Sequence(answers) => write!(f, "answers, one for each call: {}", answers.len()),
        }
    }
}

/// As much of a value as fits on a line.
fn shortened(value: &Value) -> String {
    const SHOWN: usize = 60;
    let text = value.to_json();
    match text.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Origin::File(place) => write!(f, "{}:{}", place.file, place.line),
            Origin::CommandLine => f.write_str("-t"),
            Origin::Resource => f.write_str("Resource"),
            Origin::Terminal => f.write_str("terminal"),
        }
    }
}

impl Origin {
    /// An error about it, at its place if it has one.
    pub(super) fn error(&self, message: impl Into<String>) -> Error {
        match self {
            Origin::File(place) => Error::new(message).at(place),
            Origin::CommandLine => Error::new(format!("-t: {}", message.into())),
            Origin::Resource | Origin::Terminal => Error::new(message),
        }
    }
}
