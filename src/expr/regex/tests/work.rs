//! No pattern takes longer than it was granted, and the classics take no time at all.

use super::*;

fn spent(source: &str, text: &str) -> Result<u64, GivenUp> {
    let mut work = AMPLE;
    compiled(source, "").find(text, 0, &mut Memory::default(), &mut work)?;
    Ok(AMPLE.left - work.left)
}

#[test]
fn what_takes_others_time_without_end_is_done_at_once() {
    let text = format!("{}!", "a".repeat(500));
    for source in [
        "^(a+)+$",
        "^(a|a)*$",
        "^(a|aa)+$",
        "^(?:a?){0,}$",
        "(x+x+)+y",
        "^([a-z]+)*\\d$",
        "^(?:(?:a*)*)*$",
        "^(?!x)(a+)+$",
    ] {
        let spent = spent(source, &text);
        assert!(spent.is_ok_and(|spent| spent < 1_000_000), "{source}: {spent:?}");
    }
}

#[test]
fn what_cannot_be_remembered_is_given_up() {
    let text = format!("{}!", "a".repeat(50));
    for source in ["^(a+)+\\1$", "^(?=(a+)+$)", "^(?:(a+)+){2,9}$"] {
        assert_eq!(spent(source, &text), Err(GivenUp::Work), "{source}");
    }
}

#[test]
fn a_long_text_takes_no_stack() {
    let text = "ab".repeat(50_000);
    for source in ["^(?:a|b)*$", "^(?:ab)*$", "^(?:ab)*?$", ".*b", "$(?<=^(?:ab)*)", "^(a(?=b)b)+$"] {
        assert!(spent(source, &text).is_ok(), "{source}");
    }
    let (regex, text) = (compiled("^(?:(a)|(b))*$", ""), text.repeat(10));
    let found = regex.find(&text, 0, &mut Memory::default(), &mut Work::default());
    assert_eq!(found, Err(GivenUp::Memory));
}

#[test]
fn work_that_was_granted_is_never_exceeded() {
    for left in (0..2_000).step_by(7) {
        let mut work = Work { left };
        let found = compiled("^(a|a)*$", "").find("aaaaaaaaaaaaaaaaaaaaaaab", 0, &mut Memory::default(), &mut work);
        assert!(work.left < left || left == 0);
        assert!(found != Err(GivenUp::Work) || work.left == 0, "{left}");
    }
}

#[test]
fn what_is_compared_is_work() {
    let text = "a".repeat(4_000);
    let literal = "a".repeat(400);
    for (source, letters, compared) in [
        // Of half the text, and of all lengths below.
        ("^(a*)\\1b".to_owned(), "", 4_000 * 4_000 / 8 / 4),
        ("^(a*)\\1b".to_owned(), "i", 4_000 * 4_000 / 4),
        ("$(?<=b\\1(a*))".to_owned(), "", 4_000 * 4_000 / 8 / 4),
        ("$(?<=b\\1(a*))".to_owned(), "i", 4_000 * 4_000 / 4),
        // From every place.
        (format!("x|{literal}b"), "", 3_600 * 400 / 4),
        ("a{400}b".to_owned(), "", 3_600 * 400 / 4),
        // In every round.
        (format!("^(?:a|{})*b", "(c)".repeat(400)), "", 4_000 * 2 * 400 / 4),
    ] {
        let mut work = Work { left: 1 << 27 };
        let found = compiled(&source, letters).find(&text, 0, &mut Memory::default(), &mut work);
        let spent = (1 << 27) - work.left;
        assert_eq!(found, Ok(None), "{source}");
        assert!(spent > compared && spent < 3 * compared, "{source}/{letters}: {spent}, not {compared}");
        let mut work = Work { left: compared };
        let found = compiled(&source, letters).find(&text, 0, &mut Memory::default(), &mut work);
        assert_eq!(found, Err(GivenUp::Work), "{source}");
    }
}

#[test]
fn groups_are_work_for_every_search() {
    let groups = "(b)".repeat(1_000);
    assert!(spent(&format!("a|{groups}"), "a").is_ok_and(|spent| (500..600).contains(&spent)));
}

#[test]
fn short_texts_are_a_step() {
    assert_eq!(spent("^abc", "abc"), spent("^a", "abc"));
    assert_eq!(spent("^(?:ab|c)", "abc"), spent("^(?:ab|cd)", "abc"));
}

#[test]
fn a_long_pattern_is_read_once() {
    let text = "ab".repeat(200_000);
    for (source, steps) in [(text.clone(), 2), (format!("(?<={text})"), 4), ("{".repeat(400_000), 2)] {
        assert_eq!(compiled(&source, "").program.steps.len(), steps);
    }
    assert_eq!(first(&format!("$(?<=b{text})"), "", &format!("b{text}")).map(|found| found.range.start), Some(400_001));
}
