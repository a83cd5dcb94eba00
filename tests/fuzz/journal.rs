//! Journals: any bytes as the file, or any lines as records whose checksums are right. What can be read is looked at,
//! shown, and gone on from.

use std::fmt::Write;
use std::path::Path;

use sfn::check::WorkflowType;
use sfn::driver::journal::Journal;
use sfn::driver::local::{look, machine, recorded, summary};
use sfn::driver::store::{Header, Store};
use sfn::driver::token::Key;
use sfn::engine::{Identity, Input, Quotas, Settings};
use sfn::history::wire::write_history;

use super::execution::drive;
use super::history::narrate;
use super::scratch::with_folder;

/// Of what executions the journals are.
const DEFINITIONS: [&str; 4] = [
    r#"{"StartAt":"T","TimeoutSeconds":600,"States":{
        "T":{"Type":"Task","Resource":"arn:aws:states:::lambda:invoke.waitForTaskToken","HeartbeatSeconds":9,
            "Parameters":{"FunctionName":"f","Payload":{"t.$":"$$.Task.Token"}},
            "Retry":[{"ErrorEquals":["Busy"],"MaxAttempts":2}],"Catch":[{"ErrorEquals":["States.ALL"],"Next":"W"}],"Next":"W"},
        "W":{"Type":"Wait","Seconds":3,"Next":"C"},
        "C":{"Type":"Choice","Choices":[{"Variable":"$.x","IsPresent":true,"Next":"F"}],"Default":"S"},
        "F":{"Type":"Fail"},"S":{"Type":"Succeed"}}}"#,
    r#"{"StartAt":"M","States":{"M":{"Type":"Map","ToleratedFailureCount":1,"MaxConcurrency":2,"End":true,
        "Retry":[{"ErrorEquals":["States.ALL"],"MaxAttempts":1}],"ItemProcessor":{"StartAt":"P","States":{
        "P":{"Type":"Parallel","End":true,"Assign":{"v.$":"$"},"Branches":[
            {"StartAt":"A","States":{"A":{"Type":"Pass","Next":"B"},"B":{"Type":"Task","Resource":"sh:cat","End":true}}},
            {"StartAt":"I","States":{"I":{"Type":"Map","End":true,
                "ItemProcessor":{"StartAt":"X","States":{"X":{"Type":"Wait","Seconds":1,"End":true}}}}}}]}}}}}}"#,
    r#"{"StartAt":"D","States":{"D":{"Type":"Map","End":true,"ItemBatcher":{"MaxItemsPerBatch":2},"Label":"L",
        "Retry":[{"ErrorEquals":["States.ALL"]}],"ResultWriter":{"Resource":"arn:aws:states:::s3:putObject",
        "Parameters":{"Bucket":"b","Prefix":"p"}},"ItemProcessor":{
        "ProcessorConfig":{"Mode":"DISTRIBUTED","ExecutionType":"EXPRESS"},"StartAt":"A","States":{"A":{"Type":"Pass","End":true}}}}}}"#,
    r#"{"QueryLanguage":"JSONata","StartAt":"A","States":{
        "A":{"Type":"Pass","Assign":{"v":"{% $states.input.n + 1 %}"},"Output":"{% $states.input %}","Next":"T"},
        "T":{"Type":"Task","Resource":"arn:aws:lambda:us-east-1:123456789012:function:f","Arguments":"{% $v %}",
            "TimeoutSeconds":"{% $v %}","Output":"{% $states.result.nope %}","Catch":[{"ErrorEquals":["States.QueryEvaluationError"],
            "Output":"{% $states.errorOutput %}","Next":"A"}],"End":true}}}"#,
];

/// A digit for the definition, and lines without checksums or title; or `r`, a digit, and a file.
pub fn run(data: &[u8]) {
    let (is_raw, data) = data.strip_prefix(b"r").map_or((false, data), |rest| (true, rest));
    let Some((&which, bytes)) = data.split_first() else { return };
    let which = usize::from(which.wrapping_sub(b'0')) % DEFINITIONS.len();
    let file = if is_raw { bytes.to_vec() } else { sealed(bytes).into_bytes() };
    with_folder(|folder| {
        let store = Store::new(folder.to_owned());
        let name = format!("machine-{which}");
        if store.header(&name).is_err() {
            store.create(&header(&name, DEFINITIONS[which])).expect("made").sync_header().expect("synced");
        }
        read(&store, &name, &file);
    });
}

fn read(store: &Store, name: &str, file: &[u8]) {
    let path = store.journal(name).expect("a name");
    std::fs::write(&path, file).expect("written");
    take_up_twice(&path);
    let machine = machine(&store.header(name).expect("a header of ours")).expect("a definition of ours");
    if let Ok(events) = recorded(store, name) {
        narrate(&events, Some(machine.definition()));
    }
    let mut events = Vec::new();
    let Ok((_, mut execution, _)) = look(store, name, |event| events.push(event)) else { return };
    summary(store, name).expect("what can be looked at has a summary");
    write_history(events.iter().filter(|event| !event.kind.is_note()), &mut String::new());
    drive(&machine, &mut execution, Input::Tick);
    let _ = drive(&machine, &mut execution, Input::Redrive);
}

/// Who takes it up cuts off what is torn; then nothing is.
fn take_up_twice(path: &Path) {
    let taken = Journal::open(path, |_| Ok(())).map(|journal| journal.last_event());
    let again = Journal::open(path, |_| Ok(())).map(|journal| journal.last_event());
    match (taken, again) {
        (Ok(first), Ok(second)) => assert_eq!(first, second),
        (Err(first), Err(second)) => assert_eq!(first.to_string(), second.to_string()),
        (first, second) => panic!("{first:?}, then {second:?}"),
    }
}

/// A journal of these lines.
fn sealed(lines: &[u8]) -> String {
    let mut file = String::new();
    let title = format!("sfn-journal {}", sfn::history::version::CURRENT);
    for line in [&*title].into_iter().chain(String::from_utf8_lossy(lines).lines()) {
        writeln!(file, "{:08x} {line}", crc32fast::hash(line.as_bytes())).expect("a String takes everything");
    }
    file
}

fn header(name: &str, definition: &str) -> Header {
    let identity = Identity {
        name: name.into(),
        arn: "arn:execution".into(),
        machine_name: "machine".into(),
        machine_arn: "arn:machine".into(),
        role_arn: "arn:role".into(),
        region: "us-east-1".into(),
    };
    Header {
        identity,
        settings: Settings { quotas: Quotas::Enforce, workflow: WorkflowType::Standard, wait_scale: 1.0 },
        key: Key::new([7; 16]),
        seed: None,
        definition_file: "machine.asl.json".to_owned(),
        definition: definition.to_owned(),
        substitutions: Default::default(),
        bindings: String::new(),
        env_file: None,
        directory: "/".into(),
        parent: None,
        item: None,
    }
}
