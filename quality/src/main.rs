//! `quality [center | scoreboard]`: prints the figures, and writes pages of the documentation.

fn main() -> anyhow::Result<()> {
    Ok(())
}
