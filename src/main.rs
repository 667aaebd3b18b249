<<<<<<< HEAD
fn main() {}
=======
//! Arguments, terminal, loop, exit status.
use std::process::ExitCode;

fn main() -> ExitCode {
    keygrove::demo::guard_main(std::env::args_os()).unwrap_or(ExitCode::SUCCESS)
}
>>>>>>> cli
