//! The device from above and as the listener sees it, to scale.

use maud::{Markup, html};
use proscenium_dsp::array::{Device, Enclosure, Path};

/// Half the width of a view in its own units, and how much of it the device takes.
const HALF: f64 = 100.0;
const FILL: f64 = 0.72;
/// Least that a device counts for, metres.
const SMALLEST_M: f64 = 0.02;
/// Length of the arrow along a driver's axis, units of a view.
const ARROW: f64 = 22.0;
/// An arrow that points at the viewer is a dot, not a line shorter than this.
const SHORTEST: f64 = 2.0;
/// Lengths that the bar below a view may have, metres.
const BARS_M: [f64; 8] = [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0];

/// From where a device is seen.
#[derive(Clone, Copy)]
enum View {
    Above,
    Listener,
}

impl View {
    /// Across and down the page from device coordinates: the listener's left is on the left.
    fn project(self, [x, y, z]: [f64; 3]) -> [f64; 2] {
        match self {
            Self::Above => [-y, -x],
            Self::Listener => [-y, -z],
        }
    }

    fn caption(self) -> &'static str {
        match self {
            Self::Above => "From above, listener below",
            Self::Listener => "As the listener sees it",
        }
    }
}

/// Both views and a table of the drivers.
pub(super) fn section(device: &Device) -> Markup {
    html! {
        div class="grid" {
            @for view in [View::Above, View::Listener] {
                figure {
                    figcaption { (view.caption()) }
                    (draw(device, view))
                }
            }
        }
        p class="note" {
            "To scale, drivers by channel, lines along their axes. Look for drivers that point apart: what they radiate differently is "
            "what beams and nulls are made of."
        }
        (drivers(device))
    }
}

fn draw(device: &Device, view: View) -> Markup {
    let scale = FILL * HALF / extent_m(device);
    let place = |position_m: [f64; 3]| view.project(position_m).map(|m| scale * m);
    let drivers: Vec<_> = device
        .drivers
        .iter()
        .enumerate()
        .map(|(index, driver)| {
            let [x, y] = place(driver.position_m(&device.enclosure));
            let [across, down] = view.project(driver.axis()).map(|part| ARROW * part);
            (index + 1, [x, y], [x + across, y + down], scale * driver.radius_m)
        })
        .collect();
    let (bar_m, bar) = scale_bar(scale);
    html! {
        svg class="device" role="img" aria-label=(format!("{}: {}", device.name, view.caption()))
            viewBox=(format!("{} {} {} {}", -HALF, -HALF, 2.0 * HALF, 2.0 * HALF)) {
            title { (device.name) ": " (view.caption()) }
            @if let Enclosure::Sphere { radius_m } = device.enclosure {
                circle class="body" r=(round(scale * radius_m)) {}
            }
            @for (_, [x, y], [to_x, to_y], radius) in &drivers {
                @if (to_x - x).hypot(to_y - y) > SHORTEST {
                    line class="axis" x1=(round(*x)) y1=(round(*y)) x2=(round(*to_x)) y2=(round(*to_y)) {}
                }
                circle class="driver" cx=(round(*x)) cy=(round(*y)) r=(round(radius.max(2.5))) {}
            }
            @for (channel, [x, y], _, radius) in &drivers {
                text x=(round(*x)) y=(round(y - radius.max(2.5) - 3.0)) text-anchor="middle" { (channel) }
            }
            line class="bar" x1=(round(-bar / 2.0)) x2=(round(bar / 2.0)) y1="90" y2="90" {}
            text x="0" y="86" text-anchor="middle" { (100.0 * bar_m) " cm" }
        }
    }
}

/// Half the side of the cube about the origin that holds the device, metres.
fn extent_m(device: &Device) -> f64 {
    let body_m = match device.enclosure {
        Enclosure::Sphere { radius_m } => radius_m,
        Enclosure::Free => 0.0,
    };
    let drivers_m = device.drivers.iter().map(|driver| {
        let position_m = driver.position_m(&device.enclosure);
        position_m.iter().fold(0.0, |most: f64, m| most.max(m.abs())) + driver.radius_m
    });
    drivers_m.fold(body_m.max(SMALLEST_M), f64::max)
}

/// The longest bar that fits: its length in metres and on the page.
fn scale_bar(scale: f64) -> (f64, f64) {
    let fits = BARS_M.iter().rev().find(|&&bar_m| scale * bar_m < 0.8 * HALF);
    let bar_m = *fits.unwrap_or(&BARS_M[0]);
    (bar_m, scale * bar_m)
}

fn round(value: f64) -> String {
    format!("{value:.1}")
}

fn drivers(device: &Device) -> Markup {
    let alone = |index: usize| -> Vec<&str> {
        let names = Path::ALL.into_iter().zip(["left", "right", "centre"]);
        names
            .filter(|(path, _)| device.reference_drivers(*path).contains(&index))
            .map(|(_, name)| name)
            .collect()
    };
    html! {
        div class="scroll" {
            table {
                thead {
                    tr {
                        th { "Channel" } th { "Driver" } th { "Azimuth" } th { "x, y, z in cm" } th { "Radius" } th { "Band" }
                        th { "Plays without effects" }
                    }
                }
                tbody {
                    @for (index, driver) in device.drivers.iter().enumerate() {
                        tr {
                            td { (index + 1) }
                            td { (driver.name) }
                            td { (format!("{:.0}°", device.driver_azimuth_deg(index)).replace('-', "−")) }
                            td {
                                (driver.position_m(&device.enclosure).map(|m| format!("{:.1}", 100.0 * m + 0.0)).join(", ").replace('-', "−"))
                            }
                            td { (format!("{:.2} cm", 100.0 * driver.radius_m)) }
                            td {
                                @match driver.band_hz {
                                    Some([low, high]) => { (low) "–" (high) " Hz" },
                                    None => { "full range" },
                                }
                            }
                            td { (alone(index).join(", ")) }
                        }
                    }
                }
            }
        }
    }
}
