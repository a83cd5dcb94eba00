//! What disks do to a run: it ends with a clear error, and goes on once there is room again.

use std::fs;
use std::path::{Path, PathBuf};
use std::thread;

use super::fixture::{Fixture, NAME, Place};
use super::whole::{Before, Whole};

/// Files may not grow beyond so many blocks of 512 bytes, as on a disk that is full: from none on, until there is room
/// for everything.
#[test]
fn on_a_full_disk_a_run_ends_with_an_error_and_goes_on_once_there_is_room() {
    thread::scope(|scope| {
        let begin = |fixture| scope.spawn(move || fill(&fixture));
        let kept = Fixture::all().into_iter().filter(Fixture::is_kept);
        kept.map(begin).collect::<Vec<_>>().into_iter().for_each(|fixture| fixture.join().unwrap());
    });
}

fn fill(fixture: &Fixture) {
    for blocks in 0.. {
        let (whole, place) = (Whole::of(fixture), Place::new());
        let what = format!("{} with {blocks} blocks", fixture.name());
        let ended = fixture.run_with_blocks(&place, blocks);
        if whole.is_like(&ended) {
            assert!(blocks > 0, "{what}: nothing was written");
            return;
        }
        assert_eq!(ended.code(), Some(2), "{what}: {}{}", ended.stdout, ended.stderr);
        assert_eq!(ended.stdout, "", "{what}");
        let names_file = ended.stderr.contains(&*place.state().to_string_lossy());
        assert!(names_file && ended.stderr.contains("File too large"), "{what}: {}", ended.stderr);
        let left = half_written(&place.state());
        assert!(left.is_empty(), "{what}: {left:?}");
        let before = Before::of(&place);
        let ended = match before.has_begun(NAME) {
            true => fixture.go_on(&place),
            false => whole.begin_again(&place).unwrap_or_else(|wrong| panic!("{what}: {wrong}")),
        };
        whole.compare(&before, &place, &ended).unwrap_or_else(|wrong| panic!("{what}: {wrong}"));
    }
}

/// Files that were meant for a place where they are not, and those that are empty though they never should be.
pub fn half_written(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().map(|entry| entry.unwrap().path());
    let (folders, files): (Vec<_>, Vec<_>) = entries.partition(|path| path.is_dir());
    let name = |path: &Path| path.file_name().unwrap().to_string_lossy().into_owned();
    let is_half = |path: &PathBuf| match &*name(path) {
        ".gitignore" => fs::read(path).unwrap() != b"*\n",
        "journal" | "ledger" | "lock" => false,
        other => other.starts_with('.') || fs::read(path).unwrap().is_empty(),
    };
    files.into_iter().filter(is_half).chain(folders.iter().flat_map(|folder| half_written(folder))).collect()
}
