//! Commands to copy, right for the shell and for the directory the reader is in.

use super::text::shell_word;

/// How commands are written that a reader may copy.
#[derive(Clone, Copy, Debug)]
pub struct Commands<'a> {
    /// This program, as the reader can call it.
    pub program: &'a str,
    /// The state directory, absolute, unless the program finds it from any directory by itself.
    pub state_dir: Option<&'a str>,
}

impl Commands<'_> {
    /// A line for a POSIX shell: the program, `words`, the state directory, `options`.
    pub fn line(&self, words: &[&str], options: &[&str]) -> String {
        let state_dir = self.state_dir.map(|dir| ["--state-dir", dir]);
        let words = words.iter().chain(state_dir.iter().flatten()).chain(options);
        words.fold(shell_word(self.program), |line, word| line + " " + &shell_word(word))
    }
}
