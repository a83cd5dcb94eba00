//! What other processes say to an execution.

use super::run::Run;
use crate::driver::answer::{Answer, AnswerError};
use crate::driver::clock;
use crate::driver::inbox::{Delivery, Request};
use crate::driver::token::Token;
use crate::engine::{Input, PAYLOAD, Quotas};
use crate::history::{EventId, Failure};
use crate::value::Value;

impl Run<'_> {
    pub(super) fn take_delivery(&mut self, delivery: Delivery) -> anyhow::Result<()> {
        let Delivery { request, reply } = delivery;
        let taken = match request {
            Request::Answer { token, answer } => self.answer(&token, answer)?,
            Request::Stop(failure) => {
                self.abort(failure)?;
                Ok(())
            }
            Request::LookAtChild(task) => {
                self.look_at_child(task);
                Ok(())
            }
            Request::Summarise => {
                self.leave_summary(false)?;
                // Nothing has to be on the disk for that, and a sender that went away needs no yes.
                let _ = reply.send(Ok(()));
                return Ok(());
            }
        };
        match taken {
            Ok(()) => self.post.accepted.push(reply),
            Err(refused) => drop(reply.send(Err(refused))),
        }
        Ok(())
    }

    /// Says yes to those whose wish is fulfilled, now that this is on the disk.
    pub(super) fn tell_senders(&mut self) -> anyhow::Result<()> {
        if self.post.accepted.is_empty() {
            return Ok(());
        }
        self.record.sync()?;
        for sender in self.post.accepted.drain(..) {
            // A sender that went away does not wait for its yes.
            let _ = sender.send(Ok(()));
        }
        Ok(())
    }

    /// Ends the execution as ABORTED, unless it has ended, or a deadline that has passed ends it.
    pub(super) fn abort(&mut self, failure: Failure) -> anyhow::Result<()> {
        self.let_deadlines_pass()?;
        // One that has ended stays as it is.
        self.give(Input::Abort(failure)).map(drop)
    }

    /// Takes an answer to one of this execution's tokens.
    pub(super) fn answer(&mut self, token: &str, answer: Answer) -> anyhow::Result<Result<(), AnswerError>> {
        let is_ours = |token: &Token| *token.execution == *self.identity.name && self.world.key.made(token);
        let Some(Token { task, .. }) = Token::parse(token).filter(is_ours) else {
            return Ok(Err(AnswerError::InvalidToken));
        };
        if let Answer::Success(output) = &answer
            && let Err(refused) = self.contract_of(task, output)
        {
            return Ok(Err(refused));
        }
        self.let_deadlines_pass()?;
        let input = match answer {
            Answer::Success(output) => Input::Succeeded { task, output },
            Answer::Failure(failure) => Input::Failed { task, failure },
            Answer::Heartbeat => Input::Heartbeat { task },
        };
        Ok(self.give(input)?.map(drop).map_err(|_| AnswerError::TaskTimedOut))
    }

    /// What was due before an answer comes first: it may have ended the task.
    fn let_deadlines_pass(&mut self) -> anyhow::Result<()> {
        let now = clock::now();
        while self.execution.next_deadline().is_some_and(|due| due <= now) {
            // A tick is never refused.
            let _ = self.give(Input::Tick)?;
        }
        Ok(())
    }

    /// Whether what somebody sends keeps to the limit, where that is enforced, and the contract of the task's binding.
    fn contract_of(&self, task: EventId, output: &Value) -> Result<(), AnswerError> {
        let Some(open) = self.execution.task(task) else { return Ok(()) };
        if self.execution.settings().quotas == Quotas::Enforce && output.text_size(PAYLOAD) > PAYLOAD {
            return Err(AnswerError::InvalidOutput(format!("it is larger than {PAYLOAD} bytes")));
        }
        let contract = self.bindings.contract(&self.identity.machine_name, &open.state, &open.scheduled);
        contract.output(output).map_err(|failure| {
            AnswerError::InvalidOutput(failure.cause.as_deref().unwrap_or("it breaks the task's contract").to_owned())
        })
    }

    /// Somebody has gone on with a child execution that was suspended.
    fn look_at_child(&mut self, task: EventId) {
        if let Some(map_run) = self.work.map_runs.get(&task) {
            match map_run.suspended {
                Some(_) => self.work.to_begin.push(task),
                // One that has ended in the meantime needs not look.
                None => drop(map_run.looks.send(())),
            }
        }
        if self.work.children.get(&task).is_some_and(|child| child.suspended.is_some()) {
            self.work.to_call.push(task);
        }
    }
}
