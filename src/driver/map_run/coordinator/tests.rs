//! A Map Run that loses something says so, and never waits for what cannot come.

use super::super::outside::Outside;
use super::*;
use crate::check::{self, Options};
use crate::driver::clock;
use crate::driver::data::{Block, Buckets, ReadError, Source};
use crate::engine::{Execution, Identity, Input, Quotas, Settings};

/// Panics instead of reading.
struct Panics;

impl Source for Panics {
    fn next(&mut self) -> Result<Option<Block>, ReadError> {
        panic!("on purpose")
    }
}

/// Has no items.
struct Empty;

impl Source for Empty {
    fn next(&mut self) -> Result<Option<Block>, ReadError> {
        Ok(None)
    }
}

/// A Map Run of one item, whose children run this state.
fn coordinator(state: &str) -> Coordinator {
    let text = format!(
        r#"{{"StartAt": "M", "States": {{"M": {{"Type": "Map", "End": true, "ItemProcessor": {{
            "ProcessorConfig": {{"Mode": "DISTRIBUTED", "ExecutionType": "EXPRESS"}},
            "StartAt": "A", "States": {{"A": {state}}}}}}}}}}}"#
    );
    let checked = check::check(&crate::source::Source::new("test.asl.json", text), &Options::default());
    let machine = Arc::new(checked.machine.expect("a machine"));
    let settings = Settings { quotas: Quotas::Off, workflow: WorkflowType::Standard, wait_scale: 1.0 };
    let name = || "n".into();
    let parent = Identity {
        name: name(),
        arn: name(),
        machine_name: name(),
        machine_arn: name(),
        role_arn: name(),
        region: name(),
    };
    let mut execution = Execution::new(&machine, parent.clone(), settings);
    let mut next = Input::Start { input: Value::from(vec![Value::from(1)]), text: None };
    let mut outside = Outside::new(None);
    while execution.handle(&machine, clock::now(), &mut outside, next).expect("a turn").more {
        next = Input::Tick;
    }
    let id = execution.map_runs().next().expect("a Map Run");
    let map_run = execution.map_run(&machine, id).expect("a Map Run");
    let (_, looks) = mpsc::unbounded_channel();
    let (folder, buckets, seed, room) = (None, Buckets::default(), None, 1);
    let order = Order { map_run, machine, parent, settings, folder, buckets, seed, room, looks };
    Coordinator::new(order).expect("files").expect("a Map Run")
}

/// One whose children run on threads, and one whose children live.
fn both() -> [Coordinator; 2] {
    [r#"{"Type": "Pass", "End": true}"#, r#"{"Type": "Wait", "Seconds": 1, "End": true}"#].map(coordinator)
}

async fn error_of(mut coordinator: Coordinator, source: impl Source + 'static) -> String {
    let live: Live = Box::new(|_| panic!("there is no child"));
    let items = Items { source: Box::new(source), consumed: None };
    let ending = coordinator.go(items, live, &mut |_| ()).await;
    ending.expect_err("it is not over").to_string()
}

#[tokio::test]
async fn a_reader_that_dies_is_an_error_and_nobody_waits_for_it() {
    for coordinator in both() {
        assert_eq!(error_of(coordinator, Panics).await, r#"the thread "items" of a Map Run panicked"#);
    }
}

#[tokio::test]
async fn numbers_that_never_meet_are_an_error() {
    for mut coordinator in both() {
        coordinator.census.tally.children.succeeded = 2;
        let error = "a Map Run came to a standstill: 2 of 0 of its children have ended";
        assert_eq!(error_of(coordinator, Empty).await, error);
    }
}
