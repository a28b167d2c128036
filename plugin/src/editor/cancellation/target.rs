//! The user's target curve on the plot of the gain: nodes to add, move and remove.

use egui::{
    Align2, Button, CursorIcon, EventFilter, Key, PointerButton, Pos2, Rect, Response, RichText, Sense, Ui, WidgetInfo,
    accesskit::Role, pos2, vec2,
};
use egui_plot::{PlotPoint, PlotTransform};
use proscenium_dsp::design::{MAX_TARGET_NODES, TARGET_RANGE_DB, TARGET_RANGE_HZ, TargetNodes};

use crate::editor::axes::signed;
use crate::editor::legend;
use crate::editor::scene::{FREQUENCIES_HZ, Scene};
use crate::editor::theme;
use crate::editor::widgets::{fineness, frequency_text};

/// A node can be grabbed from this far, points; between two, the nearer one is.
const REACH: f32 = 20.0;
/// Radius of a node, points.
const RADIUS: f32 = 5.0;
/// Least ratio of neighbours' frequencies.
const APART: f32 = 1.02;
/// Gains are multiples of this, dB.
const GRAIN_DB: f32 = 0.1;
/// Way for an arrow key: dB, and octaves.
const STEP_DB: f32 = 1.0;
const STEP_OCTAVES: f32 = 1.0 / 12.0;
/// Size of the button that gives the curve back to the design, points.
const BUTTON: egui::Vec2 = vec2(72.0, 18.0);
/// Its distance from the right of the plot relative to the width, where no curve goes, and from the bottom, points.
const FROM_RIGHT: f32 = 0.14;
const FROM_BOTTOM: f32 = 4.0;

const HELP: &str = "The design reaches for as much cancellation as Effort allows. A double click on the plot begins a target \
                    curve of your own, of 8 nodes at most: drag them, add more with a double click, remove one with a double or \
                    a right click.";
const AUTOMATIC_HELP: &str = "Removes all nodes of the target curve: the design reaches for as much as Effort allows.";

/// A node that is held: where it would be if nothing limited it.
#[derive(Clone, Copy)]
struct Grabbed(Pos2);

/// The curve as the plot draws it, over all frequencies in view; none if it is left to the design.
pub(super) fn line(target: &TargetNodes) -> Option<Vec<PlotPoint>> {
    let nodes = target.nodes();
    let (first, last) = (nodes.first()?, nodes.last()?);
    let [lowest, highest] = FREQUENCIES_HZ;
    let point = |hz: f64, db: f32| PlotPoint::new(hz.log10(), f64::from(db));
    let ends = [
        point(lowest.min(f64::from(first[0])), first[1]),
        point(highest.max(f64::from(last[0])), last[1]),
    ];
    let within = nodes.iter().map(|[hz, db]| point(f64::from(*hz), *db));
    Some(ends[..1].iter().copied().chain(within).chain([ends[1]]).collect())
}

