//! Pass: its result, or its input, goes through the pipeline.

use crate::definition::Pass;
use crate::engine::context::Extra;
use crate::engine::decide::{Cx, Step};
use crate::engine::pipeline::Site;

pub(super) fn decide(site: &Site<'_>, cx: &mut Cx<'_>, pass: &Pass) -> Step {
    let arguments = site.arguments(cx, Extra::None)?;
    let result = pass.result.as_ref().unwrap_or(&arguments);
    site.exit(cx, result, Some(&pass.next)).map(Some)
}
