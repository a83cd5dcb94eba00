//! Arrays. Items compare as values of Jackson's tree do: deeply, and `1` is not `1.0`.
//!
//! The service's limit of 256 KiB for `ArrayPartition` and `ArrayContains` is that of every payload; whoever watches
//! payloads watches it.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};

use super::arguments::Arguments;
use crate::expr::Ambient;
use crate::value::Value;

/// The most items `States.ArrayRange` gives.
const MAX_RANGE: i64 = 1_000;

/// The arguments as an array.
pub(super) fn array(arguments: &Arguments<'_>, _: &mut dyn Ambient) -> Result<Value, String> {
    Ok(Value::from(arguments.all().to_vec()))
}

/// The items in arrays of the given size; the last may be smaller.
pub(super) fn partition(arguments: &Arguments<'_>, _: &mut dyn Ambient) -> Result<Value, String> {
    let items = arguments.array(0)?;
    let size = arguments.whole(1)?;
    match usize::try_from(size) {
        Ok(size @ 1..) => {
            Ok(Value::from(items.chunks(size).map(|part| Value::from(part.to_vec())).collect::<Vec<_>>()))
        }
        _ => Err(format!("the size of the parts must be above 0, but is {size}")),
    }
}

/// Whether an item equals the second argument.
pub(super) fn contains(arguments: &Arguments<'_>, _: &mut dyn Ambient) -> Result<Value, String> {
    let wanted = arguments.any(1)?;
    Ok(Value::from(arguments.array(0)?.iter().any(|item| item == wanted)))
}

/// From the first number to the second at most, by steps of the third.
pub(super) fn range(arguments: &Arguments<'_>, _: &mut dyn Ambient) -> Result<Value, String> {
    let (first, last, step) = (arguments.whole(0)?, arguments.whole(1)?, arguments.whole(2)?);
    if step == 0 {
        return Err("the step must not be 0".into());
    }
    let distance = i128::from(last) - i128::from(first);
    let steps = (distance * i128::from(step.signum())).div_euclid(i128::from(step).abs());
    if steps >= i128::from(MAX_RANGE) {
        return Err(format!("the range has more than {MAX_RANGE} items"));
    }
    let items = (0..=steps).map(|at| Value::from((i128::from(first) + at * i128::from(step)) as i64));
    Ok(Value::from(items.collect::<Vec<_>>()))
}

/// The item at a place counted from 0.
pub(super) fn get_item(arguments: &Arguments<'_>, _: &mut dyn Ambient) -> Result<Value, String> {
    let items = arguments.array(0)?;
    let index = arguments.whole(1)?;
    let item = usize::try_from(index).ok().and_then(|index| items.get(index));
    item.cloned().ok_or_else(|| format!("there is no item {index} in an array of {}", items.len()))
}

/// How many items there are.
pub(super) fn length(arguments: &Arguments<'_>, _: &mut dyn Ambient) -> Result<Value, String> {
    Ok(Value::from(arguments.array(0)?.len() as i64))
}

/// The items without those that equal an earlier one.
pub(super) fn unique(arguments: &Arguments<'_>, _: &mut dyn Ambient) -> Result<Value, String> {
    let mut seen: HashMap<u64, Vec<&Value>> = HashMap::new();
    let mut kept = Vec::new();
    for item in arguments.array(0)?.iter() {
        let alike = seen.entry(fingerprint(item)).or_default();
        if !alike.contains(&item) {
            alike.push(item);
            kept.push(item.clone());
        }
    }
    Ok(Value::from(kept))
}

/// The same for equal values, and seldom for others.
fn fingerprint(value: &Value) -> u64 {
    let mut hasher = DefaultHasher::new();
    std::mem::discriminant(value).hash(&mut hasher);
    match value {
        Value::Null => {}
        Value::Bool(value) => value.hash(&mut hasher),
        Value::Int(value) => value.hash(&mut hasher),
        // Adding 0 makes one zero of two.
        Value::Float(value) => (value + 0.0).to_bits().hash(&mut hasher),
        Value::Exact(text) | Value::String(text) => text.hash(&mut hasher),
        Value::Array(items) => items.iter().for_each(|item| fingerprint(item).hash(&mut hasher)),
        Value::Object(object) => {
            let entries = object.iter().map(|(name, value)| {
                let mut entry = DefaultHasher::new();
                (name, fingerprint(value)).hash(&mut entry);
                entry.finish()
            });
            entries.fold(0u64, u64::wrapping_add).hash(&mut hasher);
        }
    }
    hasher.finish()
}
