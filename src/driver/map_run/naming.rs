//! Who the children of a Map Run are.

use sha2::{Digest, Sha256};

use crate::definition::WorkflowType;
use crate::driver::clock::Randomness;
use crate::engine::Identity;
use crate::expr::ambient::uuid;
use crate::history::EventId;
use crate::value::{Str, Timestamp};

/// Makes the identities of a Map Run's children, the same whenever they are asked for.
#[derive(Clone, Debug)]
pub struct Naming {
    /// What all children share; name and ARN are still missing.
    common: Identity,
    /// `arn:…:execution:MACHINE/LABEL:`
    prefix: String,
    seed: u64,
    workflow: WorkflowType,
}

impl Naming {
    /// The children of the Map Run with this ARN, which `parent` has started.
    pub fn new(parent: &Identity, map_run_arn: &str, workflow: WorkflowType) -> Naming {
        // arn:aws:states:REGION:ACCOUNT:mapRun:MACHINE/LABEL:UUID
        let (path, _) = map_run_arn.rsplit_once(':').unwrap_or((map_run_arn, ""));
        let machine_arn = path.replacen(":mapRun:", ":stateMachine:", 1);
        let kind = if workflow == WorkflowType::Express { ":express:" } else { ":execution:" };
        let machine = machine_arn.rsplit(':').next().unwrap_or_default();
        let hash = Sha256::digest(map_run_arn.as_bytes());
        Naming {
            common: Identity {
                name: Str::default(),
                arn: Str::default(),
                machine_name: machine.into(),
                machine_arn: machine_arn.as_str().into(),
                ..parent.clone()
            },
            prefix: format!("{}:", path.replacen(":mapRun:", kind, 1)),
            seed: u64::from_le_bytes(std::array::from_fn(|at| hash[at])),
            workflow,
        }
    }

    /// The child with this number, begun when the Map Run had been redriven so often: an EXPRESS child that is run again
    /// is another execution.
    pub fn identity(&self, index: u32, redrives: u32) -> Identity {
        let again = if self.workflow == WorkflowType::Express { u64::from(redrives) << 33 } else { 0 };
        let mut chance = Fixed(Randomness::new(Some(self.seed.wrapping_add((u64::from(index) << 1) + again))));
        let name = uuid(&mut chance);
        let arn = match self.workflow {
            WorkflowType::Standard => [&*self.prefix, &name].concat(),
            WorkflowType::Express => [&*self.prefix, &name, ":", &uuid(&mut chance)].concat(),
        };
        Identity { name: name.into(), arn: arn.into(), ..self.common.clone() }
    }
}

struct Fixed(Randomness);

impl crate::expr::Ambient for Fixed {
    fn now(&self) -> Timestamp {
        Timestamp::default()
    }

    fn random(&mut self) -> u64 {
        self.0.draw()
    }
}

/// The name under which a child of a Map Run is kept: `EXECUTION:map-EVENT:INDEX`.
pub fn kept_name(execution: &str, map_run: EventId, index: u32) -> String {
    format!("{execution}:map-{map_run}:{index}")
}

/// The name of a Map Run's folder, within that of its execution.
pub fn folder_name(map_run: EventId) -> String {
    format!("map-{map_run}")
}