/// Lets the user change the curve on the plot that `transform` belongs to, which was `double_clicked` there or not. Frequency
/// of the node under the pointer, Hz.
pub(super) fn edit(
    ui: &mut Ui,
    transform: &PlotTransform,
    double_clicked: Option<Pos2>,
    scene: &mut Scene<'_>,
) -> Option<f64> {
    let session = &scene.links.params.session;
    let target = session.target();
    let nodes = target.nodes();
    let places: Vec<Pos2> = nodes.iter().map(|node| place(transform, *node)).collect();
    let mut changed = None;
    let mut under_pointer = None;
    for (index, &at) in places.iter().enumerate() {
        let rect = reach(&places, index);
        let response = ui.interact(rect, ui.scope_id().with(("target", index)), Sense::click_and_drag());
        scene.atlas.note(
            format!("target:{index}"),
            Rect::from_center_size(at, vec2(2.0, 2.0) * RADIUS),
        );
        let gain_db = f64::from(nodes[index][1]);
        response.widget_info(|| WidgetInfo::slider(true, gain_db, format!("Target node {}", index + 1)));
        if wants_removal(ui, &response) {
            changed = Some(removed(nodes, index));
        } else if let Some(to) = dragged(ui, &response, at) {
            changed = Some(moved(nodes, index, value(transform, to)));
        } else if let Some(to) = stepped(ui, &response, nodes[index]) {
            changed = Some(moved(nodes, index, to));
        }
        let lit = response.hovered() || response.dragged() || response.has_focus();
        paint(ui, at, nodes[index], lit, transform.frame());
        if response.hovered() || response.dragged() {
            under_pointer = Some(f64::from(nodes[index][0]));
        }
        response.on_hover_and_drag_cursor(CursorIcon::Grab);
    }
    if let Some(at) = double_clicked {
        changed = added(nodes, value(transform, at)).or(changed);
    }
    if automatic(ui, transform.frame(), target.is_automatic(), scene) {
        changed = Some(Vec::new());
    }
    if let Some(nodes) = changed {
        scene
            .links
            .params
            .session
            .set_target(&TargetNodes::from_readable(nodes));
        ui.ctx().request_repaint();
    }
    under_pointer
}

/// The button that gives the curve back to the design; before there is a curve, a word on how to draw one.
fn automatic(ui: &mut Ui, frame: &Rect, is_automatic: bool, scene: &mut Scene<'_>) -> bool {
    let corner = frame.max - vec2(FROM_RIGHT * frame.width(), FROM_BOTTOM);
    if is_automatic {
        let text = "double click: target curve";
        let place = legend::chip(ui.painter(), corner, Align2::RIGHT_BOTTOM, text, theme::DIM);
        scene.atlas.note("target:hint", place);
        let hint = ui.interact(place, ui.scope_id().with("target hint"), Sense::hover());
        hint.widget_info(|| WidgetInfo::labeled(Role::Label, true, text));
        hint.on_hover_text(HELP);
        return false;
    }
    let text = RichText::new("Automatic").size(theme::SMALL_SIZE);
    let button = ui.put(Rect::from_min_max(corner - BUTTON, corner), Button::new(text));
    scene.atlas.note("button:automatic", button.rect);
    button.on_hover_text(AUTOMATIC_HELP).clicked()
}

/// Where a node is on the screen; one beyond the plot is at its border.
fn place(transform: &PlotTransform, [hz, db]: [f32; 2]) -> Pos2 {
    let at = transform.position_from_point(&PlotPoint::new(f64::from(hz).log10(), f64::from(db)));
    transform.frame().clamp(at)
}

/// The node at a place on the screen.
fn value(transform: &PlotTransform, at: Pos2) -> [f32; 2] {
    let point = transform.value_from_position(at);
    [10_f64.powf(point.x) as f32, point.y as f32]
}

/// Where a node is grabbed: all around it, up to half the way to its neighbours.
fn reach(places: &[Pos2], index: usize) -> Rect {
    let x = places[index].x;
    let left = index
        .checked_sub(1)
        .map_or(x - REACH, |before| (x - REACH).max(0.5 * (places[before].x + x)));
    let right = places
        .get(index + 1)
        .map_or(x + REACH, |after| (x + REACH).min(0.5 * (after.x + x)));
    let y = places[index].y;
    Rect::from_min_max(pos2(left, y - REACH), pos2(right, y + REACH))
}

fn wants_removal(ui: &Ui, response: &Response) -> bool {
    let deleted =
        response.has_focus() && ui.input(|input| input.key_pressed(Key::Delete) || input.key_pressed(Key::Backspace));
    response.double_clicked() || response.secondary_clicked() || deleted
}

