//! JSONPath, intrinsic functions, reference paths and templates: any text, over any document.

use sfn::expr::Expression;
use sfn::expr::path::{Path, ReferencePath};
use sfn::expr::template::Template;
use sfn::source::read_json;
use sfn::value::{MAX_DEPTH, Value};

use super::halves;
use super::world::{Dice, World};

/// An expression and, after a NUL, a document.
pub fn run(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let (text, document) = halves(text);
    let world = World::new(document);
    match Expression::parse(text) {
        Ok(expression) => match expression.evaluate(&world, &mut Dice::default()) {
            Ok(value) => drop((assert!(value.depth() <= MAX_DEPTH), value.to_json())),
            Err(error) => drop(error.to_string()),
        },
        Err(error) => assert!(text.is_char_boundary(error.offset), "{error:?}"),
    }
    // Jayway takes more than a definition may hold.
    if let Ok(path) = Path::parse(text) {
        let _ = path.evaluate(&world).map_err(|error| error.to_string());
        assert!(path.ignored().is_none_or(|at| text.is_char_boundary(at)));
    }
    let _ = Path::parse_scripts(text);
    if let Ok(path) = ReferencePath::parse(text)
        && let Ok(root) = path.put(world.document.clone(), Value::from("put"))
    {
        assert!(root.depth() <= MAX_DEPTH);
    }
    if let Ok(node) = read_json(text)
        && let Ok(template) = Template::read(&node)
    {
        let _ = template.evaluate(&world, &mut Dice::default());
    }
}
