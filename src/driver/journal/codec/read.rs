//! The reading half of the [`Codec`].

use std::sync::Arc;
use std::vec::IntoIter;

use super::{Codec, Unreadable};
use crate::history::{
    Batch, Failure, Integration, Iteration, Kind, LaneId, MapRunStarted, MapStarted, Note, Scheduled, StateEntered,
    StateExited, StateType, Tolerance,
};
use crate::value::{Str, Timestamp, Value, json};

/// The small things of a record, one after the other.
pub(super) struct Head {
    rest: IntoIter<Value>,
}

type Read<T> = Result<T, Unreadable>;

fn unreadable(what: &str) -> Unreadable {
    Unreadable(what.to_owned())
}

impl Head {
    pub fn read(text: &str) -> Read<Head> {
        match json::read(text) {
            Ok(Value::Array(items)) => Ok(Head { rest: Vec::from(&items[..]).into_iter() }),
            Ok(_) => Err(unreadable("no array")),
            Err(error) => Err(Unreadable(error.to_string())),
        }
    }

    fn next(&mut self) -> Read<Value> {
        self.rest.next().ok_or_else(|| unreadable("too few fields"))
    }

    pub fn signed(&mut self) -> Read<i64> {
        match self.next()? {
            Value::Int(number) => Ok(number),
            _ => Err(unreadable("not a number")),
        }
    }

    pub fn number(&mut self) -> Read<u64> {
        u64::try_from(self.signed()?).map_err(|_| unreadable("a negative number"))
    }

    pub fn small(&mut self) -> Read<u32> {
        u32::try_from(self.signed()?).map_err(|_| unreadable("a number out of range"))
    }

    pub fn text(&mut self) -> Read<Str> {
        self.optional()?.ok_or_else(|| unreadable("no text"))
    }

    fn optional(&mut self) -> Read<Option<Str>> {
        match self.next()? {
            Value::Null => Ok(None),
            Value::String(text) => Ok(Some(text)),
            _ => Err(unreadable("not a text")),
        }
    }

    fn optional_number(&mut self) -> Read<Option<u64>> {
        Ok(self.optional_signed()?.and_then(|number| u64::try_from(number).ok()))
    }

    fn optional_signed(&mut self) -> Read<Option<i64>> {
        match self.next()? {
            Value::Null => Ok(None),
            Value::Int(number) => Ok(Some(number)),
            _ => Err(unreadable("not a number")),
        }
    }

    fn failure(&mut self) -> Read<Failure> {
        Ok(Failure { error: self.optional()?, cause: self.optional()? })
    }

    fn state_type(&mut self) -> Read<StateType> {
        StateType::ALL.get(self.small()? as usize).copied().ok_or_else(|| unreadable("no type of states"))
    }

    fn at(&mut self) -> Read<Timestamp> {
        self.signed().map(Timestamp::from_micros)
    }

    fn is_at_end(&self) -> bool {
        self.rest.as_slice().is_empty()
    }
}

