use super::*;

#[test]
fn a_command_reads_its_input_and_prints_its_result() {
    let bench = Bench::new();
    let input = Value::from([("n", Value::Float(0.0))]);
    assert_eq!(bench.run(bench.shell("cat"), input.clone()).0, Ok(input));
    assert_eq!(bench.succeeds(bench.shell("echo two words")), Value::from("two words"));
    assert_eq!(
        bench.succeeds(bench.arguments(&["printf", "%s", "[1,2]"])),
        Value::from(vec![1, 2].into_iter().map(Value::Int).collect::<Vec<_>>())
    );
    assert_eq!(bench.succeeds(bench.shell("exit 0")), Value::Null);
    let text = Command { output: Output::Text, ..bench.shell("echo 12") };
    assert_eq!(bench.succeeds(text), Value::from("12"));
}

#[test]
fn a_command_knows_its_task() {
    let bench = Bench::new();
    let line = "echo $SFN_TASK_TOKEN $SFN_STATE_NAME $SFN_EXECUTION_ID $SFN_EXECUTION_NAME $SFN_RETRY_COUNT $FROM_FILE $OWN; \
                test \"$SFN_STATE_DIR\" = \"$PWD\"";
    let command = Command { environment: vec![("OWN".into(), Text::new("<${env:FROM_FILE}>"))], ..bench.shell(line) };
    let directory = std::fs::canonicalize(bench.place.path()).expect("a path");
    let (outcome, _) = block_on(async {
        let call = Call { state_dir: directory.clone(), ..bench.call() };
        let command = Command { directory, ..command };
        let mut told = Told::default();
        let invocation = invocation(Target::Command(Arc::new(command)), Value::Null);
        (Invoker::new(GRACE).invoke(&invocation, &call, &mut told).await, told)
    });
    assert_eq!(outcome, Ok(Value::from("TOKEN Pay arn:x e-1 2 filed <filed>")));
}

#[test]
fn a_result_file_is_the_result_and_goes_away() {
    let bench = Bench::new();
    std::fs::write(bench.path("result"), "stale").expect("a file");
    assert_eq!(bench.succeeds(bench.shell("echo chatter")), Value::from("chatter"));
    assert_eq!(
        bench.succeeds(bench.shell("echo chatter; echo '{\"a\":1}' > \"$SFN_RESULT_FILE\"")),
        Value::from([("a", Value::Int(1))])
    );
    assert!(!bench.path("result").exists());
}

#[test]
fn standard_error_is_handed_on_by_line_and_its_end_is_the_cause() {
    let bench = Bench::new();
    let (outcome, told) = bench.run(bench.shell("echo one >&2; printf 'two\\nthree' >&2; exit 4"), Value::Null);
    assert_eq!(told.lines, ["one", "two", "three"]);
    assert_eq!(parts(outcome.expect_err("a failure")), ("States.TaskFailed".into(), "one\ntwo\nthree".into()));
    let (_, cause) =
        bench.fails(bench.shell("i=0; while [ $i -lt 9000 ]; do echo line $i >&2; i=$((i+1)); done; exit 1"));
    assert!(cause.ends_with("line 8999") && cause.len() <= 8 << 10, "{}", cause.len());
}

#[test]
fn a_failure_is_named_by_the_command_or_its_status() {
    let bench = Bench::new();
    let lambda = r#"{"errorType":"Late","errorMessage":"too late"}"#;
    assert_eq!(bench.fails(bench.shell(&format!("echo '{lambda}'; exit 1"))), ("Late".into(), lambda.into()));
    let named = Command { exit_errors: BTreeMap::from([(2, "Declined".into())]), ..bench.shell("echo no >&2; exit 2") };
    assert_eq!(bench.fails(named), ("Declined".into(), "no".into()));
    assert_eq!(bench.fails(bench.shell("kill -9 $$")).1, "the command was ended by signal 9");
}

