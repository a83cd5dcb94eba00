//! Process groups: a task's command and everything it starts, to be ended as one.
//!
//! A group outlives a killed `sfn`, and its number may by then belong to somebody else. So a group is noted together
//! with its leader's [identity](ProcessGroup::started), and whoever comes later ends it only when it is still the same.

use std::collections::{BTreeSet, HashSet};
use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process_group, test_kill_process_group};

/// How often a group that was told to end is looked at.
const LOOK: Duration = Duration::from_millis(10);

/// How long a killed group may take to be gone; only a process stuck in the kernel takes longer.
pub(crate) const KILLED: Duration = Duration::from_secs(2);

/// A process group, told apart from a later one that has the same number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProcessGroup {
    /// Its number: that of its leader.
    pub id: i32,
    /// When its leader started, in the system's own words; empty when that could not be learnt.
    pub started: String,
}

/// A text that [`ProcessGroup`]'s `Display` did not write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InvalidGroup;

impl ProcessGroup {
    /// The group that the running process `leader` leads.
    pub fn led_by(leader: i32) -> ProcessGroup {
        ProcessGroup { id: leader, started: identity::of_new(leader).unwrap_or_default() }
    }

    /// The group of a child that this process has yet to wait for: until then its number is nobody else's, and when it
    /// started need not be looked up.
    pub fn of_child(leader: u32) -> ProcessGroup {
        ProcessGroup { id: i32::try_from(leader).unwrap_or_default(), started: String::new() }
    }

    /// Whether a process in it still runs. One that has ended and that nobody waits for (as in a container whose first
    /// process does not) is not counted where the system tells.
    pub fn exists(&self) -> bool {
        let has_member = |pid| !matches!(test_kill_process_group(pid), Err(rustix::io::Errno::SRCH));
        self.pid().is_some_and(has_member) && identity::has_running_member(self.id)
    }

    /// Asks all its processes to end (SIGTERM).
    pub fn terminate(&self) {
        self.signal(Signal::TERM);
    }

    /// Ends all its processes (SIGKILL).
    pub fn kill(&self) {
        self.signal(Signal::KILL);
    }

    /// Waits until no process is left in it, at most for `limit`; whether that came true.
    pub async fn gone_within(&self, limit: Duration) -> bool {
        let gone = async {
            while self.exists() {
                tokio::time::sleep(LOOK).await;
            }
        };
        tokio::time::timeout(limit, gone).await.is_ok()
    }

    fn signal(&self, signal: Signal) {
        if let Some(pid) = self.pid() {
            // An error means that nobody is left to be told.
            let _ = kill_process_group(pid, signal);
        }
    }

    /// None for 0 and 1, to which a signal would mean something else altogether.
    fn pid(&self) -> Option<Pid> {
        Pid::from_raw(self.id).filter(|_| self.id > 1)
    }
}

/// Makes a command lead a group of its own.
pub fn in_own_group(command: &mut tokio::process::Command) {
    command.process_group(0);
}

/// The signal that ended a process.
pub fn signal_of(status: std::process::ExitStatus) -> Option<i32> {
    std::os::unix::process::ExitStatusExt::signal(&status)
}

/// Whether the system has no room for another process or file just now.
pub fn is_exhaustion(error: &std::io::Error) -> bool {
    use rustix::io::Errno;
    let exhausted = [Errno::AGAIN, Errno::MFILE, Errno::NFILE, Errno::NOMEM];
    exhausted.into_iter().any(|errno| error.raw_os_error() == Some(errno.raw_os_error()))
}

/// Ends a group that an earlier process started: SIGTERM, and SIGKILL when some of it is left after `grace`. Returns
/// false, and touches nothing, when the number belongs to somebody else by now.
///
/// The leader's start tells. When the leader is gone and others are left, they are taken for the same group if one of
/// them still has `owner` as its `SFN_EXECUTION_ID`; where the system does not show that, they are left alone.
pub async fn end_group(group: &ProcessGroup, owner: &str, grace: Duration) -> bool {
    if !group.exists() || !is_same(group, owner) {
        return false;
    }
    group.terminate();
    if !group.gone_within(grace).await {
        group.kill();
        group.gone_within(KILLED).await;
    }
    true
}

