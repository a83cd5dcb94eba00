//! An execution whose files are damaged: it is still there, and only a person gives it up.

use std::fs;

use super::Sfn;

const PASS: &str = r#"{"StartAt":"A","States":{"A":{"Type":"Pass","End":true}}}"#;

/// A folder with the ended execution `it`, one of whose files holds something else now; nothing where it is gone.
fn damaged(file: &str, held: Option<&str>) -> Sfn {
    let sfn = Sfn::of(PASS);
    sfn.run([]).exit(0);
    let path = sfn.path().join(".sfn/executions/it").join(file);
    match held {
        Some(text) => fs::write(path, text).unwrap(),
        None => fs::remove_file(path).unwrap(),
    }
    sfn
}

const DAMAGES: [(&str, Option<&str>); 6] = [
    ("journal", Some("garbage\n")),
    ("journal", Some("garbage")),
    ("journal", Some("")),
    ("journal", None),
    ("execution.json", Some("")),
    ("execution.json", None),
];

#[test]
fn a_damaged_execution_is_neither_hidden_nor_replaced() {
    for (file, held) in DAMAGES {
        let sfn = damaged(file, held);
        let path = format!(".sfn/executions/it/{file}");
        for command in ["describe", "resume"] {
            sfn.call([command, "it"]).exit(2).says(&path);
        }
        if file == "journal" {
            sfn.call(["list"]).exit(2).says(&path);
            sfn.call(["history", "it"]).exit(2).says(&path);
        }
        sfn.run([]).exit(2).says("ExecutionAlreadyExists").says("sfn rm --force it").says(&path);
        let found = fs::read_to_string(sfn.path().join(&path)).ok();
        assert_eq!(found.as_deref(), held, "{file} is as it was");
    }
}

#[test]
fn a_damaged_execution_is_removed_when_somebody_insists() {
    for (file, held) in DAMAGES {
        let sfn = damaged(file, held);
        sfn.call(["rm", "it"]).exit(2).says("--force").says(file);
        sfn.call(["rm", "--force", "it"]).exit(0);
        sfn.run([]).exit(0);
    }
}

#[test]
fn what_was_killed_before_it_had_begun_gives_up_its_name() {
    let whole = Sfn::of(PASS);
    whole.run([]).exit(0);
    let of_whole = whole.path().join(".sfn/executions/it");
    let (header, journal) = (fs::read(of_whole.join("execution.json")).unwrap(), fs::read(of_whole.join("journal")));
    let journal = journal.unwrap();
    let title = 1 + journal.iter().position(|byte| *byte == b'\n').unwrap();
    for written in [0, 5, title, title + 5] {
        let sfn = Sfn::of(PASS).file(".sfn/executions/it/execution.json", &header);
        let sfn = sfn.file(".sfn/executions/it/journal", &journal[..written]);
        sfn.call(["list"]).exit(0).says("no executions");
        sfn.run([]).exit(0);
    }
}

#[test]
fn what_cannot_be_read_counts_among_all_that_are_resumed() {
    let sfn = damaged("journal", Some("garbage\n"));
    sfn.call(["run", "machine.asl.json", "--name", "other"]).exit(0);
    sfn.call(["resume", "--all"]).exit(2).says(".sfn/executions/it/journal:1:");
}