#[test]
fn a_command_that_cannot_start_says_why() {
    let bench = Bench::new();
    assert_eq!(
        bench.fails(bench.arguments(&["sfn-no-such-program"])),
        ("States.TaskFailed".into(), "there is no program `sfn-no-such-program`".into())
    );
    std::fs::write(bench.path("plain"), "#!/bin/sh\n").expect("a file");
    let (error, cause) = bench.fails(bench.arguments(&["./plain"]));
    assert_eq!(error, "States.Permissions");
    assert!(cause.starts_with("`./plain` is not executable"), "{cause}");
    assert_eq!(bench.fails(bench.shell("./plain")).0, "States.Permissions");
    let nowhere = Command { directory: bench.path("nowhere"), ..bench.shell("true") };
    assert!(bench.fails(nowhere).1.ends_with("nowhere` does not exist"));
    let unset = bench.arguments(&["echo", "${env:SFN_SET_NOWHERE}"]);
    assert_eq!(bench.fails(unset).1, "the environment variable `SFN_SET_NOWHERE` is not set");
}

#[test]
fn a_relative_program_belongs_to_its_bindings_folder() {
    use std::os::unix::fs::PermissionsExt;
    let bench = Bench::new();
    std::fs::create_dir(bench.path("elsewhere")).expect("a folder");
    std::fs::write(bench.path("task.sh"), "#!/bin/sh\nbasename \"$PWD\"\n").expect("a file");
    std::fs::set_permissions(bench.path("task.sh"), std::fs::Permissions::from_mode(0o755)).expect("a mode");
    let command = Command { directory: bench.path("elsewhere"), ..bench.arguments(&["./task.sh"]) };
    assert_eq!(bench.succeeds(command), Value::from("elsewhere"));
}

#[test]
fn large_input_and_output_pass_in_both_directions_at_once() {
    let bench = Bench::new();
    let input = Value::from("x".repeat(3 << 20));
    assert_eq!(bench.run(bench.shell("cat"), input.clone()).0, Ok(input.clone()));
    let (outcome, _) = bench.run(bench.shell("exec 0<&-; echo done"), input);
    assert_eq!(outcome, Ok(Value::from("done")));
}

#[test]
fn what_stays_in_the_background_is_not_waited_for() {
    let bench = Bench::new();
    let line = "(while ! test -e go; do sleep 0.01; done; echo late; echo late >&2; touch done) & echo early";
    block_on(async {
        let mut told = Told::default();
        let invocation = invocation(Target::Command(Arc::new(bench.shell(line))), Value::Null);
        let outcome = Invoker::new(GRACE).invoke(&invocation, &bench.call(), &mut told).await;
        assert_eq!(outcome, Ok(Value::from("early")));
        std::fs::write(bench.path("go"), "").expect("a file");
        assert!(told.groups[0].gone_within(GRACE).await);
    });
    assert!(bench.path("done").exists(), "it did not die of a broken pipe");
}

#[test]
fn the_group_is_told_as_soon_as_the_command_runs() {
    struct Kills;
    impl Watcher for Kills {
        fn spawned(&mut self, group: &ProcessGroup) {
            assert!(group.exists() && !group.started.is_empty());
            group.kill();
        }
        fn stderr(&mut self, _line: &str) {}
    }
    let bench = Bench::new();
    let target = Target::Command(Arc::new(bench.shell("sleep 600")));
    let outcome = block_on(Invoker::new(GRACE).invoke(&invocation(target, Value::Null), &bench.call(), &mut Kills));
    assert_eq!(parts(outcome.expect_err("a failure")).1, "the command was ended by signal 9");
}

#[test]
fn a_call_that_is_dropped_ends_its_whole_group() {
    let bench = Bench::new();
    let line = "trap 'echo late; echo late >&2; touch asked; exit' TERM; sh -c 'touch ready; exec sleep 600' & wait";
    let group = stopped(&bench, line, GRACE);
    assert!(bench.path("asked").exists(), "it died of a broken pipe");
    assert!(!group.exists());
}

#[test]
fn a_group_that_does_not_listen_is_killed() {
    let bench = Bench::new();
    let group = stopped(&bench, "trap '' TERM; touch ready; sleep 600", Duration::from_millis(20));
    assert!(block_on(group.gone_within(GRACE)));
}

