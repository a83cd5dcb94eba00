//! What resources give of themselves: `sh:` and `http:`, made once for all the tasks of a resource.

use std::sync::{Arc, Mutex, PoisonError};

use hashbrown::HashMap;

use super::binding::Binding;
use crate::value::Str;

#[derive(Debug, Default)]
pub(super) struct Inline {
    bindings: Mutex<HashMap<Str, Arc<Binding>>>,
}

impl Inline {
    /// The binding of this resource, made where it is the first time.
    pub fn of(&self, resource: &Str, make: impl FnOnce() -> Binding) -> Arc<Binding> {
        let mut bindings = self.bindings.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = bindings.get(resource) {
            return known.clone();
        }
        bindings.entry(resource.clone()).insert(Arc::new(make())).get().clone()
    }
}
