//! Signatures of functions, `<a<n>s?:s>`: which arguments fit, where the context stands in for one that is missing, and
//! which are made arrays. The reference makes a regular expression over the arguments' type letters; so do we, in effect.

use super::Error;
use super::fault::quoted;

/// A parsed signature.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Signature {
    parameters: Vec<Parameter>,
    wants_arrays: bool,
}

/// What an argument has to be.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Parameter {
    /// The type letters that fit: `asnblfom`, `m` being a missing one.
    letters: Letters,
    /// May be left out.
    optional: bool,
    /// May be repeated.
    repeated: bool,
    /// `-`: the context stands in.
    pub context: bool,
    /// Wants an array.
    pub array: bool,
    /// The letters between the `< >` behind an array's `a`.
    pub items: Option<String>,
}

/// A set of lower-case letters, a bit each.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Letters(u32);

impl Letters {
    fn of(letters: &[u8]) -> Letters {
        Letters(letters.iter().filter(|letter| letter.is_ascii_lowercase()).fold(0, |all, letter| all | bit(*letter)))
    }

    fn has(self, letter: u8) -> bool {
        self.0 & bit(letter) != 0
    }
}

fn bit(letter: u8) -> u32 {
    1 << (letter - b'a')
}

impl Signature {
    /// Reads what stands between, and with, the outer `< >`.
    ///
    /// # Errors
    /// S0401, S0402, with an offset into `text`.
    pub fn parse(text: &str) -> Result<Signature, Error> {
        let chars: Vec<char> = text.chars().collect();
        let mut parameters: Vec<Parameter> = Vec::new();
        let mut at = 1;
        while at < chars.len() && chars[at] != ':' {
            match chars[at] {
                letter @ ('s' | 'n' | 'b' | 'l' | 'o') => parameters.push(Parameter::of(&[letter as u8, b'm'])),
                'a' => parameters.push(Parameter { array: true, ..Parameter::of(b"asnblfom") }),
                'f' => parameters.push(Parameter::of(b"f")),
                'j' => parameters.push(Parameter::of(b"asnblom")),
                'x' => parameters.push(Parameter::of(b"asnblfom")),
                '-' => modify(&mut parameters, |parameter| (parameter.context, parameter.optional) = (true, true)),
                '?' => modify(&mut parameters, |parameter| parameter.optional = true),
                '+' => modify(&mut parameters, |parameter| parameter.repeated = true),
                '(' => {
                    let end = closing(&chars, at, '(', ')');
                    parameters.push(choice(&chars[at + 1..end.max(at + 1)], at)?);
                    at = end;
                }
                '<' => {
                    let end = closing(&chars, at, '<', '>');
                    items(&mut parameters, &chars[at + 1..end.max(at + 1)], at)?;
                    at = end;
                }
                _ => {}
            }
            at += 1;
        }
        let wants_arrays = parameters.iter().any(|parameter| parameter.array);
        Ok(Signature { parameters, wants_arrays })
    }

    /// The parameters in order.
    pub fn parameters(&self) -> &[Parameter] {
        &self.parameters
    }

    /// How many arguments each parameter takes, when those of these types fit.
    pub fn shares(&self, letters: &[u8]) -> Option<Vec<usize>> {
        let mut shares = vec![0; self.parameters.len()];
        fit(&self.parameters, letters, &mut shares, true).then_some(shares)
    }

    /// Whether there is a parameter that wants an array.
    pub fn wants_arrays(&self) -> bool {
        self.wants_arrays
    }

    /// Whether each parameter takes exactly one argument.
    pub fn fits_one_by_one(&self, letters: impl ExactSizeIterator<Item = u8>) -> bool {
        letters.len() == self.parameters.len()
            && self
                .parameters
                .iter()
                .zip(letters)
                .all(|(parameter, letter)| !parameter.repeated && parameter.fits(letter))
    }

    /// The argument, counted from 0, that does not fit.
    pub fn misfit(&self, letters: &[u8]) -> usize {
        let mut good = 0;
        for count in 1..=self.parameters.len() {
            let mut shares = vec![0; count];
            if !fit(&self.parameters[..count], letters, &mut shares, false) {
                return good;
            }
            good = shares.iter().sum();
        }
        good
    }
}

impl Parameter {
    fn of(letters: &[u8]) -> Parameter {
        Parameter { letters: Letters::of(letters), ..Parameter::default() }
    }

    /// How many of the letters it can take, the most first.
    fn shares(&self, letters: &[u8]) -> impl Iterator<Item = usize> + use<> {
        let most = if self.repeated { letters.len() } else { 1 };
        let most = letters.iter().take(most).take_while(|letter| self.fits(**letter)).count();
        (usize::from(!self.optional)..=most).rev()
    }

    /// Whether an argument of this type fits.
    pub fn fits(&self, letter: u8) -> bool {
        self.letters.has(letter)
    }
}

/// What messages call arrays of these items.
pub(super) fn plural(items: &str) -> String {
    match items {
        "a" => quoted("arrays"),
        "b" => quoted("booleans"),
        "f" => quoted("functions"),
        "n" => quoted("numbers"),
        "o" => quoted("objects"),
        "s" => quoted("strings"),
        _ => "undefined".to_owned(),
    }
}

fn modify(parameters: &mut [Parameter], change: impl FnOnce(&mut Parameter)) {
    if let Some(last) = parameters.last_mut() {
        change(last);
    }
}

fn choice(letters: &[char], at: usize) -> Result<Parameter, Error> {
    if letters.contains(&'<') {
        return Err(Error::of("S0402").at(at as u32));
    }
    let mut all: Vec<u8> = letters.iter().filter(|c| c.is_ascii()).map(|&c| c as u8).collect();
    all.push(b'm');
    Ok(Parameter::of(&all))
}

fn items(parameters: &mut [Parameter], items: &[char], at: usize) -> Result<(), Error> {
    match parameters.last_mut() {
        Some(last) if last.array => last.items = Some(items.iter().collect()),
        Some(last) if last.letters == Letters::of(b"f") => {}
        _ => return Err(Error::of("S0401").at(at as u32)),
    }
    Ok(())
}

/// The place of the bracket that closes the one at `start`, or the end.
fn closing(chars: &[char], start: usize, open: char, close: char) -> usize {
    let mut depth = 1;
    for (at, &c) in chars.iter().enumerate().skip(start + 1) {
        if c == close {
            depth -= 1;
            if depth == 0 {
                return at;
            }
        } else if c == open {
            depth += 1;
        }
    }
    chars.len()
}

/// Shares the letters out among the parameters, the first taking what they can; `whole` when none may be left over.
fn fit(parameters: &[Parameter], letters: &[u8], shares: &mut [usize], whole: bool) -> bool {
    let width = letters.len() + 1;
    // Whether the parameters from one on can take the letters from one on.
    let mut fits = vec![!whole; width * (parameters.len() + 1)];
    fits[width * parameters.len() + letters.len()] = true;
    for (at, parameter) in parameters.iter().enumerate().rev() {
        for from in 0..width {
            let behind = &fits[width * (at + 1)..];
            fits[width * at + from] = parameter.shares(&letters[from..]).any(|share| behind[from + share]);
        }
    }
    let mut from = 0;
    for (at, parameter) in parameters.iter().enumerate() {
        let behind = &fits[width * (at + 1)..];
        let Some(share) = parameter.shares(&letters[from..]).find(|share| behind[from + share]) else { return false };
        shares[at] = share;
        from += share;
    }
    fits[0]
}
