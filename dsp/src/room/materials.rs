//! Absorption coefficients of surfaces in diffuse sound, by octave band from 125 Hz to 8 kHz.
//!
//! M. Vorländer, *Auralization*, Springer 2008, annex. Where its tables end at 4 kHz the last value goes on.

use super::absorption::OCTAVES;

/// Rendered brickwork.
pub(super) const RENDERED_BRICK: Surface = [0.01, 0.02, 0.02, 0.03, 0.03, 0.04, 0.04];
/// Two layers of plasterboard on a steel frame with mineral wool in the cavity.
pub(super) const PLASTERBOARD: Surface = [0.15, 0.10, 0.06, 0.04, 0.04, 0.05, 0.05];
/// Plasterboard ceiling on battens with a large air space above.
pub(super) const PLASTERBOARD_CEILING: Surface = [0.20, 0.15, 0.10, 0.08, 0.04, 0.02, 0.02];
/// Fissured ceiling tiles.
pub(super) const CEILING_TILES: Surface = [0.49, 0.53, 0.53, 0.75, 0.92, 0.99, 0.99];
/// Window pane.
pub(super) const WINDOW: Surface = [0.10, 0.05, 0.04, 0.03, 0.03, 0.03, 0.03];
/// Wood, 16 mm on planks: floors and furniture.
pub(super) const WOOD: Surface = [0.18, 0.12, 0.10, 0.09, 0.08, 0.07, 0.07];
/// Linoleum on concrete.
pub(super) const LINOLEUM: Surface = [0.02, 0.03, 0.03, 0.03, 0.03, 0.02, 0.02];
/// Carpet of 6 mm pile on an underlay of open-cell foam.
pub(super) const CARPET: Surface = [0.03, 0.09, 0.20, 0.54, 0.70, 0.72, 0.72];
/// Cotton curtains, 0.5 kg/m², draped to three quarters of their area.
pub(super) const CURTAIN: Surface = [0.30, 0.45, 0.65, 0.56, 0.59, 0.71, 0.71];
/// Upholstered seats with cloth covers, empty.
pub(super) const UPHOLSTERY: Surface = [0.44, 0.60, 0.77, 0.89, 0.82, 0.70, 0.70];

/// Coefficients by octave band.
pub(super) type Surface = [f64; OCTAVES];

/// A wall of several surfaces, each with its share of the area. What is left over is the first one's.
pub(super) fn wall(rest: Surface, shares: &[(f64, Surface)]) -> Surface {
    let taken: f64 = shares.iter().map(|(share, _)| share).sum();
    std::array::from_fn(|band| {
        let others: f64 = shares.iter().map(|(share, surface)| share * surface[band]).sum();
        (1.0 - taken) * rest[band] + others
    })
}
