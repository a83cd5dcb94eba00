//! What a definition from a stranger, a task that misbehaves, or a crowded environment can do.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;

use super::Sfn;

const TASK: &str =
    r#"{"StartAt":"Work","States":{"Work":{"Type":"Task","Resource":"sh:touch ran; echo 1","End":true}}}"#;
const APPROVE: &str = r#"{"StartAt":"Approve","States":{"Approve":{"Type":"Task",
  "Resource":"arn:aws:states:::lambda:invoke.waitForTaskToken","Parameters":{"FunctionName":"ask"},"End":true}}}"#;

fn with_resource(resource: &str) -> Sfn {
    Sfn::of(&TASK.replace("sh:touch ran; echo 1", resource))
}

#[test]
fn what_a_definition_names_itself_can_be_refused() {
    for resource in ["sh:touch ran", "http://127.0.0.1:9/", "https://127.0.0.1:9/"] {
        with_resource(resource).run(["--no-inline-tasks"]).exit(2).says("Work").says("inline tasks are refused");
    }
    let sfn = Sfn::of(TASK);
    let plan = sfn.run(["--no-inline-tasks", "--dry-run"]).exit(2);
    assert!(plan.stderr.contains("-t 'Work=COMMAND'"), "{}", plan.stderr);
    assert!(!sfn.path().join("ran").exists() && !sfn.path().join(".sfn").exists());
    sfn.run(["--no-inline-tasks", "-t", "Work=echo 2"]).exit(0).stdout("2");
    let sfn = Sfn::of(TASK).file("sfn.toml", "inline_tasks = false\n");
    sfn.run([]).exit(2).says("inline tasks are refused");
    let sfn = sfn.file("sfn.toml", "inline_tasks = false\n[tasks.Work]\nshell = 'echo 3'\n");
    sfn.run([]).exit(0).stdout("3");
}

#[test]
fn an_address_that_http_invoke_names_is_refused_too() {
    let definition = r#"{"StartAt":"A","States":{"A":{"Type":"Task","Resource":"arn:aws:states:::http:invoke","End":true,
      "Parameters":{"ApiEndpoint":"https://127.0.0.1:9/","Method":"GET",
        "InvocationConfig":{"ConnectionArn":"arn:aws:events:us-east-1:123456789012:connection/shop/1"}}}}}"#;
    let sfn = Sfn::of(definition).file("sfn.toml", "[connections.shop]\nbasic = {username = 'u', password = 'p'}\n");
    sfn.run(["--no-inline-tasks"]).exit(2).says("inline tasks are refused");
}

#[test]
fn a_child_inherits_the_refusal() {
    let parent = r#"{"StartAt":"Call","States":{"Call":{"Type":"Task",
      "Resource":"arn:aws:states:::states:startExecution.sync:2",
      "Parameters":{"StateMachineArn":"arn:aws:states:us-east-1:123456789012:stateMachine:child"},"End":true}}}"#;
    let config = "[machines.child]\ndefinition = 'child/child.asl.json'\n";
    let sfn = Sfn::of(parent).file("child/child.asl.json", TASK).file("sfn.toml", config);
    sfn.run(["--no-inline-tasks"]).exit(2).says("machine `child`: task `Work`").says("inline tasks are refused");
    assert!(!sfn.path().join("child/ran").exists());
}

fn modes(path: &Path, found: &mut Vec<(String, u32)>) {
    let metadata = fs::symlink_metadata(path).unwrap();
    found.push((path.display().to_string(), metadata.permissions().mode() & 0o777));
    if metadata.is_dir() {
        fs::read_dir(path).unwrap().for_each(|entry| modes(&entry.unwrap().path(), found));
    }
}

#[test]
fn what_is_kept_is_its_owners_alone() {
    let sfn = Sfn::of(APPROVE).file("sfn.toml", "[tasks.Approve]\nhuman = true\n");
    sfn.run([]).exit(8);
    sfn.call(["list"]).exit(0);
    let mut found = Vec::new();
    modes(&sfn.path().join(".sfn"), &mut found);
    assert!(found.len() >= 9, "{found:?}");
    for (path, mode) in found {
        let wanted = if Path::new(&path).is_dir() { 0o700 } else { 0o600 };
        assert_eq!(mode, wanted, "{path}");
    }
}

