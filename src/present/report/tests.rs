use proptest::prelude::*;

use super::*;
use crate::diagnostic::rule;
use crate::source::Span;
use crate::value;

fn source() -> Source {
    Source::new("order.asl.json", "{\n  \"StartAt\": \"Shp\"\n}\n")
}

fn found() -> Diagnostic {
    let found = rule::MISSING_TARGET.found("Missing 'Next' target: Shp").at(Span { start: 15, end: 20 });
    found.location("/StartAt").label("no state has this name").help("did you mean `Ship`?")
}

fn report<'a>(source: &'a Source, diagnostics: &'a [Diagnostic]) -> Report<'a> {
    Report { source, diagnostics, truncated: false, known: 0 }
}

/// What `write` writes.
fn written(write: impl FnOnce(&mut String) -> std::fmt::Result) -> String {
    let mut out = String::new();
    write(&mut out).unwrap();
    out
}

#[test]
fn text_shows_the_line_and_what_to_do() {
    let source = source();
    let wanted = [
        "error[MISSING_TRANSITION_TARGET]: Missing 'Next' target: Shp  (missing-target)",
        " ──▶ order.asl.json:2:14",
        "  │",
        "2 │   \"StartAt\": \"Shp\"",
        "  │              ^^^^^ no state has this name",
        "  = help: did you mean `Ship`?",
        "",
        "order.asl.json: invalid, 1 error",
        "",
    ];
    assert_eq!(written(|out| text(&[report(&source, &[found()])], out, false)), wanted.join("\n"));
}

#[test]
fn of_many_files_only_those_with_findings_are_named() {
    let (clean, bad) = (Source::new("a.asl.json", "{}"), source());
    let (none, some) = ([], [found()]);
    let reports = [report(&clean, &none), Report { known: 2, ..report(&bad, &some) }];
    let out = written(|out| text(&reports, out, false));
    assert!(!out.contains("a.asl.json"), "{out}");
    assert!(out.contains("order.asl.json: invalid, 1 error, 2 known to the baseline\n"), "{out}");
    assert!(out.ends_with("2 definitions: 1 valid, 1 invalid; 1 error, 2 known to the baseline\n"), "{out}");
}

#[test]
fn colours_only_add_escapes() {
    let source = source();
    let found = [found()];
    let reports = [Report { truncated: true, ..report(&source, &found) }];
    let plain = written(|out| text(&reports, out, false));
    let mut coloured = written(|out| text(&reports, out, true));
    for style in ["\x1b[1;31m", "\x1b[1m", "\x1b[0m"] {
        coloured = coloured.replace(style, "");
    }
    assert_eq!(coloured, plain);
}

#[test]
fn json_is_one_line() {
    let source = source();
    assert_eq!(
        written(|out| json(&[report(&source, &[found()])], out)),
        concat!(
            r#"{"file":"order.asl.json","result":"FAIL","diagnostics":[{"severity":"ERROR","#,
            r#""code":"MISSING_TRANSITION_TARGET","rule":"missing-target","#,
            r#""message":"Missing 'Next' target: Shp","location":"/StartAt","#,
            r#""range":{"start":{"line":2,"column":14},"end":{"line":2,"column":19}},"#,
            r#""label":"no state has this name","help":"did you mean `Ship`?"}],"truncated":false}"#,
            "\n"
        )
    );
}

#[test]
fn a_report_without_errors_is_ok() {
    let source = source();
    let warnings = [rule::DUPLICATE_FIELD.found("`a` is given again further down")];
    let reports = [report(&source, &warnings)];
    assert!(written(|out| json(&reports, out)).contains("\"result\":\"OK\""));
    assert!(written(|out| text(&reports, out, false)).ends_with("order.asl.json: valid, 1 warning\n"));
}

#[test]
fn annotations_are_escaped_and_errors_go_first() {
    let source = Source::new("a,b:c.asl.json", source().text());
    let warning = rule::DUPLICATE_FIELD.found("100 %\nof it").at(Span { start: 0, end: 22 });
    let out = written(|out| annotations(&[report(&source, &[warning, found()])], &[], out));
    assert_eq!(
        out,
        "::error file=a%2Cb%3Ac.asl.json,line=2,endLine=2,col=14,endColumn=19,\
         title=MISSING_TRANSITION_TARGET (missing-target)::Missing 'Next' target: Shp%0Ahelp: did you mean `Ship`?\n\
         ::warning file=a%2Cb%3Ac.asl.json,line=1,endLine=3,col=1,\
         title=DUPLICATE_FIELD (duplicate-field)::100 %25%0Aof it\n"
    );
}

#[test]
fn no_more_annotations_than_github_shows() {
    let source = source();
    let many = vec![found(); 13];
    let gone = [Unread { file: "gone.json".into(), reason: "no such file".into() }];
    let out = written(|out| annotations(&[report(&source, &many)], &gone, out));
    assert_eq!(out.lines().filter(|line| line.starts_with("::error ")).count(), MOST_ANNOTATIONS);
    assert!(out.starts_with("::error file=gone.json::no such file\n"));
    assert!(out.ends_with("4 more not annotated: GitHub shows no more than 10 for a step\n"), "{out}");
}

#[test]
fn junit_has_a_failure_for_each_error_and_a_case_for_each_clean_file() {
    let (clean, bad) = (Source::new("a&b.asl.json", "{}"), source());
    let (warnings, errors) = ([rule::DUPLICATE_FIELD.found("twice")], [found()]);
    let gone = [Unread { file: "gone".into(), reason: "no <file>\u{1}".into() }];
    let out = written(|out| junit(&[report(&clean, &warnings), report(&bad, &errors)], &gone, out));
    for part in [
        "<testsuites name=\"sfn validate\" tests=\"3\" failures=\"1\" errors=\"1\"",
        "<testsuite name=\"a&amp;b.asl.json\" tests=\"1\" failures=\"0\"",
        "<system-out>a&amp;b.asl.json:1:1: WARNING: twice&#10;</system-out>",
        "name=\"missing-target at 2:14\"",
        "type=\"MISSING_TRANSITION_TARGET\">order.asl.json:2:14: ERROR: Missing 'Next' target: Shp&#10;help: ",
        "<error message=\"no &lt;file&gt;\u{FFFD}\"/>",
    ] {
        assert!(out.contains(part), "{part} is not in\n{out}");
    }
}

proptest! {
    #[test]
    fn any_place_in_any_text_can_be_told(
        name in "[a-z:,%/ é\\n<&]{0,9}",
        written_text in "[a\\t\\n\\r é変😀\\u{0}\\u{301}]{0,300}",
        start in 0..1_000u32,
        length in 0..1_000u32,
    ) {
        let source = Source::new(name, written_text);
        let found = [found().at(Span { start, end: start + length })];
        let reports = [report(&source, &found)];
        let drawn = written(|out| text(&reports, out, true));
        prop_assert!(drawn.lines().all(|line| line.chars().count() < 500));
        prop_assert!(value::json::read(&written(|out| json(&reports, out))).is_ok());
        prop_assert!(value::json::read(&written(|out| sarif(&reports, &[], out))).is_ok());
        prop_assert_eq!(written(|out| annotations(&reports, &[], out)).lines().count(), 1);
        let suites = written(|out| junit(&reports, &[], out));
        prop_assert!(suites.chars().all(|c| c == '\n' || !c.is_control()));
    }
}
