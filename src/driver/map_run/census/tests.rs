//! Whatever happens to children, attempt after attempt: a ledger counts each of them once, in the state it is in.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::super::ledger::{self, Ledger, Page};
use super::*;
use crate::history::Failure;

/// How a child ends in one attempt; nothing where it does not begin, or not end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fate {
    Nothing,
    Begins,
    Ends(char),
}

fn fate() -> impl Strategy<Value = Fate> {
    prop_oneof![
        2 => Just(Fate::Nothing),
        1 => Just(Fate::Begins),
        4 => Just(Fate::Ends('S')),
        6 => prop::sample::select(vec!['F', 'T', 'A']).prop_map(Fate::Ends),
    ]
}

fn end(kind: char) -> Ended<'static> {
    let failure = Failure { error: Some("E".into()), cause: None };
    match kind {
        'F' => Ended::Failed(failure),
        'T' => Ended::TimedOut(failure),
        'A' => Ended::Aborted,
        _ => Ended::Succeeded(""),
    }
}

fn items_of(index: u32) -> u32 {
    1 + index % 3
}

fn read(path: &std::path::Path) -> Census {
    let mut census = Census::default();
    Ledger::peek(path, |found| census.take(found)).expect("read");
    census
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn each_child_counts_once(attempts in prop::collection::vec(prop::collection::vec(fate(), 12), 1..5)) {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("ledger");
        let mut ledger = Ledger::create(&path).expect("a ledger");
        // The last end of each child, and those that began in this attempt and have none.
        let (mut ends, mut open) = (BTreeMap::<u32, char>::new(), Vec::new());
        let mut begun = Vec::new();
        for (redrives, attempt) in (0..).zip(&attempts) {
            if redrives > 0 {
                drop(ledger);
                ledger::redrive(&path, redrives, &begun, |index| open.contains(&index)).expect("redriven");
                for index in open.drain(..) {
                    ends.entry(index).or_insert('A');
                }
                let census = read(&path);
                let pending = ends.values().filter(|&&kind| kind != 'S').count() as u64;
                prop_assert_eq!(census.tally.children.pending_redrive, pending);
                prop_assert_eq!(census.tally.children.total(), ends.len() as u64);
                prop_assert_eq!(census.earlier.values().all(|runs| runs.count <= redrives), true);
                ledger = Ledger::open(&path, |_| {}).expect("taken up");
            }
            let mut page = Page::default();
            for (index, &fate) in (0..).zip(attempt) {
                if ends.get(&index) == Some(&'S') {
                    continue;
                }
                if fate != Fate::Nothing && !begun.contains(&index) {
                    begun.push(index);
                }
                match fate {
                    Fate::Nothing => {}
                    Fate::Begins => open.push(index),
                    Fate::Ends(kind) => {
                        let items = items_of(index);
                        page.add(&Entry { index, count: 1, items, end: end(kind), ..Entry::default() });
                        ends.insert(index, kind);
                    }
                }
            }
            ledger.append(&mut page, None).expect("room");
            ledger.write_out().expect("room");
        }
        let census = read(&path);
        let last = attempts.last().expect("an attempt");
        let ended_now = |index: &u32, kind: char| last[*index as usize] == Fate::Ends(kind);
        for kind in ['F', 'T', 'A'] {
            let expected: Vec<u32> = ends.iter().filter(|(_, end)| **end == kind).map(|(index, _)| *index).collect();
            let expected: Vec<&u32> = expected.iter().filter(|index| ended_now(index, kind)).collect();
            let (mut children, mut items) = (census.tally.children, census.tally.items);
            prop_assert_eq!(*children.of_end(&end(kind)), expected.len() as u64);
            prop_assert_eq!(*items.of_end(&end(kind)), expected.iter().map(|index| u64::from(items_of(**index))).sum::<u64>());
        }
        prop_assert_eq!(census.tally.children.succeeded, ends.values().filter(|&&kind| kind == 'S').count() as u64);
        prop_assert_eq!(census.tally.children.total(), ends.len() as u64);
        prop_assert_eq!(census.tally.children.pending(), 0);
    }
}
