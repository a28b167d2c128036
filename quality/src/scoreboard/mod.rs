//! Crosstalk cancellation beside published cancellers, on the same plants.
//!
//! ```text
//! device × head ─► Station: responses at the ears at all places
//!     ─► Bench: every peer at its best setting ─► Entrants: filters ─► Score, Cost ─► page and plots
//! ```
//!
//! Each peer is written from its publication, in a module of its own: [`race`], [`kirkeby`], [`choueiri`].

pub mod board;
pub mod choueiri;
pub mod cost;
pub mod entrants;
pub mod inverse;
pub mod kirkeby;
pub mod page;
pub mod plots;
pub mod race;
pub mod ranking;
pub mod score;
pub mod search;
pub mod station;
pub mod tuning;

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use proscenium_dsp::measured::MeasuredHead;

/// The KEMAR head with normal pinnae of MIT (Gardner and Martin, 1994), as Debian's `libmysofa1` has it.
pub const KEMAR: &str = "/usr/share/libmysofa/MIT_KEMAR_normal_pinna.sofa";

/// Prints the tables, and writes `scoreboard.md` and its pictures to the folder of the documentation.
///
/// # Errors
/// If a file cannot be written. Without the measured head its tables are left out, which the page says.
pub fn run(docs: &Path) -> Result<()> {
    let head = match Path::new(KEMAR).exists() {
        true => Ok(MeasuredHead::open(Path::new(KEMAR))?),
        false => Err(format!("{KEMAR} is missing (Debian package libmysofa1)")),
    };
    if let Err(reason) = &head {
        println!("without the measured head: {reason}");
    }
    let boards = board::compute(head.as_ref().ok())?;
    for board in &boards {
        for table in &board.tables {
            println!("\n{} at {} m, {}\n", board.name, board.distance_m, table.head);
            print!("{}", page::table_text(table));
            for line in ranking::not_first(board, table) {
                println!("- {line}");
            }
        }
    }
    let images = docs.join("images");
    fs::create_dir_all(&images).with_context(|| format!("cannot make {}", images.display()))?;
    plots::draw(&boards, &images)?;
    let page = docs.join("scoreboard.md");
    let missing = head.as_ref().err().map(String::as_str);
    fs::write(&page, page::markdown(&boards, missing)).with_context(|| format!("cannot write {}", page.display()))?;
    println!("\n{}", page.display());
    Ok(())
}
