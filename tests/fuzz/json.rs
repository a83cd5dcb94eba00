//! JSON values: what serde_json takes and makes of it is what we take and make of it, but where we mean to differ:
//! a number beyond the doubles keeps its text, a lone surrogate is U+FFFD, and 1,000 containers may nest, not 127.

use serde_json::Value as Theirs;
use sfn::source::read_json;
use sfn::value::{MAX_DEPTH, Str, Value, json};

pub fn run(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let ours = json::read(text);
    let with_places = read_json(text);
    match (&ours, serde_json::from_str(text)) {
        (Ok(ours), Ok(theirs)) => assert!(is_same(ours, &theirs), "{ours} and {theirs}"),
        (Err(_), Err(_)) => {}
        (Err(error), Ok(_)) => assert!(error.message.contains("within each other"), "refused: {error}"),
        (Ok(_), Err(error)) => {
            let reason = error.to_string();
            let meant = ["number out of range", "surrogate", "end of hex escape", "recursion limit"];
            assert!(meant.iter().any(|known| reason.contains(known)), "taken: {reason}");
        }
    }
    if let Ok(ours) = ours {
        assert!(ours.depth() <= MAX_DEPTH);
        assert_eq!(with_places.map(|node| node.to_value()), Ok(ours.clone()));
        for text in [ours.to_json(), ours.to_pretty()] {
            assert_eq!(json::read(&text), Ok(ours.clone()), "{text}");
        }
        assert_eq!(ours.text_size(usize::MAX), ours.to_json().len());
    }
}

fn is_same(ours: &Value, theirs: &Theirs) -> bool {
    match (ours, theirs) {
        (Value::Null, Theirs::Null) => true,
        (Value::Bool(ours), Theirs::Bool(theirs)) => ours == theirs,
        (Value::Int(ours), Theirs::Number(theirs)) => {
            theirs.as_i64() == Some(*ours) || *ours == 0 && theirs.as_f64() == Some(0.0)
        }
        (Value::Float(ours), Theirs::Number(theirs)) => theirs.is_f64() && theirs.as_f64() == Some(*ours),
        (Value::Exact(ours), Theirs::Number(theirs)) => ours.parse().ok() == theirs.as_f64(),
        (Value::String(ours), Theirs::String(theirs)) => **ours == **theirs,
        (Value::Array(ours), Theirs::Array(theirs)) => {
            ours.len() == theirs.len() && ours.iter().zip(theirs).all(|(ours, theirs)| is_same(ours, theirs))
        }
        (Value::Object(ours), Theirs::Object(theirs)) => {
            let alike = |(name, ours): (&Str, &Value)| theirs.get(&**name).is_some_and(|theirs| is_same(ours, theirs));
            ours.len() == theirs.len() && ours.iter().all(alike)
        }
        _ => false,
    }
}
