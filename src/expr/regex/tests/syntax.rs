//! What is a pattern, and what is wrong with what is none.

use super::*;

#[test]
fn what_is_no_pattern() {
    for (source, offset, message) in [
        ("a(b", 1, "Unterminated group"),
        ("ab)", 2, "Unmatched ')'"),
        ("a**", 2, "Nothing to repeat"),
        ("x{2}{3}", 4, "Nothing to repeat"),
        ("^*", 1, "Nothing to repeat"),
        ("(?<=a)+", 6, "Nothing to repeat"),
        ("{1}", 0, "Nothing to repeat"),
        ("a{2,1}", 1, "numbers out of order in {} quantifier"),
        ("a[b", 1, "Unterminated character class"),
        ("[é-a]", 1, "Range out of order in character class"),
        ("a\\", 1, "\\ at end of pattern"),
        ("(?a)", 0, "Invalid group"),
        ("(?ii:a)", 0, "Invalid group"),
        ("(?<1>a)", 3, "Invalid capture group name"),
        ("(?<a>.)(?<a>.)", 10, "Duplicate capture group name"),
        ("(?<a>.)\\k<b>", 7, "Invalid named capture referenced"),
        ("(?<a>.)\\k", 7, "Invalid named reference"),
        ("(?<a>.)[\\k]", 8, "Invalid escape"),
    ] {
        let expected = Invalid { offset, message: message.to_owned() };
        assert_eq!(Regex::compile(source, Flags::default()).err(), Some(expected), "{source}");
    }
    assert!(Regex::compile(&"(".repeat(100_000), Flags::default()).unwrap_err().message.contains("too deep"));
    assert!(Regex::compile(&"(?:".repeat(51), Flags::default()).unwrap_err().message.contains("too deep"));
}

/// Each as node has it.
#[test]
fn odd_patterns_that_are_some() {
    for (source, letters, text, found) in [
        ("a{,2}", "", "a{,2}", Some("a{,2}")),
        ("a{", "", "a{", Some("a{")),
        ("]}", "", "]}", Some("]}")),
        ("\\8\\101\\08", "", "8A\u{0}8", Some("8A\u{0}8")),
        ("\\400", "", " 0", Some(" 0")),
        ("\\377\\7", "", "ÿ\u{7}", Some("ÿ\u{7}")),
        ("(a)\\2", "", "a\u{2}", Some("a\u{2}")),
        ("\\1(a)", "", "aa", Some("a")),
        ("\\cA\\c1\\c", "", "\u{1}\\c1\\c", Some("\u{1}\\c1\\c")),
        ("[\\c1\\c_\\ca]+", "", "\u{11}\u{1f}\u{1}", Some("\u{11}\u{1f}\u{1}")),
        ("[\\c]+", "", "\\c", Some("\\c")),
        ("\\x4\\u12\\xe9\\u00e9", "", "x4u12éé", Some("x4u12éé")),
        ("\\k<a>\\p{L}\\a", "", "k<a>p{L}a", Some("k<a>p{L}a")),
        ("[\\b\\B-\\d-]+", "", "\u{8}B-5", Some("\u{8}B-5")),
        ("[]", "", "a", None),
        ("[^]", "", "\n", Some("\n")),
        ("\\ud83d\\ude00", "", "😀", Some("😀")),
        ("\\ud83d", "", "😀", None),
        (".", "", "😀", Some("😀")),
        (".+", "", "\u{2028}a\r", Some("a")),
        (".+", "s", "\u{2028}a\r", Some("\u{2028}a\r")),
        ("(?=a)*b", "", "b", Some("b")),
        ("(?:^)*(?:(?<=a))?b", "", "b", Some("b")),
        ("\\s+", "", "a\u{feff}\u{a0}\u{85}", Some("\u{feff}\u{a0}")),
        ("\\w+", "i", "ſK\u{212a}", Some("K")),
        ("[^x]+", "i", "Xyx", Some("y")),
        ("µ", "i", "μ", Some("μ")),
        ("\\u{2}", "", "uu", Some("uu")),
        ("(?i:a)b", "", "Ab AB", Some("Ab")),
        ("(?-i:a)b", "i", "Ab aB", Some("aB")),
        ("(?<y>..)-(?<m>..)\\k<y>|(?<y>x)\\k<y>", "", "xx", Some("xx")),
        ("\\k<é$>(?<é$>a)", "", "a", Some("a")),
        ("\\p{Lu}\\P{L}\\p{IsGreek}", "p", "É1ω", Some("É1ω")),
        ("\\p{Zl}\\p{Zp}\\P{Zl}", "p", "\u{2029}\u{2028}\u{2029}x", Some("\u{2028}\u{2029}x")),
        ("[\\p{Zl}x]+", "p", "\u{2029}x\u{2028}", Some("x\u{2028}")),
    ] {
        let range = first(source, letters, text).map(|found| &text[found.range]);
        assert_eq!(range, found, "/{source}/{letters}");
    }
}

#[test]
fn groups_are_those_of_the_last_round() {
    let groups = |source: &str, text: &str| {
        let found = first(source, "", text).unwrap_or_else(|| panic!("{source}"));
        let shown = found.groups.into_iter().map(|group| group.map_or("-", |group| &text[group]));
        format!("{} {}", &text[found.range], shown.collect::<Vec<_>>().join(","))
    };
    for (source, text, expected) in [
        ("(z)((a+)?(b+)?(c))*", "zaacbbbcac", "zaacbbbcac z,ac,a,-,c"),
        ("(a*)*", "b", " -"),
        ("(a*)+", "b", " "),
        ("(?=(a+))a*b\\1", "baaabac", "aba a"),
        ("(.*?)a(?!(a+)b\\2c)\\2(.*)", "baaabaac", "baaabaac ba,-,abaac"),
        ("(?<=(\\d+)(\\d+))$", "1053", " 1,053"),
        ("(?<=\\1(\\d))x", "55x", "x 5"),
        ("(?:(a)|b)*", "ab", "ab -"),
        ("(a?b??)*c", "abc", "abc b"),
        ("(?:(x?)+b??)+c", "xbc", "xbc "),
        ("(?:a|(b)){2,3}?c", "abbc", "abbc b"),
        ("(a{0,2}){2,}$", "aaaaa", "aaaaa a"),
        ("((a)|b)(?:\\2|c){2}", "bcc", "b b,-"),
    ] {
        assert_eq!(groups(source, text), expected, "/{source}/");
    }
}
