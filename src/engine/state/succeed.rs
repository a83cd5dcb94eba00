//! Succeed: its input goes through the pipeline, and its lane ends.

use crate::engine::decide::{Cx, Step};
use crate::engine::pipeline::Site;

pub(super) fn decide(site: &Site<'_>, cx: &mut Cx<'_>) -> Step {
    let input = site.effective_input()?;
    site.exit(cx, &input, None).map(Some)
}
