//! Arguments: held against a function's signature, arrays made of what has to be one, the context where one is missing.

use super::item::Item;
use super::{Evaluator, Thrown};
use crate::expr::jsonata::Error;
use crate::expr::jsonata::signature::{Parameter, Signature, plural};

impl<'a> Evaluator<'a, '_> {
    /// Makes the arguments those that the function gets.
    pub(super) fn validate(
        &mut self,
        signature: &Signature,
        arguments: &mut Vec<Item<'a>>,
        context: &Item<'a>,
    ) -> Thrown<()> {
        if signature.fits_one_by_one(arguments.iter().map(Item::letter)) {
            if !signature.wants_arrays() {
                return Ok(());
            }
            for (at, parameter) in signature.parameters().iter().enumerate() {
                if parameter.array {
                    let letter = arguments[at].letter();
                    let argument = std::mem::take(&mut arguments[at]);
                    arguments[at] = self.array_argument(parameter, argument, &[letter], at)?;
                }
            }
            return Ok(());
        }
        let letters: Vec<u8> = arguments.iter().map(Item::letter).collect();
        let Some(shares) = signature.shares(&letters) else {
            return Err(misfit("T0410", signature.misfit(&letters)));
        };
        *arguments = self.shared_out(signature, &shares, &letters, arguments, context)?;
        Ok(())
    }

    fn shared_out(
        &mut self,
        signature: &Signature,
        shares: &[usize],
        letters: &[u8],
        arguments: &[Item<'a>],
        context: &Item<'a>,
    ) -> Thrown<Vec<Item<'a>>> {
        let mut given = Vec::new();
        let mut next = 0;
        let mut taken = 0;
        for (parameter, &share) in signature.parameters().iter().zip(shares) {
            let matched = &letters[taken..taken + share];
            taken += share;
            if share == 0 && parameter.context {
                if !parameter.fits(context.letter()) {
                    return Err(misfit("T0411", next));
                }
                given.push(context.clone());
                continue;
            }
            // As in the reference, a parameter that takes none passes on the argument that is next all the same.
            for _ in 0..share.max(1) {
                let argument = arguments.get(next).cloned().unwrap_or_default();
                given.push(match parameter.array && share > 0 {
                    true => self.array_argument(parameter, argument, matched, next)?,
                    false => argument,
                });
                next += 1;
            }
        }
        Ok(given)
    }

    fn array_argument(
        &mut self,
        parameter: &Parameter,
        argument: Item<'a>,
        matched: &[u8],
        at: usize,
    ) -> Thrown<Item<'a>> {
        if argument.is_undefined() {
            return Ok(argument);
        }
        if let Some(wanted) = &parameter.items {
            let fits = match argument.items() {
                None => matched == wanted.as_bytes(),
                Some(items) if items.len() == 0 => true,
                Some(items) => {
                    let first = items.get(0).letter();
                    wanted.as_bytes().first() == Some(&first) && items.all_of(first)
                }
            };
            if !fits {
                let error = misfit("T0412", at);
                return Err(Box::new(error.with("type", &plural(wanted))));
            }
        }
        match argument.is_array() {
            true => Ok(argument),
            false => self.array_of(vec![argument]),
        }
    }
}

fn misfit(code: &'static str, at: usize) -> Box<Error> {
    Box::new(Error::of(code).with("index", &(at + 1).to_string()))
}
