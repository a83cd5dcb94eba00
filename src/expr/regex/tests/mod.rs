mod oracle;
mod syntax;
mod work;

use super::*;

const AMPLE: Work = Work { left: 5_000_000 };

fn flags(letters: &str) -> Flags {
    let has = |letter| letters.contains(letter);
    Flags { ignore_case: has('i'), multiline: has('m'), dot_all: has('s'), properties: has('p'), whole: has('w') }
}

fn compiled(source: &str, letters: &str) -> Regex {
    Regex::compile(source, flags(letters)).unwrap_or_else(|invalid| panic!("/{source}/: {invalid:?}"))
}

fn first(source: &str, letters: &str, text: &str) -> Option<Found> {
    compiled(source, letters).find(text, 0, &mut Memory::default(), &mut AMPLE.clone()).expect("enough work")
}
