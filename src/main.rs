//! Arguments, terminal, loop, exit status. The only place that prints.
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "main is where the program speaks outside its screen"
)]

use std::process::ExitCode;

use keygrove::cli::{self, Start};
use keygrove::{demo, start};

fn main() -> ExitCode {
    if let Some(status) = demo::guard_main(std::env::args_os()) {
        return status;
    }
    let options = match cli::parse(std::env::args_os()) {
        Ok(Start::App(options)) => options,
        Ok(Start::Print(text)) => {
            print!("{text}");
            return ExitCode::SUCCESS;
        }
        Err(refused) => {
            eprintln!("keygrove: {refused}");
            return ExitCode::from(refused.status());
        }
    };
    for warning in &options.warnings {
        eprintln!("keygrove: {warning}");
    }
    match start::start(&options) {
        Ok(status) => status,
        Err(error) => {
            eprintln!(
                "keygrove: {}",
                keygrove::model::printed::print(format!("{error:#}").as_bytes())
            );
            ExitCode::FAILURE
        }
    }
}
