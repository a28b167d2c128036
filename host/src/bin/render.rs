//! Renders a WAV file through a CLAP plugin, offline.
//!
//! ```text
//! render PLUGIN.clap --in IN.wav --out OUT.wav [--id ID] [--channels N] [--block FRAMES]
//!        [--set NAME=TEXT]... [--at SECONDS:NAME=TEXT]...
//! ```
//!
//! TEXT is what the plugin shows ("30 °"). `--channels` selects the port configuration with N output channels. The
//! output is not latency-compensated; the reported latency in samples is printed.

use proscenium_host::{BlockSizes, ClapHost, RenderJob, Wav};
use std::error::Error;

/// NAME=TEXT at a time in seconds.
type Setting = (f64, String, String);

#[derive(Default)]
struct Arguments {
    plugin: Option<String>,
    id: Option<String>,
    input: Option<String>,
    output: Option<String>,
    channels: Option<u32>,
    block: Option<usize>,
    settings: Vec<Setting>,
}

fn assignment(seconds: f64, text: &str) -> Result<Setting, String> {
    let (name, value) = text
        .split_once('=')
        .ok_or_else(|| format!("expected NAME=TEXT, got '{text}'"))?;
    Ok((seconds, name.trim().to_owned(), value.trim().to_owned()))
}

fn parse() -> Result<Arguments, Box<dyn Error>> {
    use lexopt::prelude::*;
    let mut parser = lexopt::Parser::from_env();
    let mut arguments = Arguments::default();
    while let Some(argument) = parser.next()? {
        match argument {
            Long("id") => arguments.id = Some(parser.value()?.string()?),
            Long("in") => arguments.input = Some(parser.value()?.string()?),
            Long("out") => arguments.output = Some(parser.value()?.string()?),
            Long("channels") => arguments.channels = Some(parser.value()?.parse()?),
            Long("block") => arguments.block = Some(parser.value()?.parse()?),
            Long("set") => arguments.settings.push(assignment(0.0, &parser.value()?.string()?)?),
            Long("at") => {
                let text = parser.value()?.string()?;
                let (seconds, rest) = text
                    .split_once(':')
                    .ok_or_else(|| format!("expected SECONDS:NAME=TEXT, got '{text}'"))?;
                arguments.settings.push(assignment(seconds.parse()?, rest)?);
            }
            Value(path) if arguments.plugin.is_none() => arguments.plugin = Some(path.string()?),
            other => return Err(other.unexpected().into()),
        }
    }
    Ok(arguments)
}

fn main() -> Result<(), Box<dyn Error>> {
    let arguments = parse()?;
    let plugin = arguments.plugin.ok_or("which plugin? (PLUGIN.clap)")?;
    let input = Wav::read(arguments.input.ok_or("which input? (--in IN.wav)")?)?;
    let output = arguments.output.ok_or("where to? (--out OUT.wav)")?;
    let mut host = ClapHost::load(plugin, arguments.id.as_deref())?;
    if let Some(channels) = arguments.channels {
        host.select_output_channels(channels)?;
    }
    let mut events = Vec::new();
    for (seconds, name, text) in &arguments.settings {
        // Values at time zero are set before activation, as when a host loads a session: nothing ramps.
        if *seconds <= 0.0 {
            host.set_text(name, text)?;
        } else {
            let frame = (seconds * f64::from(input.sample_rate_hz)).round() as usize;
            events.push(host.event(frame, name, text)?);
        }
    }
    let block = BlockSizes::Fixed(arguments.block.unwrap_or(256));
    let job = RenderJob::new(&input.channels, f64::from(input.sample_rate_hz))
        .blocks(block)
        .events(&events);
    let rendered = host.render(&job)?;
    if !rendered.faults.is_none() {
        return Err(rendered.faults.to_string().into());
    }
    Wav {
        channels: rendered.channels,
        sample_rate_hz: input.sample_rate_hz,
    }
    .write(output)?;
    println!("{}", rendered.latency_samples);
    Ok(())
}
