//! The members of one object while it is read, and what remains of them: the unknown, the misspelled, the missing and
//! those of the other query language. It is told the names of fields, so that each state's file alone says which fields
//! that state has.

use super::reader::{At, Reader};
use crate::diagnostic::{closest, rule};
use crate::source::Member;

/// Room for the names of the fields that most objects are asked for.
const MOST_ASKED: usize = 16;

/// The members of an object while they are read. It knows which ones were asked for, so that [`Fields::finish`] can
/// tell what does not belong there and what is missing; a misspelled field is one mistake, not two.
pub(super) struct Fields<'a> {
    at: &'a At<'a>,
    members: Vec<&'a Member>,
    taken: Vec<bool>,
    asked: Vec<&'static str>,
    required: Vec<&'static str>,
    /// Groups of which one must be there, and what to say to help.
    one_of: Vec<(&'static [&'static str], &'static str)>,
}

impl<'a> Fields<'a> {
    /// The fields of an object; says so where it is none.
    pub(super) fn of(reader: &mut Reader<'_>, at: &'a At<'a>) -> Option<Fields<'a>> {
        reader.is_object(at).then(|| {
            let members = at.node.members();
            let taken = vec![false; members.len()];
            Fields {
                at,
                members,
                taken,
                asked: Vec::with_capacity(MOST_ASKED),
                required: Vec::new(),
                one_of: Vec::new(),
            }
        })
    }

    /// The object itself.
    pub(super) fn at(&self) -> &'a At<'a> {
        self.at
    }

    /// The field with this name.
    pub(super) fn take(&mut self, name: &'static str) -> Option<At<'a>> {
        self.asked.push(name);
        self.take_unasked(name)
    }

    /// The field with this name, which nobody is to be reminded of.
    pub(super) fn take_unasked(&mut self, name: &str) -> Option<At<'a>> {
        let index = self.members.iter().position(|member| *member.name == *name)?;
        self.taken[index] = true;
        Some(self.at.member(self.members[index]))
    }

    /// The field with this name, which must be there.
    pub(super) fn require(&mut self, name: &'static str) -> Option<At<'a>> {
        let field = self.take(name);
        if field.is_none() {
            self.required.push(name);
        }
        field
    }

    /// The one of these fields that is there, and which of them it is.
    pub(super) fn take_one(
        &mut self,
        reader: &mut Reader<'_>,
        names: &'static [&'static str],
    ) -> Result<Option<(usize, At<'a>)>, TooMany> {
        let mut present = Vec::new();
        for (index, name) in names.iter().enumerate() {
            present.extend(self.take(name).map(|at| (index, at)));
        }
        if present.len() > 1 {
            let message = format!("There should only be one of the following fields: [{}]", names.join(", "));
            let found = rule::EXCLUSIVE_FIELDS.found(message).at(present[1].1.head).location(self.at.place);
            reader.report(found.label(format!("given beside `{}`", names[present[0].0])));
            return Err(TooMany);
        }
        Ok(present.pop())
    }

    /// [`Fields::take_one`] where one must be there; `help` is for whoever gave none.
    pub(super) fn require_one(
        &mut self,
        reader: &mut Reader<'_>,
        names: &'static [&'static str],
        help: &'static str,
    ) -> Option<(usize, At<'a>)> {
        let found = self.take_one(reader, names).ok()?;
        if found.is_none() {
            self.one_of.push((names, help));
        }
        found
    }

    /// All fields whose name has a meaning for `meaning`, with it; `names` are those that could be meant.
    pub(super) fn take_all<T>(
        &mut self,
        names: &'static [&'static str],
        meaning: impl Fn(&str) -> Option<T>,
    ) -> Vec<(T, At<'a>)> {
        self.asked.extend(names);
        let mut found = Vec::new();
        for (index, member) in self.members.iter().enumerate() {
            if let Some(meaning) = meaning(&member.name) {
                self.taken[index] = true;
                found.push((meaning, self.at.member(member)));
            }
        }
        found
    }

    /// Whether some member was not asked for that could be one of `names`, misspelled.
    pub(super) fn misspells(&self, names: &[&str]) -> bool {
        self.unknown().any(|member| closest(&member.name, names.iter().copied()).is_some())
    }

    /// Says what does not belong here, and what is missing.
    pub(super) fn finish(mut self, reader: &mut Reader<'_>) {
        let unknown: Vec<_> = self.unknown().collect();
        let asked = if unknown.is_empty() { &[] } else { self.asked.as_slice() };
        let free: Vec<&str> = asked.iter().copied().filter(|name| !self.has(name)).collect();
        for member in unknown {
            let candidates = free.iter().copied().take_while(|_| reader.findings.has_room());
            let meant = closest(&member.name, candidates);
            self.required.retain(|name| Some(*name) != meant);
            self.one_of.retain(|(names, _)| !names.iter().any(|name| Some(*name) == meant));
            let message = format!("Field '{}' is not supported", member.name);
            let found = rule::UNSUPPORTED_FIELD.found(message).at(member.name_span).location(self.at.place);
            reader.report(found.maybe_help(meant.map(|name| format!("did you mean `{name}`?"))));
        }
        if !self.required.is_empty() {
            let message = format!("These fields are required: [{}]", self.required.join(", "));
            reader.report(self.at.lacking(&rule::MISSING_FIELD, message));
        }
        for (names, help) in self.one_of {
            let message = format!("This object should have only one of the following fields: [{}]", names.join(", "));
            reader.report(self.at.lacking(&rule::MISSING_FIELD, message).label("it has none of them").help(help));
        }
    }

    /// Says only what is missing: where it is not known what else belongs here.
    pub(super) fn finish_open(mut self, reader: &mut Reader<'_>) {
        self.taken.fill(true);
        self.finish(reader);
    }

    fn has(&self, name: &str) -> bool {
        self.members.iter().any(|member| *member.name == *name)
    }

    fn unknown(&self) -> impl Iterator<Item = &'a Member> + use<'a, '_> {
        self.members.iter().zip(&self.taken).filter(|(_, taken)| !**taken).map(|(member, _)| *member)
    }
}

/// More than one field of a group of which only one may be there; it has been reported.
pub(super) struct TooMany;