/// Where a node is dragged to that is `at` a place, fine with shift.
fn dragged(ui: &Ui, response: &Response, at: Pos2) -> Option<Pos2> {
    let id = response.id.with("drag");
    if response.drag_started_by(PointerButton::Primary) {
        ui.data_mut(|data| data.insert_temp(id, Grabbed(at)));
    }
    let delta = response.drag_delta() * fineness(ui);
    if !response.dragged_by(PointerButton::Primary) || delta == egui::Vec2::ZERO {
        return None;
    }
    let Grabbed(from) = ui.data(|data| data.get_temp(id)).unwrap_or(Grabbed(at));
    ui.data_mut(|data| data.insert_temp(id, Grabbed(from + delta)));
    Some(from + delta)
}

/// What the arrow keys make of a node that has the focus.
fn stepped(ui: &Ui, response: &Response, [hz, db]: [f32; 2]) -> Option<[f32; 2]> {
    if !response.has_focus() {
        return None;
    }
    let arrows = EventFilter {
        horizontal_arrows: true,
        vertical_arrows: true,
        ..EventFilter::default()
    };
    ui.memory_mut(|memory| memory.set_focus_lock_filter(response.id, arrows));
    let [up, right] = ui.input(|input| {
        let pressed = |key| input.num_presses(key) as f32;
        [
            pressed(Key::ArrowUp) - pressed(Key::ArrowDown),
            pressed(Key::ArrowRight) - pressed(Key::ArrowLeft),
        ]
    });
    let fine = fineness(ui);
    let to = [hz * (right * STEP_OCTAVES * fine).exp2(), db + up * STEP_DB * fine];
    (up != 0.0 || right != 0.0).then_some(to)
}

fn paint(ui: &Ui, at: Pos2, [hz, db]: [f32; 2], lit: bool, frame: &Rect) {
    let (radius, fill) = if lit {
        (RADIUS + 1.5, theme::ACCENT)
    } else {
        (RADIUS, theme::PANEL)
    };
    let painter = ui.painter();
    painter.circle(at, radius, fill, egui::Stroke::new(2.0, theme::ACCENT));
    if lit {
        let text = format!(
            "{}, {} dB",
            frequency_text(f64::from(hz)),
            signed(f64::from(db), 1, false)
        );
        // Below a node near the top, and inwards near the sides.
        let below = at.y - frame.top() < 24.0;
        let y = if below { at.y + 10.0 } else { at.y - 10.0 };
        let x =
            at.x.clamp(frame.left() + 48.0, (frame.right() - 48.0).max(frame.left() + 48.0));
        let align = if below {
            Align2::CENTER_TOP
        } else {
            Align2::CENTER_BOTTOM
        };
        legend::chip(painter, pos2(x, y), align, &text, theme::TEXT);
    }
}

/// The range in which the node at `index` may be, Hz: in view, and apart from those before and after.
fn room_hz(before: Option<&[f32; 2]>, after: Option<&[f32; 2]>) -> [f32; 2] {
    let lowest = TARGET_RANGE_HZ[0].max(FREQUENCIES_HZ[0] as f32);
    let highest = TARGET_RANGE_HZ[1].min(FREQUENCIES_HZ[1] as f32);
    [
        before.map_or(lowest, |[hz, _]| lowest.max(hz * APART)),
        after.map_or(highest, |[hz, _]| highest.min(hz / APART)),
    ]
}

fn valid_gain_db(db: f32) -> f32 {
    let grains = (db / GRAIN_DB).round();
    (grains * GRAIN_DB).clamp(TARGET_RANGE_DB[0], TARGET_RANGE_DB[1])
}

/// The nodes with one of them moved, as far as its neighbours let it.
fn moved(nodes: &[[f32; 2]], index: usize, [hz, db]: [f32; 2]) -> Vec<[f32; 2]> {
    let mut nodes = nodes.to_vec();
    let before = index.checked_sub(1).and_then(|before| nodes.get(before));
    let [low, high] = room_hz(before, nodes.get(index + 1));
    if let Some(node) = nodes.get_mut(index) {
        let hz = if low < high { hz.clamp(low, high) } else { node[0] };
        *node = [hz, valid_gain_db(db)];
    }
    nodes
}

