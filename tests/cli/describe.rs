//! `sfn describe`, and the statuses of `sfn list`.

use super::Sfn;

const PASS: &str = r#"{"StartAt":"A","States":{"A":{"Type":"Pass","End":true}}}"#;
const FAIL: &str = r#"{"StartAt":"A","States":{"A":{"Type":"Fail","Error":"Boom","Cause":"it broke"}}}"#;
const WAIT: &str = r#"{"StartAt":"A","TimeoutSeconds":1,"States":{"A":{"Type":"Wait","Seconds":60,"End":true}}}"#;
const APPROVE: &str = r#"{"StartAt":"Approve","States":{"Approve":{"Type":"Task",
  "Resource":"arn:aws:states:::lambda:invoke.waitForTaskToken","Parameters":{"FunctionName":"ask"},"End":true}}}"#;

fn described(sfn: &Sfn) -> serde_json::Value {
    serde_json::from_str(&sfn.call(["describe", "it"]).exit(0).stdout).unwrap()
}

#[test]
fn a_success_has_its_output_and_cannot_be_redriven() {
    let sfn = Sfn::of(PASS);
    sfn.run(["--input", "[1, 2]"]).exit(0);
    let it = described(&sfn);
    assert_eq!(it["executionArn"], "arn:aws:states:us-east-1:123456789012:execution:machine:it");
    assert_eq!(it["stateMachineArn"], "arn:aws:states:us-east-1:123456789012:stateMachine:machine");
    assert_eq!((&it["name"], &it["status"]), (&"it".into(), &"SUCCEEDED".into()));
    assert_eq!((&it["input"], &it["output"]), (&"[1, 2]".into(), &"[1,2]".into()));
    assert_eq!(it["outputDetails"]["included"], true);
    assert_eq!(it["redriveStatusReason"], "Execution is SUCCEEDED and cannot be redriven");
    assert!(it["startDate"].as_str() <= it["stopDate"].as_str());
}

#[test]
fn a_failure_has_error_and_cause_and_a_timeout_has_neither() {
    let sfn = Sfn::of(FAIL);
    sfn.run([]).exit(3);
    let it = described(&sfn);
    assert_eq!((&it["error"], &it["cause"]), (&"Boom".into(), &"it broke".into()));
    assert_eq!(it["redriveStatus"], "REDRIVABLE");
    assert!(it.get("output").is_none());
    let sfn = Sfn::of(WAIT);
    sfn.run([]).exit(4);
    let it = described(&sfn);
    assert_eq!(it["status"], "TIMED_OUT");
    assert!(it.get("error").is_none() && it.get("cause").is_none());
}

#[test]
fn a_suspended_one_is_running_for_the_service() {
    let sfn = Sfn::of(APPROVE).file("sfn.toml", "[tasks.Approve]\nhuman = true\n");
    sfn.run([]).exit(8);
    let it = described(&sfn);
    assert_eq!((&it["status"], &it["sfn"]["status"]), (&"RUNNING".into(), &"SUSPENDED".into()));
    assert_eq!(it["sfn"]["callbacks"][0]["token"], *sfn.token());
    assert!(it.get("stopDate").is_none());
    let text = sfn.call(["describe", "it", "--format", "text"]).exit(0).stdout;
    assert!(text.contains("SUSPENDED") && !text.contains("RUNNING\n"), "{text}");
    sfn.call(["describe", "its"]).exit(2).says("ExecutionDoesNotExist").says("did you mean `it`?");
}

#[test]
fn the_list_can_be_of_some_statuses() {
    let sfn = Sfn::of(PASS).file("fail.asl.json", FAIL);
    sfn.run([]).exit(0);
    sfn.call(["run", "fail.asl.json", "--name", "broken"]).exit(3);
    let failed = sfn.call(["list", "--status", "failed"]).exit(0).stdout;
    assert!(failed.contains("broken") && !failed.contains("SUCCEEDED"), "{failed}");
    let both = sfn.call(["list", "--status", "FAILED,SUCCEEDED", "--format", "json"]).exit(0).stdout;
    assert!(both.contains("\"broken\"") && both.contains("\"it\""), "{both}");
    sfn.call(["list", "--status", "RUNNING", "--format", "json"]).exit(0).stdout("[]");
    sfn.call(["list", "--status", "DONE"]).exit(2).says("TIMED_OUT");
}

#[test]
fn a_summary_never_outweighs_the_journal() {
    let sfn = Sfn::of(PASS);
    sfn.run([]).exit(0);
    let summary = sfn.path().join(".sfn/executions/it/summary.json");
    let text = std::fs::read_to_string(&summary).unwrap();
    let lie = text.replace("Succeeded", "Failed").replace("\"sum\":", "\"sum\":1");
    for damaged in ["", "{}", "null", &lie] {
        std::fs::write(&summary, damaged).unwrap();
        assert!(sfn.call(["list"]).exit(0).stdout.contains("SUCCEEDED"), "{damaged}");
        assert_eq!(std::fs::read_to_string(&summary).unwrap(), text);
    }
}
