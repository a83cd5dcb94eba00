//! Numbers: `States.MathAdd`, `States.MathRandom`.

use super::arguments::Arguments;
use crate::expr::Ambient;
use crate::expr::java_random::Random;
use crate::value::Value;

/// The sum of two 32-bit integers.
pub(super) fn add(arguments: &Arguments<'_>, _: &mut dyn Ambient) -> Result<Value, String> {
    Ok(Value::from(i64::from(arguments.int(0)?) + i64::from(arguments.int(1)?)))
}

/// An integer from the first on and below the second; the same for the same third argument.
pub(super) fn random(arguments: &Arguments<'_>, ambient: &mut dyn Ambient) -> Result<Value, String> {
    let (start, end) = (i64::from(arguments.int(0)?), i64::from(arguments.int(1)?));
    let seed = match arguments.all().len() {
        2 => ambient.random() as i64,
        _ => arguments.whole(2)?,
    };
    let span = end - start;
    if span <= 0 {
        return Err(format!("the start, {start}, must be less than the end, {end}"));
    }
    let mut random = Random::new(seed);
    let offset = match u32::try_from(span) {
        Ok(span) if span <= 1 << 31 => i64::from(random.next_below(span)),
        _ => (random.next_double() * span as f64) as i64,
    };
    Ok(Value::from(start + offset))
}
