//! Places as the service writes them, `/States/P/Next`: for messages that have to be the service's.

use std::fmt;

/// A way down into a JSON text, from its root; it prints as the service writes places:
/// `/States/P/Branches[1]/States/X`, names verbatim, `/` for the root.
///
/// It borrows from whoever walks, so that a walk costs no allocation until a place is printed.
#[derive(Clone, Copy, Debug)]
pub struct Place<'a> {
    up: Option<(&'a Place<'a>, Step<'a>)>,
}

/// One step down.
#[derive(Clone, Copy, Debug)]
pub enum Step<'a> {
    /// Into an object's member.
    Name(&'a str),
    /// Into an array's item, counted from 0.
    Item(usize),
}

impl<'a> Place<'a> {
    /// The whole text.
    pub const ROOT: Place<'static> = Place { up: None };

    /// The member called `name` of what is here.
    pub fn name(&'a self, name: &'a str) -> Place<'a> {
        Place { up: Some((self, Step::Name(name))) }
    }

    /// The item with this index of what is here.
    pub fn item(&'a self, index: usize) -> Place<'a> {
        Place { up: Some((self, Step::Item(index))) }
    }

    /// The innermost member's name; empty at the root and for items.
    pub fn last_name(&self) -> &'a str {
        match self.up {
            Some((_, Step::Name(name))) => name,
            _ => "",
        }
    }

    fn write(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut steps = Vec::new();
        let mut here = self;
        while let Some((up, step)) = here.up {
            steps.push(step);
            here = up;
        }
        steps.into_iter().rev().try_for_each(|step| match step {
            Step::Name(name) => write!(f, "/{name}"),
            Step::Item(index) => write!(f, "[{index}]"),
        })
    }
}

impl fmt::Display for Place<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.up {
            None => f.write_str("/"),
            Some(_) => self.write(f),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_print_as_the_service_writes_them() {
        assert_eq!(Place::ROOT.to_string(), "/");
        let branches = Place::ROOT.name("a/b");
        assert_eq!(branches.item(1).name("X").to_string(), "/a/b[1]/X");
    }
}