/// The groups that have a process with one of these values in a variable of its environment; but never this process's
/// own. None where the system does not show environments.
pub fn groups_with(variable: &str, values: &HashSet<String>) -> Vec<ProcessGroup> {
    if values.is_empty() {
        return Vec::new();
    }
    let own = rustix::process::getpgrp().as_raw_nonzero().get();
    let groups: BTreeSet<i32> = identity::groups_with(variable, values).into_iter().filter(|&id| id != own).collect();
    groups.into_iter().map(|id| ProcessGroup { id, started: identity::of(id).unwrap_or_default() }).collect()
}

fn is_same(group: &ProcessGroup, owner: &str) -> bool {
    match identity::of(group.id) {
        Some(started) => identity::matches(&started, &group.started),
        None => identity::has_member_of(group.id, owner),
    }
}

/// `1234 4c0f…/8812`, as [`FromStr`] reads it.
impl fmt::Display for ProcessGroup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.id, self.started)
    }
}

impl FromStr for ProcessGroup {
    type Err = InvalidGroup;

    fn from_str(text: &str) -> Result<ProcessGroup, InvalidGroup> {
        let (id, started) = text.split_once(' ').ok_or(InvalidGroup)?;
        Ok(ProcessGroup { id: id.parse().map_err(|_| InvalidGroup)?, started: started.into() })
    }
}

/// Linux: `/proc` tells when a process started, in ticks since this boot, and in which group it is.
#[cfg(target_os = "linux")]
mod identity {
    use std::collections::HashSet;
    use std::fs;
    use std::io::Read;
    use std::sync::OnceLock;

    /// More than `/proc/PID/stat` ever has.
    const LINE: usize = 2 << 10;

    /// Places in `/proc/PID/stat`, counted after the command's closing parenthesis.
    const STATE: usize = 0;
    const GROUP: usize = 2;
    const START: usize = 19;

    pub(super) fn of(pid: i32) -> Option<String> {
        Some(format!("{}/{}", boot(), stat(pid, START)?))
    }

    pub(super) fn of_new(pid: i32) -> Option<String> {
        of(pid)
    }

    pub(super) fn matches(now: &str, noted: &str) -> bool {
        now == noted
    }

    pub(super) fn has_member_of(group: i32, owner: &str) -> bool {
        members(group).any(|pid| variable(pid, "SFN_EXECUTION_ID").is_some_and(|value| value == owner))
    }

    pub(super) fn groups_with(name: &str, values: &HashSet<String>) -> Vec<i32> {
        let has_one = |&pid: &i32| variable(pid, name).is_some_and(|value| values.contains(&value));
        processes().filter(has_one).filter_map(|pid| stat(pid, GROUP)?.parse().ok()).collect()
    }

    /// A variable of a process's environment.
    fn variable(pid: i32, name: &str) -> Option<String> {
        let environment = fs::read(format!("/proc/{pid}/environ")).ok()?;
        let entry = environment
            .split(|&byte| byte == 0)
            .find_map(|entry| entry.strip_prefix(name.as_bytes())?.strip_prefix(b"="))?;
        String::from_utf8(entry.to_vec()).ok()
    }

    pub(super) fn has_running_member(group: i32) -> bool {
        members(group).any(|pid| stat(pid, STATE).is_some_and(|state| state != "Z" && state != "X"))
    }

    fn members(group: i32) -> impl Iterator<Item = i32> {
        let group = group.to_string();
        processes().filter(move |&pid| stat(pid, GROUP).as_ref() == Some(&group))
    }

    fn processes() -> impl Iterator<Item = i32> {
        let entries = fs::read_dir("/proc").into_iter().flatten().flatten();
        entries.filter_map(|entry| entry.file_name().to_str()?.parse().ok())
    }

    fn stat(pid: i32, field: usize) -> Option<String> {
        // One read gives all of it.
        let mut line = [0; LINE];
        let length = fs::File::open(format!("/proc/{pid}/stat")).and_then(|mut file| file.read(&mut line)).ok()?;
        let (_, fields) = std::str::from_utf8(&line[..length]).ok()?.rsplit_once(") ")?;
        fields.split(' ').nth(field).map(str::to_owned)
    }

    fn boot() -> &'static str {
        static BOOT: OnceLock<String> = OnceLock::new();
        BOOT.get_or_init(|| fs::read_to_string("/proc/sys/kernel/random/boot_id").unwrap_or_default().trim().to_owned())
    }
}

/// Elsewhere: the clock when the leader was started, held against what `ps` says of its age.
#[cfg(not(target_os = "linux"))]
mod identity {
    use std::collections::HashSet;
    use std::process::Command;

    use crate::driver::clock;

    /// Seconds by which `ps` and the clock may differ.
    const SLACK: i64 = 3;

