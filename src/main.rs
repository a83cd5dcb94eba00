//! The program: `cli` does the work.

fn main() -> std::process::ExitCode {
    sfn::cli::main()
}
