//! Typing a value.

use egui::{Id, Key, Rect, TextEdit, Ui};

use crate::editor::theme;

/// A text being typed; kept in egui's memory under the widget that it belongs to.
#[derive(Clone)]
struct Typed {
    text: String,
    refused: bool,
    begun: bool,
}

/// What came of a frame of typing.
pub(super) enum Entry {
    /// Nothing is being typed.
    Closed,
    /// The user is typing.
    Open,
    /// The user has finished with this text.
    Done(String),
}

/// Opens the entry of a widget with a text to edit.
pub(super) fn open(ui: &Ui, widget: Id, text: String) {
    let typed = Typed {
        text,
        refused: false,
        begun: false,
    };
    ui.data_mut(|data| data.insert_temp(widget.with("entry"), typed));
}

/// Keeps the entry open, since its text was not understood.
pub(super) fn refuse(ui: &Ui, widget: Id, text: String) {
    let typed = Typed {
        text,
        refused: true,
        begun: false,
    };
    ui.data_mut(|data| data.insert_temp(widget.with("entry"), typed));
}

/// Shows the entry of a widget in `rect` if it is open. Enter finishes it, Escape and a click elsewhere leave everything
/// as it was; a click elsewhere after an understood text takes it.
pub(super) fn show(ui: &mut Ui, widget: Id, rect: Rect, label: &str) -> Entry {
    let id = widget.with("entry");
    let Some(mut typed) = ui.data(|data| data.get_temp::<Typed>(id)) else {
        return Entry::Closed;
    };
    let field = TextEdit::singleline(&mut typed.text)
        .id(id.with("field"))
        .font(theme::body())
        .align(egui::Align2::CENTER_CENTER)
        .margin(egui::Margin::symmetric(2, 1))
        .text_color(if typed.refused { theme::WARNING } else { theme::TEXT });
    let response = ui.put(rect, field).accessible_name(format!("{label} value"));
    let close = |ui: &Ui| ui.data_mut(|data| data.remove::<Typed>(id));
    if !typed.begun {
        typed.begun = true;
        response.request_focus();
        select_all(ui, response.id, typed.text.chars().count());
    } else if ui.input(|input| input.key_pressed(Key::Escape)) {
        close(ui);
        return Entry::Open;
    } else if response.lost_focus() || !response.has_focus() {
        close(ui);
        return Entry::Done(typed.text);
    }
    if response.changed() {
        typed.refused = false;
    }
    ui.data_mut(|data| data.insert_temp(id, typed));
    Entry::Open
}

fn select_all(ui: &Ui, field: Id, length: usize) {
    use egui::text::{CCursor, CCursorRange};
    let mut state = egui::text_edit::TextEditState::load(ui.ctx(), field).unwrap_or_default();
    let range = CCursorRange::two(CCursor::default(), CCursor::new(length));
    state.cursor.set_char_range(Some(range));
    state.store(ui.ctx(), field);
}
