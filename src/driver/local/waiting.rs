//! Open callbacks in summaries.

use serde::{Deserialize, Serialize};

use crate::driver::Callback;
use crate::driver::store::Store;
use crate::driver::token::Token;
use crate::value::{Str, Timestamp};

/// A task that waits for somebody to send its token back.
#[derive(Clone, Debug)]
pub struct Waiting {
    /// The state's name.
    pub state: Str,
    /// The task token.
    pub token: String,
    /// When it times out, if ever.
    pub deadline: Option<Timestamp>,
    /// The child execution whose task it is, where it is not the execution's own.
    pub child: Option<String>,
}

/// A callback of a child of a Map Run. Its token is kept too: to make it takes the key of
/// its execution, which may be one that a child has started.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct KeptBelow {
    child: String,
    state: String,
    token: String,
    /// In microseconds since 1970.
    deadline: Option<i64>,
}

impl KeptBelow {
    /// Of what a Map Run that is suspended waits for.
    pub fn of(callback: &Callback) -> KeptBelow {
        KeptBelow {
            child: callback.execution.clone(),
            state: callback.state.to_string(),
            token: callback.token.clone(),
            deadline: callback.deadline.map(Timestamp::as_micros),
        }
    }

    /// Whether nobody has answered it meanwhile: of that only the child is told.
    pub fn is_open(&self, store: &Store) -> bool {
        Token::parse(&self.token).is_some_and(|token| store.token_file(&self.child, token.task).exists())
    }

    /// The same for those who ask.
    pub fn waiting(&self) -> Waiting {
        Waiting {
            state: self.state.as_str().into(),
            token: self.token.clone(),
            deadline: self.deadline.map(Timestamp::from_micros),
            child: Some(self.child.clone()),
        }
    }
}
