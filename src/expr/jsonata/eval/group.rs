//! `{ name: value }`: objects, and items grouped by a name.

use std::rc::Rc;

use super::item::{Item, Items};
use super::object::Map;
use super::output::shown;
use super::path::spread;
use super::{Evaluator, Frame, Thrown};
use crate::expr::jsonata::Error;
use crate::expr::jsonata::ast::Group;
use crate::expr::jsonata::lower::is_reserved;
use crate::value::Str;

/// The items that share a name, and the pair whose name it is.
struct Gathered<'a> {
    name: Str,
    pair: usize,
    data: Gather<'a>,
}

/// One item, or several as an array; arrays among them flattened.
pub(super) enum Gather<'a> {
    One(Item<'a>),
    Several(Vec<Item<'a>>),
}

impl<'a> Gather<'a> {
    /// Adds an item, as `$append` does.
    pub fn add(&mut self, item: Item<'a>) {
        if item.is_undefined() {
            return;
        }
        match self {
            Gather::One(Item::Undefined) => *self = Gather::One(item),
            Gather::One(first) => {
                let mut items = Vec::new();
                spread(std::mem::take(first), &mut items);
                spread(item, &mut items);
                *self = Gather::Several(items);
            }
            Gather::Several(items) => spread(item, items),
        }
    }
}

impl<'a> Evaluator<'a, '_> {
    /// An object of the input's items.
    pub(super) fn group(&mut self, group: &'a Group, input: &Item<'a>, frame: &Rc<Frame<'a>>) -> Thrown<Item<'a>> {
        let tuples = input.as_list().is_some_and(|list| list.tuples);
        if !tuples && (!input.is_array() || input.items().is_none_or(|items| items.len() == 0)) {
            let item = if input.is_array() { &Item::Undefined } else { input };
            if let Some(object) = self.object(group, item, frame)? {
                return Ok(object);
            }
        }
        let nothing = [Item::Undefined];
        let items = match input.items() {
            Some(items) if items.len() > 0 || tuples => items,
            Some(_) => Items::List(&nothing),
            None => Items::List(std::slice::from_ref(input)),
        };
        let groups = self.gather(group, items, tuples, frame)?;
        let mut map = Map::default();
        for gathered in groups {
            let value = group.pairs[gathered.pair].1;
            let data = match gathered.data {
                Gather::One(item) => item,
                Gather::Several(items) => self.array_of(items)?,
            };
            let value = match tuples {
                true => {
                    let tuple = Rc::new(self.reduced(&data)?);
                    let context = tuple.get("@").cloned().unwrap_or_default();
                    let inner = self.frame_of_tuple(frame, &tuple)?;
                    self.eval(value, &context, &inner)?
                }
                false => self.eval(value, &data, frame)?,
            };
            if !value.is_undefined() {
                map.insert(gathered.name, value);
            }
        }
        self.map(map)
    }

    /// An object of a single item. None when two pairs have the same name: that is told with the rest.
    fn object(&mut self, group: &'a Group, item: &Item<'a>, frame: &Rc<Frame<'a>>) -> Thrown<Option<Item<'a>>> {
        if let Some(names) = &group.literal {
            let mut map = Map::with_capacity(names.len());
            for (name, &(_, value)) in names.iter().zip(&group.pairs) {
                let value = self.eval(value, item, frame)?;
                if !value.is_undefined() {
                    map.push(name.clone(), value);
                }
            }
            return self.map(map).map(Some);
        }
        let mut names: Vec<(Str, usize)> = Vec::with_capacity(group.pairs.len());
        for (at, &(name, _)) in group.pairs.iter().enumerate() {
            let name = self.eval(name, item, frame)?;
            if let Some(name) = self.group_name(group, &name)? {
                if names.len() < 16 && names.iter().any(|(known, _)| *known == name) {
                    return Ok(None);
                }
                names.push((name, at));
            }
        }
        if names.len() >= 16 {
            return Ok(None);
        }
        let mut map = Map::default();
        for (name, at) in names {
            let value = self.eval(group.pairs[at].1, item, frame)?;
            if !value.is_undefined() {
                map.insert(name, value);
            }
        }
        self.map(map).map(Some)
    }

    fn gather(
        &mut self,
        group: &'a Group,
        items: Items<'_, 'a>,
        tuples: bool,
        frame: &Rc<Frame<'a>>,
    ) -> Thrown<Vec<Gathered<'a>>> {
        let mut groups: Vec<Gathered<'a>> = Vec::new();
        let mut places: std::collections::HashMap<Str, usize> = std::collections::HashMap::new();
        for item in items.iter() {
            let inner = match &item {
                Item::Map(tuple) if tuples => self.frame_of_tuple(frame, tuple)?,
                _ => frame.clone(),
            };
            let context = match &item {
                Item::Map(tuple) if tuples => tuple.get("@").cloned().unwrap_or_default(),
                _ => item.clone(),
            };
            for (pair, &(name, _)) in group.pairs.iter().enumerate() {
                let name = self.eval(name, &context, &inner)?;
                let Some(name) = self.group_name(group, &name)? else { continue };
                match places.get(&name) {
                    Some(&at) if groups[at].pair != pair => {
                        let error = Error::of("D1009").with("value", &super::super::fault::quoted(&name));
                        return Err(placed(error, group));
                    }
                    Some(&at) => groups[at].data.add(item.clone()),
                    None => {
                        places.insert(name.clone(), groups.len());
                        groups.push(Gathered { name, pair, data: Gather::One(item.clone()) });
                    }
                }
            }
        }
        Ok(groups)
    }

    fn group_name(&self, group: &Group, name: &Item<'a>) -> Thrown<Option<Str>> {
        if name.is_undefined() {
            return Ok(None);
        }
        match name.as_shared_text() {
            None => Err(placed(Error::of("T1003").with("value", &shown(name)), group)),
            Some(name) if is_reserved(name) => {
                Err(placed(Error::of("D1013").with("value", &super::super::fault::quoted(name)), group))
            }
            Some(name) => Ok(Some(name.clone())),
        }
    }

    /// Tuples of one group as one: what they bind, gathered.
    fn reduced(&mut self, data: &Item<'a>) -> Thrown<Map<'a>> {
        let items = data.items().unwrap_or(Items::List(std::slice::from_ref(data)));
        let mut gathered: Vec<(Str, Gather<'a>)> = Vec::new();
        for item in items.iter() {
            let Item::Map(tuple) = &item else { continue };
            for (name, value) in tuple.iter() {
                match gathered.iter_mut().find(|(known, _)| known == name) {
                    Some((_, data)) => data.add(value.clone()),
                    None => gathered.push((name.clone(), Gather::One(value.clone()))),
                }
            }
        }
        let mut map = Map::default();
        for (name, data) in gathered {
            let value = match data {
                Gather::One(item) => item,
                Gather::Several(items) => self.array_of(items)?,
            };
            map.insert(name, value);
        }
        map.weight = super::weight::Weight::of(map.iter().map(|(_, value)| value));
        Ok(map)
    }
}

fn placed(error: Error, group: &Group) -> Box<Error> {
    Box::new(Error { offset: group.position.map(|at| at as usize), ..error })
}
