//! What the running service costs: durable submissions, pages, raw export. Each
//! figure is of the real binary in a process of its own, and beside each stands
//! what the disk and the rest of the machine did meanwhile. `benches/README.md`
//! says how to run it and how to read it.

mod comments;
mod connection;
mod disk;
mod form;
mod machine;
mod options;
mod pages;
mod quantile;
mod raw_export;
mod served;
mod stored;
mod submissions;

use std::process::ExitCode;

/// What goes wrong in a bench ends it.
type Failure = Box<dyn std::error::Error>;

const USAGE: &str = "\
cargo bench --bench service -- submissions [--connections 64] [--seconds 5] [--rounds 3]
                                           [--stored 1000000] [--instrument sipas-style]
                                           [--database postgres://…]
cargo bench --bench service -- pages       [--responses 20000] [--requests 500]
cargo bench --bench service -- raw-export  [--rows 1000000] [--instrument sipas-style]
cargo bench --bench service -- comments    [--comments 100000] [--requests 50]
                                           [--database postgres://…]

Each takes --hailong PROGRAM (the binary that cargo just built unless told
otherwise) and --keep DIR (default target/bench), where databases that take long
to fill are kept for the next run.";

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).filter(|word| word != "--bench").collect();
    let Some((name, rest)) = words.split_first() else {
        println!("{USAGE}");
        return ExitCode::SUCCESS;
    };
    match run(name, rest) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("{name}: {failure}");
            ExitCode::FAILURE
        }
    }
}

fn run(name: &str, words: &[String]) -> Result<(), Failure> {
    let options = options::Options::read(words)?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    match name {
        "submissions" => runtime.block_on(submissions::run(&options)),
        "pages" => runtime.block_on(pages::run(&options)),
        "comments" => runtime.block_on(comments::run(&options)),
        "raw-export" => runtime.block_on(raw_export::run(&options)),
        _ => Err(format!("there is no such bench\n{USAGE}").into()),
    }
}
