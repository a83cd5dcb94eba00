//! Before anything runs: which buckets a definition's distributed Maps read and write, and what those are bound to.

use super::Bindings;
use super::binding::Origin;
use super::check::Line;
use super::config::Bucket;
use super::error::Error;
use crate::definition::{Definition, Mode, ReaderAction, State, StateKind};
use crate::driver::data::{Holder, how_to_bind, unbound};
use crate::expr::template::Template;

/// A Map's use of a bucket.
struct Use<'d> {
    state: &'d State,
    /// `arn:aws:states:::s3:getObject`, as the definition has it.
    resource: &'static str,
    parameters: Option<&'d Template>,
    /// Whether results are written there: a folder is made where there is none.
    is_written: bool,
}

impl Use<'_> {
    /// The bucket, if no expression gives it.
    fn bucket(&self) -> Option<&str> {
        self.parameters?.constant_member("Bucket")?.as_str()
    }
}

impl Bindings {
    /// The buckets that are named in the definition and bound to nothing of use.
    pub(super) fn check_buckets(&self, definition: &Definition) -> Vec<Error> {
        let wrong = uses(definition).filter_map(|used| {
            let (state, name) = (&used.state.name.value, used.bucket()?);
            let Some(Bucket { holder, place }) = self.config.buckets.get(name) else {
                return Some(Error::new(format!("Map `{state}`: {}", unbound(name))).help(how_to_bind(name)));
            };
            if let Some(obstacle) = holder.obstacle() {
                return Some(Error::new(format!("bucket `{name}`: {obstacle}")).at(place));
            }
            self.missing_folder(&used, name, holder).map(|error| error.at(place))
        });
        let mut errors: Vec<Error> = wrong.collect();
        errors.dedup();
        errors
    }

    fn missing_folder(&self, used: &Use<'_>, name: &str, holder: &Holder) -> Option<Error> {
        let Holder::Folder(path) = holder else { return None };
        let shown = self.sources.shown(path);
        let (message, help) = match () {
            () if path.is_dir() => return None,
            () if path.exists() => (format!("bucket `{name}`: `{shown}` is no folder"), "name a folder"),
            () if used.is_written => return None,
            () => (format!("bucket `{name}`: there is no folder `{shown}`"), "make it, or name another"),
        };
        Some(Error::new(message).help(help.to_owned()))
    }

    /// What every Map's bucket is bound to.
    pub(super) fn plan_buckets(&self, definition: &Definition) -> Vec<Line> {
        let line = |used: Use<'_>| {
            let bound = used.bucket().map(|name| self.config.buckets.get(name));
            let (bound_to, origin) = match bound {
                Some(Some(Bucket { holder, place })) => (self.held_by(holder), Some(Origin::File(place.clone()))),
                Some(None) => ("nothing".to_owned(), None),
                None => ("known only while running".to_owned(), None),
            };
            let (state, resource) = (used.state.name.value.to_string(), used.resource.to_owned());
            Line { state, resource, bound_to, origin }
        };
        uses(definition).map(line).collect()
    }

    fn held_by(&self, holder: &Holder) -> String {
        match holder {
            Holder::Folder(path) => format!("folder: {}", self.sources.shown(path)),
            other => other.to_string(),
        }
    }
}

fn uses(definition: &Definition) -> impl Iterator<Item = Use<'_>> {
    definition.states.iter().flat_map(|state| {
        let own = match &state.kind {
            StateKind::Map(map) if matches!(map.mode, Mode::Distributed(_)) => Some(&map.distributed),
            _ => None,
        };
        let reader = own.and_then(|own| own.item_reader.as_ref()).map(|reader| Use {
            state,
            resource: match reader.value.action.value {
                ReaderAction::GetObject => "arn:aws:states:::s3:getObject",
                ReaderAction::ListObjects => "arn:aws:states:::s3:listObjectsV2",
            },
            parameters: reader.value.parameters.as_ref(),
            is_written: false,
        });
        let writer = own.and_then(|own| own.result_writer.as_ref()).filter(|writer| writer.value.writes);
        let writer = writer.map(|writer| Use {
            state,
            resource: "arn:aws:states:::s3:putObject",
            parameters: writer.value.parameters.as_ref(),
            is_written: true,
        });
        reader.into_iter().chain(writer)
    })
}
