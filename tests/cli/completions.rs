//! `sfn completions`, and what the scripts are answered.

use super::Sfn;

const APPROVE: &str = r#"{"StartAt":"Approve","States":{"Approve":{"Type":"Task",
  "Resource":"arn:aws:states:::lambda:invoke.waitForTaskToken","Parameters":{"FunctionName":"ask"},"End":true}}}"#;

fn suspended() -> Sfn {
    let sfn = Sfn::of(APPROVE).file("sfn.toml", "[tasks.Approve]\nhuman = true\n");
    sfn.run([]).exit(8);
    sfn
}

/// What the last of these words may become.
fn completed<const N: usize>(sfn: &Sfn, words: [&str; N]) -> Vec<String> {
    let mut command = sfn.command(["--", "sfn"].iter().chain(&words));
    let output = command.env("SFN_COMPLETE", "fish").output().unwrap();
    let stdout = String::from_utf8(output.stdout).unwrap();
    stdout.lines().map(|line| line.split('\t').next().unwrap().to_owned()).collect()
}

#[test]
fn a_script_is_printed_for_each_shell() {
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        assert!(Sfn::new().call(["completions", shell]).exit(0).stdout.contains("SFN_COMPLETE"), "{shell}");
    }
    Sfn::new().call(["completions", "tcsh"]).exit(2).says("bash");
}

#[test]
fn commands_options_and_files_are_completed() {
    let sfn = Sfn::of(APPROVE);
    assert!(completed(&sfn, ["send-s"]).contains(&"send-success".to_owned()));
    assert!(completed(&sfn, ["run", "--quo"]).contains(&"--quotas".to_owned()));
    assert_eq!(completed(&sfn, ["run", "mach"]), ["machine.asl.json"]);
}

#[test]
fn rules_are_completed() {
    assert_eq!(completed(&Sfn::new(), ["explain", "missing-t"]), ["missing-target"]);
    assert_eq!(completed(&Sfn::new(), ["validate", "--allow", "missing-t"]), ["missing-target"]);
}

#[test]
fn names_and_tokens_are_completed() {
    let sfn = suspended();
    for command in ["resume", "stop", "describe", "rm", "history"] {
        assert!(completed(&sfn, [command, ""]).contains(&"it".to_owned()), "{command}");
    }
    assert!(completed(&sfn, ["send-success", ""]).contains(&sfn.token()));
    let elsewhere = sfn.path().join(".sfn").display().to_string();
    let other = Sfn::new();
    assert!(completed(&other, ["resume", "--state-dir", &elsewhere, ""]).contains(&"it".to_owned()));
    assert!(completed(&other, ["resume", &format!("--state-dir={elsewhere}"), "i"]).contains(&"it".to_owned()));
    assert!(!completed(&other, ["resume", ""]).contains(&"it".to_owned()));
}
