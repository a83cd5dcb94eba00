//! Who may import whom, and what pure modules and the whole source must not hold.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The modules whose code does no IO, and what each may use of ours.
const PURE: &[(&str, &[&str])] = &[
    ("value", &[]),
    ("source", &["value"]),
    ("history", &["value"]),
    ("diagnostic", &["value", "source"]),
    ("expr", &["value", "source"]),
    ("definition", &["value", "expr", "source", "diagnostic"]),
    ("check", &["value", "definition", "expr", "source", "diagnostic"]),
    ("engine", &["value", "check", "definition", "expr", "history"]),
    ("present", &["value", "history", "definition", "diagnostic", "source"]),
];
const DRIVER: &[&str] = &["value", "source", "diagnostic", "expr", "definition", "check", "history", "engine"];
const MODULES: &[&str] =
    &["value", "source", "history", "diagnostic", "expr", "definition", "check", "engine", "present", "driver", "cli"];
const IMPURE: &[&str] = &[
    "std::fs",
    "std::net",
    "std::env",
    "std::process",
    "std::thread",
    "SystemTime",
    "Instant",
    "getrandom",
    "println!",
    "eprintln!",
    "print!(",
];

/// What only Unix has: one folder's work for whoever brings another system.
const UNIX: &[&str] = &["std::os::", "rustix::", "tokio::net::Unix", "tokio::signal::unix", "process_group("];

/// What stands at the top of the repository, beside hidden files.
const TOP: &[&str] = &["Cargo.lock", "Cargo.toml", "LICENSE", "README.md", "completions", "fixtures", "src", "tests"];

/// The words are put together here so that this file does not hold them.
fn forbidden_words() -> Vec<String> {
    let words = [["to", "do!"], ["unimple", "mented!"], ["db", "g!("], ["TO", "DO"], ["FIX", "ME"], ["XX", "X"]];
    words.iter().map(|halves| halves.concat()).collect()
}

/// What in this code of a module must not be there.
fn leaks(module: &str, is_unix: bool, code: &str) -> Vec<String> {
    let pure = PURE.iter().find(|(name, _)| *name == module).map(|(_, allowed)| *allowed);
    let allowed = match module {
        "driver" => Some(DRIVER),
        _ => pure,
    };
    let mut leaks = Vec::new();
    for line in code.lines().map(str::trim).filter(|line| !line.starts_with("//")) {
        if let Some(allowed) = allowed {
            let used = MODULES.iter().filter(|used| line.contains(&format!("crate::{used}")));
            let refused = used.filter(|used| **used != module && !allowed.contains(used));
            leaks.extend(refused.map(|used| format!("{module} uses {used}: {line}")));
        }
        let of_unix = UNIX.iter().filter(|name| !is_unix && line.contains(*name));
        leaks.extend(of_unix.map(|name| format!("{name} stands outside driver/unix: {line}")));
        if pure.is_some() {
            let called = IMPURE.iter().filter(|call| line.contains(*call));
            leaks.extend(called.map(|call| format!("{module} is pure and holds {call}: {line}")));
        }
        leaks
            .extend(forbidden_words().iter().filter(|word| line.contains(*word)).map(|word| format!("{word}: {line}")));
    }
    leaks
}

/// Code without its tests, which may do as they like: a file of tests, or all from `#[cfg(test)]\nmod` on.
fn without_tests(path: &Path, code: &str) -> String {
    let is_tests = |part: &str| matches!(part, "tests" | "tests.rs" | "testing.rs");
    if path.iter().any(|part| part.to_str().is_some_and(is_tests)) {
        return String::new();
    }
    match code.split_once("#[cfg(test)]\nmod tests {") {
        Some((before, _)) => before.to_owned(),
        None => code.to_owned(),
    }
}

fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        match path.is_dir() {
            true => files(&path, found),
            false => found.push(path),
        }
    }
}

#[test]
fn modules_keep_to_their_imports() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut paths = Vec::new();
    files(&root, &mut paths);
    let mut found = Vec::new();
    for path in &paths {
        let within = path.strip_prefix(&root).unwrap();
        let first = within.iter().next().unwrap().to_str().unwrap();
        let code = without_tests(within, &fs::read_to_string(path).unwrap());
        let module = first.trim_end_matches(".rs");
        let is_unix = within.starts_with("driver/unix");
        found.extend(leaks(module, is_unix, &code).into_iter().map(|leak| format!("src/{}: {leak}", within.display())));
    }
    assert!(paths.len() > 100, "the source was not found");
    assert!(found.is_empty(), "{}", found.join("\n"));
}

/// The names at the top that git knows or would add; without git, of what lies there all but what cargo makes.
fn names_at_the_top(root: &Path) -> Vec<String> {
    let mut git = Command::new("git");
    git.arg("-C").arg(root).args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"]);
    let listed = git.output().ok().filter(|listed| listed.status.success() && root.join(".git").exists());
    let mut names: Vec<String> = match listed {
        Some(listed) => {
            let paths = String::from_utf8(listed.stdout).unwrap();
            paths.split_terminator('\0').map(|path| path.split('/').next().unwrap().to_owned()).collect()
        }
        None => {
            let entries = fs::read_dir(root).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
            entries.filter(|name| name != "target").collect()
        }
    };
    names.sort_unstable();
    names.dedup();
    names
}

#[test]
fn nothing_strays_to_the_top() {
    let names = names_at_the_top(Path::new(env!("CARGO_MANIFEST_DIR")));
    let shown: Vec<_> = names.iter().filter(|name| !name.starts_with('.')).collect();
    assert_eq!(shown, TOP);
}

#[test]
fn a_stray_name_is_seen() {
    let folder = tempfile::tempdir().unwrap();
    for name in ["--help", "src", "target"] {
        fs::create_dir(folder.path().join(name)).unwrap();
    }
    assert_eq!(names_at_the_top(folder.path()), ["--help", "src"]);
    let made = Command::new("git").arg("-C").arg(folder.path()).args(["init", "--quiet"]).status();
    if made.is_ok_and(|made| made.success()) {
        fs::write(folder.path().join("target/built"), "").unwrap();
        fs::write(folder.path().join(".gitignore"), "/target\n").unwrap();
        fs::write(folder.path().join("--help/.lock"), "").unwrap();
        assert_eq!(names_at_the_top(folder.path()), ["--help", ".gitignore"]);
    }
}

#[test]
fn a_leak_is_seen() {
    assert_eq!(leaks("value", false, "use crate::engine::Input;").len(), 1);
    assert_eq!(leaks("driver", false, "crate::present::list();").len(), 1);
    assert_eq!(leaks("engine", false, "let now = SystemTime::now();").len(), 1);
    assert_eq!(leaks("cli", false, &format!("{}()", forbidden_words()[0])).len(), 1);
    assert_eq!(leaks("cli", false, "use std::os::fd::AsFd;").len(), 1);
    assert!(leaks("driver", true, "rustix::process::getpid()").is_empty());
    assert!(leaks("engine", false, "use crate::check::Machine;\n// SystemTime").is_empty());
    assert!(leaks("cli", false, "std::fs::read(path); use crate::driver;").is_empty());
}

#[test]
fn tests_alone_may_do_as_they_like() {
    assert_eq!(without_tests(Path::new("engine/lane.rs"), "a\n#[cfg(test)]\nmod tests {\nstd::fs"), "a\n");
    assert_eq!(without_tests(Path::new("check/tests.rs"), "std::fs"), "");
}
