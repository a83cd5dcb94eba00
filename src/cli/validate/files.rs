//! Which files are meant: those that are named, and the definitions in folders.

use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};

use hashbrown::HashSet;

use crate::driver::unix::files;
use crate::present::report::Unread;

/// What a definition's name ends in, where it is found in a folder.
const ENDINGS: [&str; 4] = [".asl.json", ".asl.yaml", ".asl.yml", ".asl"];

/// Folders that hold no definitions of their own. So do those whose name begins with a dot.
const PASSED_BY: [&str; 1] = ["node_modules"];

/// The definitions that some files and folders stand for, each once, and what could not be looked into.
pub fn find(given: &[OsString]) -> (Vec<OsString>, Vec<Unread>) {
    let mut search = Search::default();
    for name in given {
        let path = Path::new(name);
        match name != "-" && path.is_dir() {
            true => search.folder_given(path),
            false => search.add(name.clone()),
        }
    }
    (search.found, search.unread)
}

#[derive(Default)]
struct Search {
    found: Vec<OsString>,
    seen: HashSet<OsString>,
    unread: Vec<Unread>,
}

impl Search {
    fn add(&mut self, file: OsString) {
        if self.seen.insert(file.clone()) {
            self.found.push(file);
        }
    }

    /// A folder in which nothing is found is most likely the wrong one.
    fn folder_given(&mut self, folder: &Path) {
        let mut files = Vec::new();
        self.walk(folder, &mut files);
        if files.is_empty() {
            let reason = format!("no definition in this folder: none of its files is called *{}", ENDINGS.join(", *"));
            self.unread.push(Unread { file: folder.display().to_string(), reason });
        }
        files.into_iter().for_each(|file| self.add(file.into()));
    }

    /// The definitions below a folder, sorted by name. Links to folders are not followed: they may lead in a circle.
    fn walk(&mut self, folder: &Path, files: &mut Vec<PathBuf>) {
        let entries = match std::fs::read_dir(folder).and_then(Iterator::collect::<Result<Vec<_>, _>>) {
            Ok(entries) => entries,
            Err(error) => {
                self.unread.push(Unread { file: folder.display().to_string(), reason: files::reason(&error) });
                return;
            }
        };
        let mut names: Vec<OsString> = entries.iter().map(std::fs::DirEntry::file_name).collect();
        names.sort();
        for name in names {
            let path = if folder == Path::new(".") { PathBuf::from(&name) } else { folder.join(&name) };
            let is_link = path.is_symlink();
            match path.is_dir() {
                true if !is_link && !is_passed_by(&name) => self.walk(&path, files),
                false if is_definition(&name) => files.push(path),
                _ => {}
            }
        }
    }
}

fn is_passed_by(folder: &OsStr) -> bool {
    let name = folder.to_string_lossy();
    name.starts_with('.') || PASSED_BY.contains(&&*name)
}

fn is_definition(file: &OsStr) -> bool {
    let name = file.to_string_lossy();
    ENDINGS.iter().any(|ending| name.len() > ending.len() && name.ends_with(ending))
}
