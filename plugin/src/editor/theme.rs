//! The editor's one visual language: colours, type sizes, spacing, shapes.

use egui::{Color32, CornerRadius, FontId, Margin, Stroke, Style, TextStyle, Visuals};
use proscenium_dsp::array::Path;

/// Behind everything.
pub(crate) const BACKGROUND: Color32 = Color32::from_rgb(0x12, 0x14, 0x18);
/// Surface of a panel.
pub(crate) const PANEL: Color32 = Color32::from_rgb(0x1a, 0x1d, 0x23);
/// Surface of a plot inside a panel.
pub(crate) const PLOT: Color32 = Color32::from_rgb(0x0e, 0x10, 0x13);
/// Surface of something that can be pressed.
pub(crate) const RAISED: Color32 = Color32::from_rgb(0x27, 0x2b, 0x33);
/// The same under the pointer.
pub(crate) const HOVERED: Color32 = Color32::from_rgb(0x34, 0x3a, 0x45);
/// Borders.
pub(crate) const LINE: Color32 = Color32::from_rgb(0x2f, 0x35, 0x3f);
/// Grid lines of plots.
pub(crate) const GRID: Color32 = Color32::from_rgb(0x2a, 0x2f, 0x38);
/// The line of a plot's grid that levels are relative to.
pub(crate) const RING: Color32 = Color32::from_rgb(0x4a, 0x52, 0x5f);
/// Text. Contrast to [`PANEL`] above 12:1.
pub(crate) const TEXT: Color32 = Color32::from_rgb(0xe6, 0xe9, 0xee);
/// Captions and axis labels. Contrast to [`PANEL`] above 6:1.
pub(crate) const DIM: Color32 = Color32::from_rgb(0xa2, 0xab, 0xb8);
/// What is on, chosen or being held.
pub(crate) const ACCENT: Color32 = Color32::from_rgb(0xff, 0xc8, 0x57);
/// What needs the user's attention.
pub(crate) const WARNING: Color32 = Color32::from_rgb(0xff, 0x8a, 0x5b);
/// A level beyond full scale.
pub(crate) const OVER: Color32 = Color32::from_rgb(0xff, 0x5c, 0x5c);
/// A level that is fine.
pub(crate) const LEVEL: Color32 = Color32::from_rgb(0x5f, 0xc4, 0xa0);
/// What a design is compared with: plain matrix mixing, targets, limits.
pub(crate) const COMPARISON: Color32 = Color32::from_rgb(0x8d, 0x96, 0xa5);

/// Curve of a cancellation gain where the listener is meant to be, and of what a design costs.
pub(crate) const GAIN: Color32 = Color32::from_rgb(0x6f, 0xd6, 0xb0);
pub(crate) const EFFORT: Color32 = Color32::from_rgb(0xc8, 0xa6, 0xf5);

/// Colours of the paths: told apart by hue and lightness, also with a colour vision deficiency.
const LEFT: Color32 = Color32::from_rgb(0x4f, 0xb4, 0xf0);
const RIGHT: Color32 = Color32::from_rgb(0xf2, 0x78, 0x9f);
const CENTER: Color32 = Color32::from_rgb(0xff, 0xc8, 0x57);

/// Type sizes, points.
pub(crate) const SMALL_SIZE: f32 = 11.0;
pub(crate) const BODY_SIZE: f32 = 13.0;
pub(crate) const TITLE_SIZE: f32 = 14.0;

/// Space between panels and around them, points.
pub(crate) const GAP: f32 = 6.0;
/// Space between a panel's border and what it holds, points.
pub(crate) const PADDING: f32 = 8.0;
/// Width of curves, and lengths of the dashes and gaps of dashed ones, points.
pub(crate) const CURVE_WIDTH: f32 = 2.0;
pub(crate) const DASH: f32 = 4.0;
pub(crate) const DASH_GAP: f32 = 3.0;

/// Radius of corners.
pub(crate) const CORNER: CornerRadius = CornerRadius::same(4);

/// Colour of a path.
pub(crate) fn path_color(path: Path) -> Color32 {
    match path {
        Path::Left => LEFT,
        Path::Right => RIGHT,
        Path::Center => CENTER,
    }
}

/// Name of a path.
pub(crate) fn path_name(path: Path) -> &'static str {
    match path {
        Path::Left => "Left",
        Path::Right => "Right",
        Path::Center => "Centre",
    }
}

/// Colour of a level on a map, `share` from 0 (lowest) to 1 (highest): Cividis, which is perceptually even and made for
/// every colour vision (Nuñez et al., PLOS ONE 13(7), 2018).
pub(crate) fn map_color(share: f32) -> Color32 {
    let color = colorous::CIVIDIS.eval_continuous(f64::from(share.clamp(0.0, 1.0)));
    Color32::from_rgb(color.r, color.g, color.b)
}

/// A colour let through by `share`.
pub(crate) fn faint(color: Color32, share: f32) -> Color32 {
    color.gamma_multiply(share)
}

/// Caption type.
pub(crate) fn small() -> FontId {
    FontId::proportional(SMALL_SIZE)
}

/// Ordinary type.
pub(crate) fn body() -> FontId {
    FontId::proportional(BODY_SIZE)
}

/// A thin line.
pub(crate) fn hairline(color: Color32) -> Stroke {
    Stroke::new(1.0, color)
}

/// Gives a context the theme.
pub(crate) fn install(ctx: &egui::Context) {
    ctx.set_theme(egui::Theme::Dark);
    ctx.all_styles_mut(apply);
}

fn apply(style: &mut Style) {
    style.text_styles = [
        (TextStyle::Small, small()),
        (TextStyle::Body, body()),
        (TextStyle::Button, body()),
        (TextStyle::Heading, FontId::proportional(TITLE_SIZE)),
        (TextStyle::Monospace, FontId::monospace(BODY_SIZE)),
    ]
    .into();
    style.spacing.item_spacing = egui::vec2(6.0, 4.0);
    style.spacing.button_padding = egui::vec2(8.0, 3.0);
    style.spacing.interact_size.y = 22.0;
    style.spacing.menu_margin = Margin::same(6);
    style.interaction.tooltip_delay = 0.5;
    style.interaction.selectable_labels = false;
    style.animation_time = 0.08;
    let mut visuals = Visuals::dark();
    visuals.override_text_color = Some(TEXT);
    visuals.panel_fill = BACKGROUND;
    visuals.window_fill = PANEL;
    visuals.window_stroke = hairline(LINE);
    visuals.extreme_bg_color = PLOT;
    visuals.selection.bg_fill = faint(ACCENT, 0.35);
    visuals.selection.stroke = hairline(ACCENT);
    let widgets = &mut visuals.widgets;
    for (state, fill, line) in [
        (&mut widgets.noninteractive, PANEL, LINE),
        (&mut widgets.inactive, RAISED, LINE),
        (&mut widgets.hovered, HOVERED, DIM),
        (&mut widgets.active, HOVERED, ACCENT),
        (&mut widgets.open, HOVERED, ACCENT),
    ] {
        state.bg_fill = fill;
        state.weak_bg_fill = fill;
        state.bg_stroke = hairline(line);
        state.fg_stroke = hairline(TEXT);
        state.corner_radius = CORNER;
        state.expansion = 0.0;
    }
    style.visuals = visuals;
}
