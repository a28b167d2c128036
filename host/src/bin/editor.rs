//! Opens a CLAP plugin's editor without a DAW, while the plugin plays.
//!
//! ```text
//! editor PLUGIN.clap [--in FILE.wav] [--channels N] [--size WIDTHxHEIGHT] [--scale S] [--set NAME=TEXT]...
//!        [--click WIDGET]... [--drag WIDGET:DX,DY]... [--drop FILE]... [--seconds S] [--picture OUT.png] [--in-memory]
//! ```
//!
//! `--channels` selects the port configuration with N output channels; the file is played over and over. Widgets are
//! those that Proscenium's editor names, such as `tab:beam`. Without `--seconds` and `--picture` it runs until it is
//! stopped. `--in-memory` shows it on a screen of its own that nobody sees (needs Xvfb). Linux with X11 only.

#[cfg(not(target_os = "linux"))]
fn main() {
    eprintln!("this program needs X11");
    std::process::exit(1);
}

#[cfg(target_os = "linux")]
fn main() -> Result<(), Box<dyn std::error::Error>> {
    linux::run()
}

#[cfg(target_os = "linux")]
mod linux {
    use proscenium_host::editor::{EditorBench, LAYOUT_VARIABLE, VirtualDisplay};
    use proscenium_host::{ClapHost, Wav};
    use std::error::Error;
    use std::time::Duration;

    /// Time that a new picture takes to settle: analysis, animations.
    const SETTLING: Duration = Duration::from_millis(1200);

    /// What is done with the open editor.
    enum Act {
        Click(String),
        Drag(String, [i32; 2]),
        Drop(String),
    }

    #[derive(Default)]
    struct Arguments {
        plugin: Option<String>,
        input: Option<String>,
        channels: Option<u32>,
        size: Option<[u32; 2]>,
        scale: Option<f64>,
        settings: Vec<(String, String)>,
        acts: Vec<Act>,
        seconds: Option<f64>,
        picture: Option<String>,
        in_memory: bool,
    }

    /// Two texts on either side of a separator.
    fn pair(text: &str, separator: char) -> Result<(&str, &str), String> {
        text.split_once(separator)
            .ok_or_else(|| format!("expected '{separator}' in '{text}'"))
    }

    fn parse() -> Result<Arguments, Box<dyn Error>> {
        use lexopt::prelude::*;
        let mut parser = lexopt::Parser::from_env();
        let mut arguments = Arguments::default();
        while let Some(argument) = parser.next()? {
            match argument {
                Long("in") => arguments.input = Some(parser.value()?.string()?),
                Long("channels") => arguments.channels = Some(parser.value()?.parse()?),
                Long("size") => {
                    let text = parser.value()?.string()?;
                    let (width, height) = pair(&text, 'x')?;
                    arguments.size = Some([width.parse()?, height.parse()?]);
                }
                Long("scale") => arguments.scale = Some(parser.value()?.parse()?),
                Long("set") => {
                    let text = parser.value()?.string()?;
                    let (name, value) = pair(&text, '=')?;
                    arguments.settings.push((name.to_owned(), value.to_owned()));
                }
                Long("click") => arguments.acts.push(Act::Click(parser.value()?.string()?)),
                Long("drag") => {
                    let text = parser.value()?.string()?;
                    let (widget, way) = text.rsplit_once(':').ok_or("expected WIDGET:DX,DY")?;
                    let (dx, dy) = pair(way, ',')?;
                    arguments
                        .acts
                        .push(Act::Drag(widget.to_owned(), [dx.parse()?, dy.parse()?]));
                }
                Long("drop") => arguments.acts.push(Act::Drop(parser.value()?.string()?)),
                Long("seconds") => arguments.seconds = Some(parser.value()?.parse()?),
                Long("picture") => arguments.picture = Some(parser.value()?.string()?),
                Long("in-memory") => arguments.in_memory = true,
                Value(path) if arguments.plugin.is_none() => arguments.plugin = Some(path.string()?),
                other => return Err(other.unexpected().into()),
            }
        }
        Ok(arguments)
    }

    pub fn run() -> Result<(), Box<dyn Error>> {
        let arguments = parse()?;
        if std::env::var_os(LAYOUT_VARIABLE).is_none() {
            let file = std::env::temp_dir().join(format!("proscenium-layout-{}.json", std::process::id()));
            // SAFETY: this is the only thread so far.
            unsafe { std::env::set_var(LAYOUT_VARIABLE, file) };
        }
        let screen = match arguments.in_memory {
            true => Some(VirtualDisplay::start(&[])?),
            false => None,
        };
        if let Some(screen) = &screen {
            // SAFETY: this is the only thread so far.
            unsafe { std::env::set_var("DISPLAY", screen.name()) };
        }
        let mut host = ClapHost::load(arguments.plugin.ok_or("which plugin?")?, None)?;
        if let Some(channels) = arguments.channels {
            host.select_output_channels(channels)?;
        }
        for (name, text) in &arguments.settings {
            host.set_text(name, text)?;
        }
        let programme = match &arguments.input {
            Some(path) => Wav::read(path)?.channels,
            None => Vec::new(),
        };
        let mut bench = EditorBench::new(host, programme)?;
        let opened = bench.open(arguments.scale)?;
        println!("the editor opened in {:.0} ms", opened.as_secs_f64() * 1e3);
        if let Some(size) = arguments.size {
            bench.resize(size)?;
        }
        for act in &arguments.acts {
            match act {
                Act::Click(widget) => bench.click(widget)?,
                Act::Drag(widget, way) => bench.drag(widget, *way)?,
                Act::Drop(path) => bench.drop_file("panel:stage", path)?,
            }
        }
        match (arguments.seconds, &arguments.picture) {
            (Some(seconds), _) => bench.run_for(Duration::from_secs_f64(seconds))?,
            (None, Some(_)) => bench.run_for(SETTLING)?,
            (None, None) => {
                while !bench.host.take_editor_lost() {
                    bench.run_for(Duration::from_millis(100))?;
                }
            }
        }
        if let Some(path) = &arguments.picture {
            bench.picture()?.write(path)?;
        }
        Ok(())
    }
}
