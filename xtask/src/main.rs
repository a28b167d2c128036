//! `cargo xtask`: builds, demonstrates and tests Proscenium.

mod bench;
mod bundle;
mod demo;
mod golden;
mod python;
mod screenshot;
mod setup;
mod steps;
mod supply_chain;
mod test;

use anyhow::{Result, bail};

const HELP: &str = "\
cargo xtask <command>

  bundle [PACKAGE...] [--release ...]   build the plugin and write target/bundled/Proscenium.{vst3,clap}
                                        (without arguments: proscenium --release)
  demo [IN.wav|flac|mp3|ogg]            render a stereo file, or a synthesised clip, through the built plugin to
                                        target/demo/ and print what was measured
  test                                  format, lints, unit tests, host tests; sets up what they need
  bench [MINUTES]                       what the plugin costs; single blocks are timed for that long (1)
  bench quality                         how good it is beside published methods; writes docs/scoreboard.md
  golden                                take the renders that the sound is compared with anew, to tests/data/
  screenshot                            pictures of the editor with the demo clip playing, to docs/images/
  help                                  this text";

fn main() -> Result<()> {
    let mut arguments = std::env::args().skip(1);
    let command = arguments.next().unwrap_or_else(|| "help".to_owned());
    let rest: Vec<String> = arguments.collect();
    match (command.as_str(), rest.as_slice()) {
        ("bundle", _) => bundle::run(rest),
        ("demo", []) => demo::run(None),
        ("demo", [input]) => demo::run(Some(input)),
        ("demo", _) => bail!("demo takes one file at most\n\n{HELP}"),
        ("bench", []) => bench::run("1"),
        ("bench", [what]) if what == "quality" => bench::quality(),
        ("bench", [minutes]) => bench::run(minutes),
        ("bench", _) => bail!("bench takes one number or 'quality' at most\n\n{HELP}"),
        ("golden", []) => golden::run(),
        ("golden", _) => bail!("golden takes no arguments\n\n{HELP}"),
        ("screenshot", []) => screenshot::run(),
        ("screenshot", _) => bail!("screenshot takes no arguments\n\n{HELP}"),
        ("test", []) => test::run(),
        ("test", _) => bail!("test takes no arguments\n\n{HELP}"),
        ("help" | "--help" | "-h", _) => {
            println!("{HELP}");
            Ok(())
        }
        _ => bail!("unknown command '{command}'\n\n{HELP}"),
    }
}
