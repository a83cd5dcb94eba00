//! Finding, merging, keeping and refusing files.

use super::*;

const F: &str = "arn:aws:lambda:us-east-1:1:function:f";

#[test]
fn files_merge_from_the_repositorys_root_down() {
    let folder = Folder::new()
        .file(".git/HEAD", "")
        .file(
            "sfn.toml",
            "[aws]\nregion = 'far'\naccount = '7'\n[resources.f]\nresult = 'far'\n[resources.g]\nresult = 'far'",
        )
        .file("a/b/sfn.toml", "[aws]\nregion = 'near'\n[resources.f]\nresult = 'near'\n[buckets]\ndata = 'd'")
        .set(|options| options.definition = Some("a/./b/../b/machine.asl.json".into()));
    let bindings = folder.load();
    assert_eq!((bindings.aws().region(), bindings.aws().account()), ("near", "7"));
    assert_eq!(answer(&bindings, "A", F, 0), Ok(Value::from("near")));
    assert_eq!(answer(&bindings, "A", "arn:aws:lambda:us-east-1:1:function:g", 0), Ok(Value::from("far")));
    let bucket = bindings.buckets().get("data").unwrap();
    assert!(bucket.describe("k").contains(folder.path("a/b/d/k").to_str().unwrap()));
}

#[test]
fn without_a_repository_only_the_definitions_folder_counts() {
    let folder = Folder::new()
        .file("sfn.toml", "[aws]\nregion = 'above'")
        .file("a/machine.asl.json", "{}")
        .set(|options| options.definition = Some("a/machine.asl.json".into()));
    assert_eq!(folder.load().aws().region(), "us-east-1");
}

#[test]
fn a_given_file_replaces_all_others() {
    let folder = Folder::with("[aws]\nregion = 'here'")
        .file("other.toml", "[aws]\naccount = '7'")
        .set(|options| options.config = Some("other.toml".into()));
    assert_eq!((folder.load().aws().region(), folder.load().aws().account()), ("us-east-1", "7"));
    let missing = Folder::new().set(|options| options.config = Some("none.toml".into()));
    assert!(missing.errors()[0].contains("none.toml: no such file"));
}

#[test]
fn every_mistake_is_told_with_its_place() {
    let folder = Folder::with(
        "[task.A]\nshell = 'true'\n[tasks.B]\nshell = 'true'\ncommand = ['true']\n[tasks.C]\ncwd = 'x'\n\
         [tasks.D]\nresult = 1\nenv = {A = 'b'}\n[tasks.E]\nshell = 'x'\non_crash = 'rerunn'\nexit_errors = {300 = 'E'}\n\
         [tasks.F]\ncommand = []\n[tasks.G]\nhttp = {uri = 'http://h'}\n[resources]\nh = ['true']\n",
    );
    assert_eq!(
        folder.errors(),
        [
            "sfn.toml:1:2: unknown key `task` -> did you mean `tasks`?",
            "sfn.toml:5:1: a binding says only once what happens -> give it one of `command`, `shell`, `http`, `lambda`, \
             `human`, `result`, `error`, `sequence`",
            "sfn.toml:6:8: the binding `C` does not say what happens -> give it one of `command`, `shell`, `http`, \
             `lambda`, `human`, `result`, `error`, `sequence`",
            "sfn.toml:10:1: `env` means nothing beside `result`",
            "sfn.toml:14:16: an exit status is a number from 1 to 255",
            "sfn.toml:13:12: `on_crash` is one of `rerun`, `fail` -> did you mean `rerun`?",
            "sfn.toml:16:11: `command` names no program",
            "sfn.toml:18:9: unknown key `uri` -> did you mean `url`?",
            "sfn.toml:18:8: `http` has no `url`",
            "sfn.toml:20:5: a binding is a line for the shell, or a table",
        ]
    );
}

#[test]
fn text_that_is_no_toml_is_told_with_its_place() {
    let errors = Folder::with("[aws]\nregion = \n").errors();
    assert!(errors[0].starts_with("sfn.toml:2:"), "{errors:?}");
}

#[test]
fn a_kept_set_of_bindings_needs_no_file() {
    let folder = Folder::with(
        "[tasks.A]\ncommand = ['echo', '${env:SECRET}']\ninput_schema = 'in.json'\n[resources.'${F}']\nresult = {b = 1, a = [1.5, true]}\n",
    )
    .file("in.json", r#"{"$ref": "part%20one.json"}"#)
    .file("part one.json", r#"{"type": "object"}"#)
    .file("mock.json", r#"{"StateMachines": {"machine": {"TestCases": {"c": {"M": "r"}}}}, "MockedResponses": {"r": {"0": {"Return": 7}}}}"#)
    .set(|options| {
        options.substitutions = vec![("F".into(), F.into())];
        options.commands = vec![("T".into(), "true".into())];
        options.mock = Some(MockFile { file: "mock.json".into(), machine: "machine".into(), case: Some("c".into()) });
        options.surroundings.environment.file.insert("SECRET".into(), "s3cret".into());
    });
    let kept = folder.load().to_json();
    assert!(!kept.contains("s3cret"));
    drop(folder);
    let bindings = Bindings::restore(&kept, Surroundings::default()).expect("what was kept");
    assert_eq!(bindings.to_json(), kept);
    assert_eq!(answer(&bindings, "A2", F, 0).expect("a result").to_json(), r#"{"b":1,"a":[1.5,true]}"#);
    assert_eq!(answer(&bindings, "M", "arn:aws:states:::sqs:sendMessage", 0), Ok(Value::Int(7)));
    let contract = call(resolve(&bindings, "A", F, "{}", 0)).contract;
    assert!(contract.input(&Value::Int(1)).is_err());
    assert!(matches!(resolve(&bindings, "T", F, "{}", 0), Bound::Call(_)));
    assert!(Bindings::restore("{}", Surroundings::default()).is_err());
}

#[test]
fn a_schema_that_is_none_is_refused() {
    let folder = Folder::with(
        "[tasks.A]\nshell = 'x'\ninput_schema = 'a.json'\n[tasks.B]\nshell = 'x'\noutput_schema = 'b.json'\n",
    )
    .file("a.json", r#"{"type": 7}"#);
    let errors = folder.errors();
    assert!(errors[0].starts_with("sfn.toml:3:16: the schema `a.json` cannot be used: "), "{errors:?}");
    assert!(errors[1].starts_with("sfn.toml:6:17: the schema `b.json` cannot be used: "), "{errors:?}");
}

#[test]
fn placeholders_come_from_the_command_line_first() {
    let folder = Folder::with("[substitutions]\nA = 'file'\nB = 2\n[resources.'arn:${C}']\nresult = 1")
        .set(|options| options.substitutions = vec![("A".into(), "line".into())]);
    let bindings = folder.load();
    assert_eq!((&*bindings.substitutions()["A"], &*bindings.substitutions()["B"]), ("line", "2"));
    assert!(bindings.names_placeholder("C") && !bindings.names_placeholder("A"));
}
