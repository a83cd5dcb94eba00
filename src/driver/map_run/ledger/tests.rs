//! What is written reads back, whatever a kill left of it.

use super::*;
use crate::history::Failure;

fn entries(path: &Path) -> Vec<String> {
    let mut found = Vec::new();
    let each = |line: Found<'_>| match line {
        Found::Entry(entry) => found.push(format!("{} {} {:?}", entry.index, entry.count, entry.end)),
        other => found.push(format!("{other:?}")),
    };
    Ledger::peek(path, each).expect("read");
    found
}

#[test]
fn entries_read_back_and_a_torn_end_is_cut_off() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("ledger");
    let mut ledger = Ledger::create(&path).expect("a ledger");
    let mut page = Page::default();
    for index in [0, 1, 2, 7] {
        page.add(&Entry { index, count: 1, items: 1, ..Entry::default() });
    }
    let failed = Failure { error: Some("E".into()), cause: Some("tab\there".into()) };
    let whole = Entry {
        index: 3,
        count: 1,
        items: 4,
        started: 5,
        lasted: 6,
        history: (7, 8),
        redrives: 0,
        input: "[1]",
        end: Ended::Failed(failed),
    };
    page.add(&whole);
    page.add(&Entry { index: 4, count: 1, items: 1, end: Ended::Succeeded("\"x\""), ..Entry::default() });
    ledger.append(&mut page, Some(100)).expect("room");
    let mut back = Vec::new();
    ledger.entries(|entry| back.extend((entry.index == 3).then(|| format!("{entry:?}")))).expect("read");
    let based = Entry { history: (107, 8), ..whole };
    assert_eq!(back, [format!("{based:?}")]);
    let known = entries(&path);
    assert_eq!(known.len(), 4);
    assert!(known[0].starts_with("0 3 ") && known[1].starts_with("7 1 "), "{known:?}");
    let bytes = std::fs::read(&path).expect("bytes");
    std::fs::write(&path, &bytes[..bytes.len() - 3]).expect("torn");
    Ledger::open(&path, |_| {}).expect("taken up");
    assert_eq!(entries(&path), known[..3]);
    let mut bytes = std::fs::read(&path).expect("bytes");
    bytes[40] ^= 1;
    std::fs::write(&path, &bytes).expect("damaged");
    assert!(Ledger::open(&path, |_| {}).is_err());
}

#[test]
fn what_a_redrive_copies_still_says_how_many_children_are_known() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("ledger");
    let mut ledger = Ledger::create(&path).expect("a ledger");
    ledger.add_known(4, 2);
    ledger.add_known(20, 10);
    let mut page = Page::default();
    page.add(&Entry { index: 0, count: 1, items: 2, end: Ended::Aborted, ..Entry::default() });
    ledger.append(&mut page, None).expect("room");
    ledger.write_out().expect("room");
    for redrives in [1, 2] {
        redrive(&path, redrives, &[], |_| false).expect("redriven");
        let found = entries(&path);
        assert_eq!(found.iter().filter(|line| *line == "Known(20, 10)").count(), 1, "{found:?}");
    }
}