/// The nodes with one more, if there is room for it.
fn added(nodes: &[[f32; 2]], [hz, db]: [f32; 2]) -> Option<Vec<[f32; 2]>> {
    let index = nodes.partition_point(|node| node[0] < hz);
    let before = index.checked_sub(1).and_then(|before| nodes.get(before));
    let [low, high] = room_hz(before, nodes.get(index));
    (nodes.len() < MAX_TARGET_NODES && low < high).then(|| {
        let mut nodes = nodes.to_vec();
        nodes.insert(index, [hz.clamp(low, high), valid_gain_db(db)]);
        nodes
    })
}

/// The nodes without one of them.
fn removed(nodes: &[[f32; 2]], index: usize) -> Vec<[f32; 2]> {
    let others = nodes.iter().enumerate().filter(|(other, _)| *other != index);
    others.map(|(_, node)| *node).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nodes_stay_in_order_apart_and_in_range() {
        let nodes = [[200.0, 10.0], [1000.0, 30.0], [4000.0, 40.0]];
        assert_eq!(
            moved(&nodes, 1, [2000.0, 25.04]),
            [[200.0, 10.0], [2000.0, 25.0], [4000.0, 40.0]]
        );
        assert_eq!(moved(&nodes, 1, [9000.0, 99.0])[1], [4000.0 / APART, 60.0]);
        assert_eq!(moved(&nodes, 1, [1.0, -9.0])[1], [200.0 * APART, 0.0]);
        assert_eq!(moved(&nodes, 0, [1.0, 10.0])[0], [100.0, 10.0]);
        assert_eq!(moved(&nodes, 2, [1e6, 10.0])[2], [16_000.0, 10.0]);
    }

    #[test]
    fn nodes_are_added_where_there_is_room() {
        assert_eq!(added(&[], [1000.0, 20.0]), Some(vec![[1000.0, 20.0]]));
        let nodes = [[1000.0, 30.0], [1030.0, 40.0]];
        assert_eq!(added(&nodes, [1010.0, 30.0]), None);
        assert_eq!(added(&nodes, [300.0, 5.0]).unwrap()[0], [300.0, 5.0]);
        let many: Vec<[f32; 2]> = (1..=MAX_TARGET_NODES).map(|n| [200.0 * n as f32, 9.0]).collect();
        assert_eq!(added(&many, [7000.0, 9.0]), None);
        assert_eq!(removed(&nodes, 0), [[1030.0, 40.0]]);
        assert!(removed(&removed(&nodes, 0), 0).is_empty());
    }

    #[test]
    fn the_line_goes_through_the_nodes_and_level_to_the_ends() {
        assert!(line(&TargetNodes::AUTOMATIC).is_none());
        let target = TargetNodes::from_readable([[1000.0, 20.0], [4000.0, 40.0]]);
        let points: Vec<[f64; 2]> = line(&target).unwrap().iter().map(|point| [point.x, point.y]).collect();
        assert_eq!(points.len(), 4);
        assert_eq!((points[0], points[1]), ([2.0, 20.0], [3.0, 20.0]));
        assert_eq!(points[3][1], 40.0);
    }

    #[test]
    fn between_two_nodes_the_nearer_one_is_grabbed() {
        let places = [pos2(100.0, 50.0), pos2(110.0, 90.0), pos2(300.0, 50.0)];
        let reaches: Vec<Rect> = (0..3).map(|index| reach(&places, index)).collect();
        assert_eq!(reaches[0].x_range(), egui::Rangef::new(80.0, 105.0));
        assert_eq!(reaches[1].x_range(), egui::Rangef::new(105.0, 130.0));
        assert_eq!(reaches[2].y_range(), egui::Rangef::new(30.0, 70.0));
    }
}