impl Codec {
    pub(super) fn read_kind(&mut self, code: i64, head: &mut Head, payloads: &mut IntoIter<Value>) -> Read<Kind> {
        let mut payload = || payloads.next().ok_or_else(|| unreadable("no payload"));
        Ok(match code {
            0 => Kind::ExecutionStarted { text: head.optional()?, role_arn: head.text()?, input: payload()? },
            1 => Kind::ExecutionSucceeded { output: payload()? },
            2 => Kind::ExecutionFailed(head.failure()?),
            3 => Kind::ExecutionTimedOut(head.failure()?),
            4 => Kind::ExecutionAborted(head.failure()?),
            5 => Kind::StateEntered(StateEntered {
                state_type: head.state_type()?,
                name: self.read_name(head)?,
                state: head.small()?,
                input: payload()?,
            }),
            6 => Kind::StateExited(StateExited {
                state_type: head.state_type()?,
                name: self.read_name(head)?,
                next: head.optional_number()?.and_then(|next| u32::try_from(next).ok()),
                output: payload()?,
                assigned: payloads.next(),
            }),
            7 => Kind::StateAborted(head.state_type()?),
            8..=13 => self.read_task(code, head, payloads)?,
            14 => Kind::ParallelStateStarted {
                first: LaneId(head.small()?),
                starts: starts(head)?.into(),
                input: payload()?,
            },
            15 => Kind::ParallelStateSucceeded,
            16 => Kind::ParallelStateFailed,
            17 | 32 => Kind::MapStateStarted(Box::new(MapStarted {
                length: head.number()?,
                max_concurrency: head.number()?,
                tolerance: if head.is_at_end() { None } else { Some(tolerance(head)?) },
                input: payload()?,
                items: payload()?,
                distributed: code == 32,
            })),
            18 => Kind::MapIterationStarted {
                iteration: self.read_iteration(head)?,
                parent: LaneId(head.small()?),
                start: head.small()?,
                input: payload()?,
            },
            19 => Kind::MapIterationSucceeded(self.read_iteration(head)?),
            20 => Kind::MapIterationFailed(self.read_iteration(head)?, head.failure()?),
            21 => Kind::MapIterationAborted(self.read_iteration(head)?),
            22 => Kind::MapStateSucceeded,
            23 => Kind::MapStateFailed,
            24 => Kind::EvaluationFailed { failure: head.failure()?, location: head.optional()?, state: head.text()? },
            25 => Kind::Note(Note::WaitScheduled { until: head.at()? }),
            26 => Kind::Note(Note::RetryScheduled { retrier: head.small()?, until: head.at()? }),
            27 => Kind::Note(Note::HeartbeatReceived),
            28 => Kind::Note(Note::BranchFailed(head.failure()?)),
            33 => Kind::MapRunStarted(Arc::new(MapRunStarted {
                arn: head.text()?,
                state: head.small()?,
                tolerance: tolerance(head)?,
                max_items: head.optional_signed()?,
                reader: payload()?,
                writer: payload()?,
                batch: if head.is_at_end() { None } else { Some(batch(head, payload()?)?) },
            })),
            34 => Kind::MapRunSucceeded { output: payload()? },
            35 => Kind::MapRunFailed(head.failure()?),
            36 => Kind::MapRunAborted,
            37 => Kind::MapRunRedriven { arn: head.text()?, map_run: head.number()?, count: head.small()? },
            29 => Kind::ExecutionRedriven { count: head.small()? },
            _ => return Err(unreadable("a kind of record that this version does not know")),
        })
    }

    fn read_task(&mut self, code: i64, head: &mut Head, payloads: &mut IntoIter<Value>) -> Read<Kind> {
        let mut payload = || payloads.next().ok_or_else(|| unreadable("no payload"));
        if code == 8 {
            return Ok(Kind::TaskScheduled(Arc::new(self.read_schedule(head, payload()?, payloads.next())?)));
        }
        let event = head.number()?;
        let scheduled = self.schedules.known(event).ok_or_else(|| unreadable("no such schedule"))?;
        Ok(match code {
            9 => Kind::TaskStarted(scheduled),
            10 => Kind::TaskSubmitted { scheduled, output: payload()? },
            11 => Kind::TaskSucceeded { scheduled, output: payload()? },
            12 => Kind::TaskFailed { scheduled, failure: head.failure()? },
            _ => Kind::TaskTimedOut { scheduled, failure: head.failure()?, heartbeat: head.number()? != 0 },
        })
    }

    fn read_schedule(&mut self, head: &mut Head, input: Value, credentials: Option<Value>) -> Read<Scheduled> {
        let family = head.number()?;
        let resource_arn = self.read_name(head)?;
        let integration = match family {
            0 => Integration::Function,
            1 => Integration::Activity,
            _ => Integration::Service { resource_type: self.read_name(head)?, resource: self.read_name(head)? },
        };
        Ok(Scheduled {
            integration,
            resource: resource_arn,
            state: head.small()?,
            timeout_seconds: head.optional_number()?,
            heartbeat_seconds: head.optional_number()?,
            region: self.read_name(head)?,
            input,
            credentials,
        })
    }

    fn read_iteration(&mut self, head: &mut Head) -> Read<Iteration> {
        Ok(Iteration { name: self.read_name(head)?, index: head.small()? })
    }

    fn read_name(&mut self, head: &mut Head) -> Read<Str> {
        match head.next()? {
            Value::String(name) => {
                self.names.learn(name.clone());
                Ok(name)
            }
            Value::Int(number) => self.names.name(number).ok_or_else(|| unreadable("no such name")),
            _ => Err(unreadable("not a name")),
        }
    }
}

fn starts(head: &mut Head) -> Read<Vec<u32>> {
    let mut starts = Vec::new();
    while !head.is_at_end() {
        starts.push(head.small()?);
    }
    Ok(starts)
}

fn tolerance(head: &mut Head) -> Read<Tolerance> {
    let count = head.optional_number()?;
    let percentage = head.next()?.as_number().map(|number| number.as_f64());
    Ok(Tolerance { count, percentage })
}

fn batch(head: &mut Head, input: Value) -> Read<Batch> {
    Ok(Batch { max_items: head.optional_number()?, max_bytes: head.optional_number()?, input })
}
