//! `sfn run`: ends, exit codes, and what goes where.

use super::Sfn;

const PASS: &str = r#"{"StartAt":"A","States":{"A":{"Type":"Pass","Result":{"n":1},"End":true}}}"#;
const FAIL: &str = r#"{"StartAt":"A","States":{"A":{"Type":"Fail","Error":"Boom","Cause":"it broke"}}}"#;
const WAIT: &str = r#"{"StartAt":"A","States":{"A":{"Type":"Wait","Seconds":60,"End":true}}}"#;
const TASK: &str = r#"{"StartAt":"Work","States":{"Work":{"Type":"Task","Resource":"arn:aws:lambda:eu-west-1:123456789012:function:work","End":true}}}"#;

#[test]
fn stdout_holds_the_output_alone() {
    Sfn::of(PASS).run([]).exit(0).stdout(r#"{"n":1}"#).says("Pass");
}

#[test]
fn quiet_says_nothing() {
    let ended = Sfn::of(PASS).run(["--quiet"]).exit(0).stdout(r#"{"n":1}"#);
    assert_eq!(ended.stderr, "");
}

#[test]
fn the_shape_of_the_output_can_be_chosen() {
    Sfn::of(PASS).run(["--format", "json"]).exit(0).stdout(r#"{"n":1}"#);
    Sfn::of(PASS).run(["--format", "text"]).exit(0).stdout("{\n  \"n\": 1\n}");
    let lines = Sfn::of(PASS).run(["--format", "jsonl"]).exit(0).stdout;
    assert!(lines.lines().count() >= 4 && lines.lines().all(|line| line.starts_with('{')), "{lines}");
}

#[test]
fn a_failure_is_3_and_told_with_error_and_cause() {
    Sfn::of(FAIL).run([]).exit(3).stdout("").says("Boom").says("it broke");
}

#[test]
fn a_timeout_of_the_machine_is_4() {
    Sfn::of(WAIT).run(["--timeout", "0.2"]).exit(4).stdout("").says("timed out");
}

#[test]
fn waits_can_be_skipped() {
    Sfn::of(WAIT).run(["--wait-scale", "0", "--input", "7"]).exit(0).stdout("7");
}

#[test]
fn an_invalid_definition_is_1_before_anything_runs() {
    let sfn = Sfn::of(r#"{"StartAt":"A","States":{"A":{"Type":"Pass","Next":"B"},"C":{"Type":"Succeed"}}}"#);
    sfn.run([]).exit(1).stdout("").says("Missing 'Next' target: B");
    assert!(!sfn.path().join(".sfn").exists());
}

#[test]
fn unbound_tasks_are_all_listed_before_anything_runs() {
    let sfn = Sfn::of(TASK);
    sfn.run([]).exit(2).says("Work");
    assert!(!sfn.path().join(".sfn/executions").exists());
    sfn.run(["-t", "Work=echo 5"]).exit(0).stdout("5");
}

#[test]
fn mistyped_names_get_a_suggestion() {
    Sfn::of(TASK).run(["-t", "Wrok=echo 5"]).exit(2).says("Work");
    Sfn::of(PASS).run(["--quite"]).exit(2).says("--quiet");
    Sfn::of(PASS).call(["rnu"]).exit(2).says("run");
    Sfn::of(TASK).file("sfn.toml", "[tasks.Wrok]\nshell = 'echo 5'\n").run([]).exit(2).says("Work");
}

#[test]
fn a_dry_run_says_what_is_bound_by_which_line() {
    let sfn = Sfn::of(TASK).file("sfn.toml", "\n[tasks.Work]\nshell = 'touch ran'\n");
    let ended = sfn.run(["--dry-run"]).exit(0);
    assert!(ended.stdout.contains("Work") && ended.stdout.contains("sfn.toml:2"), "{}", ended.stdout);
    assert!(!sfn.path().join("ran").exists() && !sfn.path().join(".sfn").exists());
}

#[test]
fn a_placeholder_left_unfilled_is_named() {
    let definition = r#"{"StartAt":"A","States":{"A":{"Type":"Pass","Result":"${Greeting}","End":true}}}"#;
    Sfn::of(definition).run([]).exit(1).says("Greeting");
    Sfn::of(definition).run(["--substitute", "Greeting=hi"]).exit(0).stdout("\"hi\"");
    let sfn = Sfn::of(definition).file("sfn.toml", "[substitutions]\nGreeting = 'ho'\n");
    sfn.run([]).exit(0).stdout("\"ho\"");
}

#[test]
fn the_history_is_written_at_every_end() {
    for (definition, code) in [(PASS, 0), (FAIL, 3)] {
        let sfn = Sfn::of(definition);
        sfn.run(["--history", "h.json"]).exit(code);
        let history = std::fs::read_to_string(sfn.path().join("h.json")).unwrap();
        assert!(history.contains("ExecutionStarted") && history.contains("StateEntered"), "{history}");
    }
}

#[test]
fn colours_obey_the_variables() {
    let sfn = Sfn::of(PASS);
    let coloured = |set: &[(&str, &str)], name: &str| {
        let output =
            sfn.command(["run", "machine.asl.json", "--name", name]).envs(set.iter().copied()).output().unwrap();
        String::from_utf8(output.stderr).unwrap().contains('\u{1b}')
    };
    assert!(!coloured(&[], "a"));
    assert!(coloured(&[("CLICOLOR_FORCE", "1")], "b"));
    assert!(!coloured(&[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")], "c"));
}

#[test]
fn a_name_is_used_once() {
    let sfn = Sfn::of(PASS);
    sfn.run([]).exit(0);
    sfn.run([]).exit(2).says("it");
}
