//! Pictures of levels: a colour for each point, as a PNG in the page itself.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use maud::{Markup, html};

/// Colours from low to high, evenly spaced: viridis (van der Walt and Smith, matplotlib, CC0), which is even in lightness and can
/// be read without telling red from green.
const PALETTE: [[u8; 3]; 9] = [
    [68, 1, 84],
    [71, 44, 122],
    [59, 81, 139],
    [44, 113, 142],
    [33, 144, 141],
    [39, 173, 129],
    [92, 200, 99],
    [170, 220, 50],
    [253, 231, 37],
];

/// The address of a picture of `size` (columns, rows), levels by row from the top, coloured over a range from low to high.
/// Nothing if it cannot be.
pub(super) fn picture(size: [usize; 2], range_db: [f64; 2], levels_db: impl Iterator<Item = f64>) -> Option<String> {
    let pixels: Vec<u8> = levels_db
        .flat_map(|db| color((db - range_db[0]) / (range_db[1] - range_db[0])))
        .collect();
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, size[0] as u32, size[1] as u32);
    encoder.set_color(png::ColorType::Rgb);
    encoder.set_depth(png::BitDepth::Eight);
    encoder.set_compression(png::Compression::High);
    let mut writer = encoder.write_header().ok()?;
    writer.write_image_data(&pixels).ok()?;
    writer.finish().ok()?;
    Some(format!("data:image/png;base64,{}", STANDARD.encode(bytes)))
}

/// The colour at a share of the range, held at its ends.
fn color(share: f64) -> [u8; 3] {
    let held = if share.is_nan() { 0.0 } else { share.clamp(0.0, 1.0) };
    let place = held * (PALETTE.len() - 1) as f64;
    let below = (place as usize).min(PALETTE.len() - 2);
    let rest = place - below as f64;
    std::array::from_fn(|part| {
        let [from, to] = [PALETTE[below], PALETTE[below + 1]].map(|color| f64::from(color[part]));
        (from + (to - from) * rest).round() as u8
    })
}

/// The bar that tells which colour is which level.
pub(super) fn color_bar(range_db: [f64; 2], what: &str) -> Markup {
    let stops: Vec<String> = PALETTE
        .iter()
        .map(|[red, green, blue]| format!("rgb({red},{green},{blue})"))
        .collect();
    let end = |db: f64| format!("{db} dB").replace('-', "−");
    html! {
        p class="color-bar" {
            span { (end(range_db[0])) }
            span class="bar" style=(format!("background:linear-gradient(90deg,{})", stops.join(","))) {}
            span { (end(range_db[1])) }
            span class="what" { (what) }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_holds_its_colours() {
        assert_eq!(
            (color(-1.0), color(0.5), color(9.0)),
            (PALETTE[0], PALETTE[4], PALETTE[8])
        );
        // Of what is no number there is nothing to see, but a picture all the same.
        assert_eq!(color(f64::NAN), PALETTE[0]);
        let address = picture([2, 1], [0.0, 1.0], [0.0, 1.0].into_iter()).unwrap();
        let bytes = STANDARD
            .decode(address.strip_prefix("data:image/png;base64,").unwrap())
            .unwrap();
        let mut reader = png::Decoder::new(std::io::Cursor::new(bytes)).read_info().unwrap();
        let mut pixels = vec![0; 6];
        reader.next_frame(&mut pixels).unwrap();
        assert_eq!(pixels, [68, 1, 84, 253, 231, 37]);
    }
}
