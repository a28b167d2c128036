//! The device from above and as the listener sees it, to scale.

use maud::{Markup, html};
use proscenium_dsp::array::{Device, Enclosure, Path};

/// Half the width of a view in its own units, and how much of it the device takes.
const HALF: f64 = 100.0;
const FILL: f64 = 0.66;
/// Least that a device counts for, metres.
const SMALLEST_M: f64 = 0.02;
/// Length of the line along a driver's axis beyond its edge, units of a view.
const AXIS: f64 = 12.0;
/// Room above and below a device for numbers, lines and the bar, units of a view.
const AROUND: f64 = 32.0;
/// A line that points at the viewer is not drawn if it is shorter than this.
const SHORTEST: f64 = 2.0;
/// Part of a driver's axis towards the viewer below which it points away.
const POINTS_AWAY: f64 = -0.1;
/// Least size of a driver, units of a view.
const LEAST: f64 = 1.5;
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

    /// The part of a vector in device coordinates that points at the viewer.
    fn toward(self, [x, _, z]: [f64; 3]) -> f64 {
        match self {
            Self::Above => z,
            Self::Listener => -x,
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
            "To scale, drivers by channel, lines along their axes, dashed what points away. Look for drivers that point apart: what they radiate differently is "
            "what beams and nulls are made of."
        }
        (drivers(device))
    }
}

fn draw(device: &Device, view: View) -> Markup {
    let scale = FILL * HALF / extent_m(device);
    let mut drivers: Vec<Seen> = device
        .drivers
        .iter()
        .enumerate()
        .map(|(index, driver)| {
            let position_m = driver.position_m(&device.enclosure);
            Seen {
                channel: index + 1,
                place: view.project(position_m).map(|m| scale * m),
                nearness_m: view.toward(position_m),
                axis: view.project(driver.axis()),
                points_away: view.toward(driver.axis()) < POINTS_AWAY,
                radius: (scale * driver.radius_m).max(LEAST),
            }
        })
        .collect();
    // What is nearer to the viewer is drawn over the rest.
    drivers.sort_by(|a, b| a.nearness_m.total_cmp(&b.nearness_m));
    let (bar_m, bar) = scale_bar(scale);
    // A device that is wider than high leaves nothing to show above and below it.
    let body = match device.enclosure {
        Enclosure::Sphere { radius_m } => scale * radius_m,
        Enclosure::Free => 0.0,
    };
    let reach = |driver: &Seen| driver.place[1].abs() + driver.radius;
    let half = drivers.iter().map(reach).fold(body, f64::max) + AROUND;
    html! {
        svg class="device" role="img" aria-label=(format!("{}: {}", device.name, view.caption()))
            viewBox=(format!("{} {} {} {}", -HALF, round(-half), 2.0 * HALF, round(2.0 * half))) {
            title { (device.name) ": " (view.caption()) }
            @if let Enclosure::Sphere { radius_m } = device.enclosure {
                circle class="body" r=(round(scale * radius_m)) {}
            }
            @for driver in &drivers { (driver.draw()) }
            @for driver in &drivers {
                @let [x, y] = driver.label();
                text x=(round(x)) y=(round(y)) text-anchor="middle" { (driver.channel) }
            }
            line class="bar" x1=(round(-bar / 2.0)) x2=(round(bar / 2.0)) y1=(round(half - 4.0)) y2=(round(half - 4.0)) {}
            text x="0" y=(round(half - 8.0)) text-anchor="middle" { (100.0 * bar_m) " cm" }
        }
    }
}

/// A driver in a view.
struct Seen {
    channel: usize,
    place: [f64; 2],
    nearness_m: f64,
    /// What can be seen of the unit vector along its axis.
    axis: [f64; 2],
    points_away: bool,
    radius: f64,
}

impl Seen {
    /// A disc seen from an angle is an ellipse, narrow along its axis.
    fn draw(&self) -> Markup {
        let ([x, y], [across, down]) = (self.place, self.axis);
        let seen = across.hypot(down);
        let narrow = (self.radius * (1.0 - seen * seen).max(0.0).sqrt()).max(LEAST);
        let length = narrow + AXIS;
        let turn_deg = down.atan2(across).to_degrees();
        html! {
            @if length * seen > SHORTEST {
                line class="axis" x1=(round(x)) y1=(round(y)) x2=(round(x + length * across)) y2=(round(y + length * down)) {}
            }
            ellipse class={ "driver" @if self.points_away { " away" } } rx=(round(narrow)) ry=(round(self.radius))
                transform=(format!("translate({} {}) rotate({})", round(x), round(y), round(turn_deg))) {}
        }
    }

    /// Where its number is: above it.
    fn label(&self) -> [f64; 2] {
        let [x, y] = self.place;
        let seen = self.axis[0].abs();
        let half_height = self.radius * seen.max((1.0 - self.axis[1].powi(2)).max(0.0).sqrt());
        let axis = if self.axis[1] < -0.5 { AXIS } else { 0.0 };
        [x, y - half_height.max(LEAST) - axis - 4.0]
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

/// In tenths, without a sign at zero.
fn round(value: f64) -> String {
    format!("{:.1}", (10.0 * value).round() / 10.0 + 0.0)
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
                                (driver.position_m(&device.enclosure).map(|m| round(100.0 * m)).join(", ").replace('-', "−"))
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
