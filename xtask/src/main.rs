//! `cargo xtask`: builds, demonstrates and tests Proscenium.

fn main() -> nice_plug_xtask::Result<()> {
    nice_plug_xtask::main()
}
