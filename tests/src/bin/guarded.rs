//! Renders through a debug build of the plugin in real-time mode, with automation and redesigns: the plugin's allocation
//! guard aborts this process if `process` allocates.
//!
//! ```text
//! guarded PLUGIN
//! ```

use proscenium_host::{BlockSizes, ClapHost, RenderJob};
use proscenium_tests::signals::programme;
use std::error::Error;

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
    Ok(())
}
