//! Definitions: any bytes, read, checked and reported on in every shape. Every place is a part of the text.

use sfn::check::{Checked, Options, Platform, WorkflowType, check_bytes};
use sfn::diagnostic::Level;
use sfn::present::report::{self, Report};
use sfn::source::{Source, Span};
use sfn::value::json;

/// A byte of options (each bit one of them) and a definition.
pub fn run(data: &[u8]) {
    let Some((&chosen, text)) = data.split_first() else { return };
    let (name, options) = options(chosen);
    let (source, checked) = check_bytes(name, text.to_vec(), &options);
    for found in &checked.diagnostics {
        assert_place(&source, found.span);
    }
    report_in_every_shape(&source, &checked);
}

/// What a byte stands for, so that `0` is a definition in JSON as `sfn validate` takes it.
pub fn options(chosen: u8) -> (&'static str, Options) {
    let is = |bit: u8| chosen & bit != 0;
    let mut options = Options {
        workflow: if is(2) { WorkflowType::Express } else { WorkflowType::Standard },
        target: if is(4) { Platform::Aws } else { Platform::Local },
        ..Options::default()
    };
    if is(8) {
        options.levels.set_pedantic(Level::On);
        options.substitutions.insert("Name".to_owned(), "\"filled\"\n".to_owned());
    }
    (if is(1) { "machine.asl.yaml" } else { "machine.asl.json" }, options)
}

fn assert_place(source: &Source, Span { start, end }: Span) {
    assert!(source.text().get(start as usize..end as usize).is_some(), "{start}..{end} is no part of the text");
    assert!(source.position(start).line <= source.position(end).line);
}

fn report_in_every_shape(source: &Source, checked: &Checked) {
    let report = Report { source, diagnostics: &checked.diagnostics, truncated: checked.truncated, known: 0 };
    let reports = [report];
    for with_colours in [false, true] {
        report::text(&reports, &mut String::new(), with_colours).expect("a String takes everything");
    }
    let (mut ours, mut sarif) = (String::new(), String::new());
    report::json(&reports, &mut ours).expect("a String takes everything");
    report::sarif(&reports, &[], &mut sarif).expect("a String takes everything");
    for text in [ours, sarif] {
        assert!(json::read(&text).is_ok(), "{text}");
    }
    report::annotations(&reports, &[], &mut String::new()).expect("a String takes everything");
    report::junit(&reports, &[], &mut String::new()).expect("a String takes everything");
}
