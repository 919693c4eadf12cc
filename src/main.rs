//! `hailong`: parse the command line, run it, say how it went.

use std::process::ExitCode;

fn main() -> ExitCode {
    hailong::cli::main()
}
