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
pub(super) enum Entry<T> {
    /// Nothing is being typed.
    Closed,
    /// The user is typing.
    Open,
    /// The user has finished with this value.
    Done(T),
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

/// Shows the entry of a widget in `rect` if it is open. Enter takes the text, or marks it where `parse` makes no value of it.
/// A click elsewhere takes it too, or else leaves everything as it was, as Escape does.
pub(super) fn show<T>(
    ui: &mut Ui,
    widget: Id,
    rect: Rect,
    label: &str,
    parse: impl FnOnce(&str) -> Option<T>,
) -> Entry<T> {
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
    if !typed.begun {
        typed.begun = true;
        response.request_focus();
        select_all(ui, response.id, typed.text.chars().count());
    } else if ui.input(|input| input.key_pressed(Key::Escape)) {
        ui.data_mut(|data| data.remove::<Typed>(id));
        return Entry::Open;
    } else if !response.has_focus() {
        let value = parse(&typed.text);
        if value.is_none() && ui.input(|input| input.key_pressed(Key::Enter)) {
            typed.refused = true;
            typed.begun = false;
        } else {
            ui.data_mut(|data| data.remove::<Typed>(id));
            return value.map_or(Entry::Open, Entry::Done);
        }
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
