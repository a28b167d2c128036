//! What is measured.

use proscenium_host::ClapHost;
use proscenium_tests::{custom_device_state, ring_toml};
use std::error::Error;

/// Sample rate of all cases, hertz.
pub const RATE_HZ: f64 = 48_000.0;

/// A device, its number of channels, an upmix mode, the host's block, and what is heard: drivers unless a room is named.
pub struct Case {
    pub name: &'static str,
    device: &'static str,
    pub channels: u32,
    upmix: &'static str,
    pub block: usize,
    room: Option<&'static str>,
}

const fn case(name: &'static str, device: &'static str, channels: u32, upmix: &'static str, block: usize) -> Case {
    Case {
        name,
        device,
        channels,
        upmix,
        block,
        room: None,
    }
}

/// The preview on two channels in a room, or in none.
const fn preview(name: &'static str, room: &'static str, upmix: &'static str, block: usize) -> Case {
    Case {
        room: Some(room),
        ..case(name, "Tabletop", 2, upmix, block)
    }
}

/// A device that is no preset: as many drivers around a sphere as it has channels.
const RING: &str = "ring";

pub const CASES: [Case; 17] = [
    case("4-drivers", "Tabletop", 8, "High", 256),
    case("4-drivers-64", "Tabletop", 8, "High", 64),
    case("8-drivers", "Soundbar", 8, "High", 256),
    case("8-drivers-64", "Soundbar", 8, "High", 64),
    case("8-drivers-ring", RING, 8, "High", 256),
    case("16-drivers", RING, 16, "High", 256),
    case("16-drivers-64", RING, 16, "High", 64),
    case("2-drivers-off", "Laptop", 2, "Off", 256),
    case("4-drivers-off", "Tabletop", 8, "Off", 256),
    case("8-drivers-off-64", "Soundbar", 8, "Off", 64),
    case("4-drivers-low", "Tabletop", 8, "Low Latency", 256),
    preview("preview", "Off", "High", 256),
    preview("preview-room", "Living Room", "High", 256),
    preview("preview-room-64", "Living Room", "High", 64),
    preview("preview-room-low", "Living Room", "Low Latency", 256),
    preview("preview-room-off", "Living Room", "Off", 256),
    preview("preview-room-off-64", "Living Room", "Off", 64),
];

impl Case {
    pub fn find(name: &str) -> Result<&'static Self, Box<dyn Error>> {
        let names = || CASES.map(|case| case.name).join(", ");
        let found = CASES.iter().find(|case| case.name == name);
        found.ok_or_else(|| format!("no case '{name}'; there are {}", names()).into())
    }

    /// An instance set up for the case, not yet active.
    pub fn load(&self, plugin: &str) -> Result<ClapHost, Box<dyn Error>> {
        let mut host = ClapHost::load(plugin, None)?;
        host.select_output_channels(self.channels)?;
        if self.device == RING {
            host.load_state(&custom_device_state(&ring_toml(self.channels as usize)))?;
        } else {
            host.set_text("Device", self.device)?;
        }
        host.set_text("Upmix", self.upmix)?;
        match self.room {
            Some(room) => {
                host.set_text("Output", "Preview")?;
                host.set_text("Room", room)?;
            }
            None => host.set_text("Output", "Drivers")?,
        }
        Ok(host)
    }
}
