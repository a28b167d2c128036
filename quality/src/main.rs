//! `quality [center | scoreboard]`: prints the figures, and writes pages of the documentation.

fn main() -> anyhow::Result<()> {
    proscenium_quality::scoreboard::interim();
    Ok(())
}
