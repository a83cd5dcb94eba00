//! What is known of an execution beside its journal.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use crate::driver::token::Key;
use crate::engine::{Identity, Settings};
use crate::history::EventId;
use crate::value::Str;

/// What a resume needs to know beside the journal.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Header {
    /// Who the execution is.
    pub identity: Identity,
    /// How it runs.
    pub settings: Settings,
    /// What task tokens are made with.
    pub key: Key,
    /// The seed of its randomness, when one was asked for.
    pub seed: Option<u64>,
    /// The definition's file, as the user named it.
    pub definition_file: String,
    /// The definition's text: editing the file does not change an execution.
    pub definition: String,
    /// What stood for `${Name}` in it.
    pub substitutions: std::collections::BTreeMap<String, String>,
    /// The bindings in force, in a text of their own.
    pub bindings: String,
    /// The file of environment variables, absolute; what it holds is not kept.
    #[serde(default)]
    pub env_file: Option<PathBuf>,
    /// Where `sfn run` was started: tasks run there.
    pub directory: PathBuf,
    /// The execution and the task that started this one, if one did.
    pub parent: Option<Parent>,
    /// What else is to be known where it is a child of a Map Run: such a header is never written.
    #[serde(skip)]
    pub item: Option<ItemOf>,
}

/// A child execution of a Map Run.
#[derive(Clone, Debug)]
pub struct ItemOf {
    /// The name it is kept under; its own is another.
    pub name: String,
    /// The flow that it runs.
    pub processor: u32,
    /// The name of the machine that the author wrote: what bindings go by.
    pub machine_name: Str,
}

/// What the children of a Map Run have in common: kept once, in the Map Run's folder.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Siblings {
    /// The Map Run's ARN.
    pub map_run_arn: String,
    /// The index of the flow that they run.
    pub processor: u32,
}

/// The task that started a child execution.
#[derive(Clone, Debug, Serialize, Deserialize, PartialEq, Eq)]
pub struct Parent {
    /// The execution's name.
    pub execution: String,
    /// The event that scheduled the task.
    pub task: EventId,
}