#[test]
fn a_token_says_nothing_about_where_it_leads() {
    let sfn = Sfn::of(APPROVE).file("sfn.toml", "[tasks.Approve]\nhuman = true\n");
    sfn.run([]).exit(8);
    let token = sfn.token();
    let parts: Vec<&str> = token.split('.').collect();
    // `../it`, `/it`, `it\0`, in the Base64 of tokens
    for name in ["Li4vaXQ", "L2l0", "aXQA"] {
        let forged = format!("{name}.{}.{}", parts[1], parts[2]);
        sfn.call(["send-success", &forged]).exit(9);
    }
    let mut other = parts[2].to_owned();
    other.replace_range(0..1, if other.starts_with('A') { "B" } else { "A" });
    let forged = format!("{}.{}.{other}", parts[0], parts[1]);
    sfn.call(["send-success", &forged]).exit(9).says("InvalidToken: Invalid Token: 'Invalid token'");
    sfn.call(["send-success", &token]).exit(0);
}

#[test]
fn a_task_that_writes_without_end_fails_and_is_ended() {
    let sfn = Sfn::of(TASK).file("sfn.toml", "[tasks.Work]\nshell = 'yes'\nmax_output = 100000\n");
    sfn.run([]).exit(3).says("States.DataLimitExceeded").says("100000 bytes");
    let deaf =
        "[tasks.Work]\nshell = \"trap '' PIPE; while :; do echo xxxxxxxxxx; done 2>/dev/null\"\nmax_output = 10\n";
    Sfn::of(TASK).file("sfn.toml", deaf).run([]).exit(3).says("States.DataLimitExceeded");
    let file = "[tasks.Work]\nshell = 'yes | head -c 100000 >\"$SFN_RESULT_FILE\"'\nmax_output = 1000\n";
    Sfn::of(TASK).file("sfn.toml", file).run([]).exit(3).says("States.DataLimitExceeded");
    let caught = TASK.replace(
        r#""End":true}"#,
        r#""Catch":[{"ErrorEquals":["States.DataLimitExceeded"],"ResultPath":null,"Next":"P"}],"End":true},"P":{"Type":"Pass","Result":"much","End":true}"#,
    );
    let sfn = Sfn::of(&caught).file("sfn.toml", "[tasks.Work]\nshell = 'yes'\nmax_output = 10\n");
    sfn.run([]).exit(0).stdout("\"much\"");
}

#[test]
fn a_task_that_daemonises_holds_nobody_up() {
    let line = "setsid sh -c 'echo $$ >pid; exec sleep 600' & until [ -s pid ]; do :; done; echo 1";
    let sfn = Sfn::of(TASK).file("sfn.toml", format!("[tasks.Work]\nshell = \"{line}\"\n"));
    sfn.run([]).exit(0).stdout("1");
    let daemon = fs::read_to_string(sfn.path().join("pid")).unwrap();
    let ended = Command::new("kill").arg(daemon.trim()).status().unwrap();
    assert!(ended.success(), "the run waited for the daemon");
}

#[test]
fn an_environment_that_the_system_does_not_take_is_told() {
    let line = format!("BIG={}\n", "x".repeat(10 << 20));
    let sfn = Sfn::of(TASK).file("vars", line);
    let ended = sfn.run(["--env-file", "vars"]).exit(3).says("larger than the system allows");
    assert!(ended.stderr.len() < 10_000);
}

#[test]
fn no_secret_is_shown_or_kept() {
    let config = "[tasks.Work]\ncommand = ['sh', '-c', 'exit 4', '${env:SECRET}']\nenv = {KEY = '${env:SECRET}'}\n\
        [connections.shop]\napi_key = {name = 'k', value = '${env:SECRET}'}\n";
    let sfn = Sfn::of(TASK).file("sfn.toml", config);
    for arguments in [&["--dry-run"][..], &["--history", "h.json"]] {
        let mut command = sfn.command(["run", "machine.asl.json", "--name", "it"].iter().chain(arguments));
        let output = command.env("SECRET", "hunter2-hunter2").output().unwrap();
        for text in [&output.stdout, &output.stderr] {
            assert!(!String::from_utf8_lossy(text).contains("hunter2"), "{}", String::from_utf8_lossy(text));
        }
    }
    let mut found = Vec::new();
    modes(sfn.path(), &mut found);
    for (path, _) in found.iter().filter(|(path, _)| Path::new(path).is_file()) {
        assert!(!String::from_utf8_lossy(&fs::read(path).unwrap()).contains("hunter2"), "{path}");
    }
}