#[test]
fn a_runtime_that_ends_leaves_no_group_behind() {
    let bench = Bench::new();
    let mut told = Told::default();
    let target = Target::Command(Arc::new(bench.shell("trap '' TERM; touch ready; sleep 600")));
    block_on(async {
        let invoker = Invoker::new(GRACE);
        let (invocation, call) = (invocation(target, Value::Null), bench.call());
        tokio::select! {
            ended = invoker.invoke(&invocation, &call, &mut told) => panic!("it ended: {ended:?}"),
            () = file_appears(bench.path("ready")) => {}
        }
    });
    assert!(block_on(told.groups[0].gone_within(GRACE)));
}

/// Runs a line until the file `ready` is there, drops the call, waits for what it started to end. The file must come from
/// the last process that the line starts: a copy of a shell with a trap is deaf until it has become its program.
fn stopped(bench: &Bench, line: &str, grace: Duration) -> ProcessGroup {
    let target = Target::Command(Arc::new(bench.shell(line)));
    block_on(async {
        let invoker = Invoker::new(grace);
        let mut told = Told::default();
        let (invocation, call) = (invocation(target, Value::Null), bench.call());
        tokio::select! {
            ended = invoker.invoke(&invocation, &call, &mut told) => panic!("it ended: {ended:?}"),
            () = file_appears(bench.path("ready")) => {}
        }
        invoker.settled().await;
        told.groups.remove(0)
    })
}

async fn file_appears(path: PathBuf) {
    while !path.exists() {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
}

#[test]
fn a_contract_is_kept_on_both_sides() {
    let bench = Bench::new();
    let schema = |text: &str| {
        let schema = serde_json::from_str(text).expect("JSON");
        Some(Schema::new("s.json", jsonschema::validator_for(&schema).expect("a schema")))
    };
    let input = Contract { input: schema(r#"{"type": "object"}"#), output: None };
    let output = Contract { input: None, output: schema(r#"{"type": "object"}"#) };
    let of = |contract: Contract, input: Value| Invocation {
        contract: Arc::new(contract),
        ..invocation(Target::Command(Arc::new(bench.shell("touch ran; echo 1"))), input)
    };
    let refused = bench.invoke(&of(input, Value::Int(7))).0.expect_err("a violation");
    assert_eq!(refused.error.as_deref(), Some(VIOLATION));
    assert!(!bench.path("ran").exists());
    let broken = of(output, Value::Null);
    assert_eq!(bench.invoke(&broken).0.expect_err("a violation").error.as_deref(), Some(VIOLATION));
    let submitted = Invocation { awaits_token: true, ..broken };
    assert_eq!(bench.invoke(&submitted).0, Ok(Value::Int(1)));
}

#[test]
fn many_commands_run_side_by_side() {
    let bench = Bench::new();
    let invoker = Invoker::new(GRACE);
    let target = Target::Command(Arc::new(bench.arguments(&["cat"])));
    block_on(async {
        let mut calls = Vec::new();
        for number in 0..40 {
            let invocation = invocation(target.clone(), Value::Int(number));
            let call = Call { result_file: bench.path(&format!("result-{number}")), ..bench.call() };
            let invoker = &invoker;
            calls.push(async move { invoker.invoke(&invocation, &call, &mut Told::default()).await });
        }
        for (number, outcome) in join_all(calls).await.into_iter().enumerate() {
            assert_eq!(outcome, Ok(Value::Int(number as i64)));
        }
    });
}

/// All at once on one thread.
async fn join_all<F: Future>(futures: Vec<F>) -> Vec<F::Output> {
    let mut futures: Vec<_> = futures.into_iter().map(|future| (Box::pin(future), None)).collect();
    std::future::poll_fn(|context| {
        for (future, output) in futures.iter_mut().filter(|(_, output)| output.is_none()) {
            if let std::task::Poll::Ready(ready) = future.as_mut().poll(context) {
                *output = Some(ready);
            }
        }
        if futures.iter().all(|(_, output)| output.is_some()) {
            std::task::Poll::Ready(())
        } else {
            std::task::Poll::Pending
        }
    })
    .await;
    futures.into_iter().filter_map(|(_, output)| output).collect()
}
