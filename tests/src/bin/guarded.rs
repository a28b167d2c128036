//! Renders through a debug build of the plugin in real-time mode, with automation and redesigns: the plugin's allocation
//! guard aborts this process if `process` allocates.
//!
//! ```text
//! guarded PLUGIN
//! ```

use proscenium_host::{BlockSizes, ClapHost, RenderJob, RenderMode};
use proscenium_tests::signals::{peak, programme};
use std::error::Error;
use std::time::{Duration, Instant};

/// Samples that are processed at a time while rooms come and go, and blocks after a click at which its reverberation is looked
/// for.
const BLOCK: usize = 256;
const LATE_BLOCKS: usize = 20;
/// Longest wait for a room. A debug build on a busy machine takes seconds.
const PATIENCE: Duration = Duration::from_secs(100);

fn main() -> Result<(), Box<dyn Error>> {
    let plugin = std::env::args().nth(1).ok_or("which plugin?")?;
    let mut host = ClapHost::load(plugin, None)?;
    host.select_output_channels(8)?;
    let mut events = Vec::new();
    for (index, param) in host.params()?.into_iter().enumerate() {
        // A change of latency or device list entry without a device has tests of its own; the rest moves to and fro.
        if param.name == "Upmix" {
            continue;
        }
        for (step, value) in [param.max, param.min, param.default].into_iter().enumerate() {
            let frame = 1_000 + 1_733 * index + 30_011 * step;
            events.push(proscenium_host::ParamEvent {
                frame,
                id: param.id,
                value,
            });
        }
    }
    let input = programme(120_000);
    let job = RenderJob::new(&input, 48_000.0)
        .blocks(BlockSizes::Cycle(&[256, 100, 0, 512, 1]))
        .events(&events);
    let rendered = host.render(&job.realtime(24_000))?;
    if !rendered.faults.is_none() {
        return Err(rendered.faults.to_string().into());
    }
    rooms_come_and_go(&std::env::args().nth(1).ok_or("which plugin?")?)
}

/// Has rooms made by their thread while clicks are played, until each is heard, or no longer.
fn rooms_come_and_go(plugin: &str) -> Result<(), Box<dyn Error>> {
    let mut host = ClapHost::load(plugin, None)?;
    for (name, text) in [
        ("Output", "Preview"),
        ("Upmix", "Off"),
        ("Device", "Laptop"),
        ("Distance", "0.6 m"),
    ] {
        host.set_text(name, text)?;
    }
    host.set_render_mode(RenderMode::Realtime)?;
    host.activate(48_000.0, BLOCK)?;
    for room in ["Living Room", "Off", "Office", "Off"] {
        let mut events = vec![host.event(17, "Room", room)?];
        let patience = Instant::now() + PATIENCE;
        // How loud it is 0.1 to 0.2 s after a click.
        let mut late = if room == "Off" { 1.0 } else { 0.0_f32 };
        while (late > 0.0) != (room != "Off") {
            if Instant::now() > patience {
                return Err(format!("{room}: a level of {late} long after a click").into());
            }
            late = 0.0;
            for n in 0..2 * LATE_BLOCKS {
                let mut click = [0.0; BLOCK];
                click[0] = if n == 0 { 0.5 } else { 0.0 };
                let output = host.process(&[&click, &click], BLOCK, &events)?;
                events.clear();
                if n >= LATE_BLOCKS {
                    late = late.max(peak(&output));
                }
                std::thread::sleep(Duration::from_millis(1));
            }
        }
    }
    if host.faults().is_none() {
        Ok(())
    } else {
        Err(host.faults().to_string().into())
    }
}
