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