    pub(super) fn of(pid: i32) -> Option<String> {
        Some((seconds_now() - age(pid)?).to_string())
    }

    /// Without asking `ps`, which would cost more than the command.
    pub(super) fn of_new(_pid: i32) -> Option<String> {
        Some(seconds_now().to_string())
    }

    pub(super) fn matches(now: &str, noted: &str) -> bool {
        match (now.parse::<i64>(), noted.parse::<i64>()) {
            (Ok(now), Ok(noted)) => (now - noted).abs() <= SLACK,
            _ => false,
        }
    }

    pub(super) fn has_member_of(_group: i32, _owner: &str) -> bool {
        false
    }

    pub(super) fn groups_with(_name: &str, _values: &HashSet<String>) -> Vec<i32> {
        Vec::new()
    }

    pub(super) fn has_running_member(_group: i32) -> bool {
        true
    }

    fn seconds_now() -> i64 {
        clock::now().as_millis() / 1_000
    }

    fn age(pid: i32) -> Option<i64> {
        let output = Command::new("ps").args(["-o", "etime=", "-p", &pid.to_string()]).output().ok()?;
        seconds(std::str::from_utf8(&output.stdout).ok()?.trim())
    }

    /// `[[days-]hours:]minutes:seconds`
    fn seconds(elapsed: &str) -> Option<i64> {
        let (days, time) = elapsed.split_once('-').unwrap_or(("0", elapsed));
        let add = |sum: Option<i64>, part: &str| Some(sum? * 60 + part.parse::<i64>().ok()?);
        Some(days.parse::<i64>().ok()? * 86_400 + time.split(':').fold(Some(0), add)?)
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::process::CommandExt;
    use std::process::{Child, Command, Stdio};

    use super::*;

    /// Long enough never to be waited for.
    const GRACE: Duration = Duration::from_secs(60);

    fn start(script: &str, owner: &str) -> (Child, ProcessGroup) {
        let child = Command::new("sh")
            .args(["-c", script])
            .env("SFN_EXECUTION_ID", owner)
            .process_group(0)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .expect("sh starts");
        let group = ProcessGroup::led_by(child.id() as i32);
        (child, group)
    }

    fn run<F: Future>(future: F) -> F::Output {
        tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime").block_on(future)
    }

    /// Reaps the child as soon as it ends, as the system does for a process that nobody waits for.
    fn reap(mut child: Child) -> std::thread::JoinHandle<()> {
        std::thread::spawn(move || drop(child.wait()))
    }

    #[test]
    fn a_group_survives_its_text() {
        let group = ProcessGroup { id: 77, started: "boot id/1 2".into() };
        assert_eq!(group.to_string().parse(), Ok(group));
        assert_eq!("77".parse::<ProcessGroup>(), Err(InvalidGroup));
    }

    #[test]
    fn a_group_that_is_still_the_same_is_ended() {
        let (child, group) = start("sleep 600 & sleep 600", "me");
        let reaper = reap(child);
        assert!(run(end_group(&group, "me", GRACE)));
        reaper.join().expect("it was reaped");
        assert!(!group.exists());
    }

    #[test]
    fn a_group_that_ignores_sigterm_is_killed() {
        let (mut child, group) = start("trap '' TERM; echo ready; sleep 600", "me");
        let mut ready = [0; 6];
        std::io::Read::read_exact(child.stdout.as_mut().expect("a pipe"), &mut ready).expect("it speaks");
        let reaper = reap(child);
        assert!(run(end_group(&group, "me", Duration::from_millis(20))));
        reaper.join().expect("it was reaped");
        assert!(run(group.gone_within(GRACE)));
    }

    #[test]
    fn a_number_that_belongs_to_somebody_else_is_left_alone() {
        let (mut child, group) = start("exec sleep 600", "me");
        let before = ProcessGroup { id: group.id, started: "another boot/1".into() };
        assert!(!run(end_group(&before, "me", GRACE)));
        assert!(matches!(child.try_wait(), Ok(None)));
        group.kill();
        child.wait().expect("it ends");
        assert!(!run(end_group(&group, "me", GRACE)));
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn what_a_leader_left_behind_is_known_by_its_execution() {
        let (mut child, group) = start("sleep 600 >/dev/null & echo", "me");
        child.wait().expect("the leader ends");
        assert!(!run(end_group(&group, "another", GRACE)));
        assert!(group.exists());
        assert!(run(end_group(&group, "me", GRACE)));
        assert!(!group.exists());
    }
}
