//! What a state makes of its input: the payload pipeline, on shapes.

use super::shape::Shape;
use crate::check::reads::Of;
use crate::definition::{Catcher, Items, Map, Mode, QueryLanguage, ResultPath, Selection, State, StateKind, Via};
use crate::expr::Expression;
use crate::expr::path::Path;
use crate::expr::template::{Fold, Template};
use crate::value::{Str, Value};

/// A state at work on an input of some shape.
pub(super) struct Work<'a> {
    pub state: &'a State,
    pub input: Shape,
    effective: Shape,
    /// The result, before `ResultSelector`.
    result: Shape,
}

impl<'a> Work<'a> {
    /// `within`: what the states inside a Parallel or Map give; of others nothing.
    pub fn new(state: &'a State, input: Shape, within: Option<Shape>) -> Work<'a> {
        let effective = select(&state.paths.input, &input);
        let mut work = Work { state, input, effective, result: Shape::Any };
        work.result = match &state.kind {
            StateKind::Pass(pass) if state.query_language == QueryLanguage::JsonPath => {
                pass.result.as_ref().map_or_else(|| work.request(), Shape::of)
            }
            StateKind::Map(map) if map.mode != Mode::Inline => Shape::Any,
            _ => within.map_or(Shape::Any, Shape::array),
        };
        work
    }

    /// What its work is given: the effective input, or what `Parameters` or `Arguments` make of it.
    pub fn request(&self) -> Shape {
        self.state.request().map_or_else(|| self.effective.clone(), |template| shape_of(template, &self.effective))
    }

    /// What each iteration of a Map is given.
    pub fn item(&self, map: &Map) -> Shape {
        let distributed = &map.distributed;
        if distributed.item_batcher.is_some() {
            return Shape::Any;
        }
        match (&map.item_selector, &map.items) {
            (Some(selector), _) => shape_of(selector, &self.effective),
            (None, Items::Path(items)) if distributed.item_reader.is_none() => select(items, &self.effective).item(),
            _ => Shape::Any,
        }
    }

    /// What `$` is there.
    pub fn dollar(&self, of: Of) -> Shape {
        match of {
            Of::Input => self.input.clone(),
            Of::EffectiveInput | Of::Asked => self.effective.clone(),
            Of::Result => self.result.clone(),
            Of::SelectedResult => self.selected(),
            Of::Merged => self.merged(),
            Of::ErrorOutput => error_output(),
        }
    }

    /// What it passes on this way.
    pub fn output(&self, via: Via) -> Shape {
        if let Via::Catch(index) = via {
            return self.caught(&self.state.catchers()[index]);
        }
        match self.state.query_language {
            QueryLanguage::JsonPath => select(&self.state.paths.output, &self.merged()),
            QueryLanguage::Jsonata => self.jsonata_output(via),
        }
    }

    fn jsonata_output(&self, via: Via) -> Shape {
        let own = match (&self.state.kind, via) {
            (StateKind::Choice(choice), Via::Choice(index)) => choice.rules[index].output.as_ref(),
            _ => None,
        };
        match own.or(self.state.output.as_ref()) {
            Some(template) => shape_of(template, &Shape::Any),
            None if self.works() => Shape::Any,
            None => self.input.clone(),
        }
    }

    fn works(&self) -> bool {
        matches!(self.state.kind, StateKind::Task(_) | StateKind::Parallel(_) | StateKind::Map(_))
    }

    fn selected(&self) -> Shape {
        let selector = self.state.paths.result_selector.as_ref();
        selector.map_or_else(|| self.result.clone(), |selector| shape_of(selector, &self.result))
    }

    fn merged(&self) -> Shape {
        match &self.state.kind {
            StateKind::Wait(_) | StateKind::Choice(_) | StateKind::Succeed | StateKind::Fail(_) => {
                self.effective.clone()
            }
            _ => put(&self.state.paths.result, &self.input, self.selected()),
        }
    }

    fn caught(&self, catcher: &Catcher) -> Shape {
        match &catcher.output {
            Some(template) => shape_of(template, &Shape::Any),
            None => put(&catcher.result, &self.input, error_output()),
        }
    }
}

/// What a catcher passes on (specification, "Error Output").
fn error_output() -> Shape {
    Shape::object(["Error", "Cause"].map(|name| (name.into(), Shape::scalar())))
}

fn put(at: &ResultPath, input: &Shape, result: Shape) -> Shape {
    match at {
        ResultPath::Replace => result,
        ResultPath::Discard => input.clone(),
        ResultPath::Path(path) => input.put(path.steps(), result),
    }
}

fn select(selection: &Selection, shape: &Shape) -> Shape {
    match selection {
        Selection::All => shape.clone(),
        Selection::Nothing => Shape::object([]),
        Selection::Path(path) => found(path, shape),
    }
}

/// What a path finds; where it finds nothing the execution ends, so that anything may be said.
fn found(path: &Path, dollar: &Shape) -> Shape {
    if path.reads_input() { dollar.select(path).unwrap_or(Shape::Any) } else { Shape::Any }
}

fn shape_of(template: &Template, dollar: &Shape) -> Shape {
    template.fold(&mut Shapes { dollar })
}

struct Shapes<'a> {
    dollar: &'a Shape,
}

impl Fold for Shapes<'_> {
    type Output = Shape;

    fn constant(&mut self, value: &Value) -> Shape {
        Shape::of(value)
    }

    fn expression(&mut self, expression: &Expression) -> Shape {
        match expression {
            Expression::Path(path) => found(path, self.dollar),
            _ => Shape::Any,
        }
    }

    fn array(&mut self, items: Vec<Shape>) -> Shape {
        Shape::array(items.into_iter().reduce(Shape::join).unwrap_or(Shape::scalar()))
    }

    fn object(&mut self, members: Vec<(Str, Shape)>) -> Shape {
        Shape::object(members)
    }
}
