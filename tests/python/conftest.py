"""The bundles under test, and the renderer of the CLAP that the VST3 is compared with."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import soundfile

RATE = 48_000
ROOT = Path(__file__).resolve().parents[2]


def target() -> Path:
    """Cargo's target directory."""
    return Path(os.environ.get("PROSCENIUM_TARGET") or os.environ.get("CARGO_TARGET_DIR") or ROOT / "target")


def built(path: Path, command: str) -> Path:
    if not path.exists():
        pytest.exit(f"{path} is missing: run `{command}` first", returncode=2)
    # JUCE's scanner wants absolute paths.
    return path.resolve()


@pytest.fixture(scope="session")
def vst3() -> str:
    return str(built(target() / "bundled" / "Proscenium.vst3", "cargo xtask bundle"))


@pytest.fixture(scope="session")
def cli():
    """Runs the command-line program; returns what it printed."""
    suffix = ".exe" if sys.platform == "win32" else ""
    program = built(target() / "debug" / f"proscenium{suffix}", "cargo build --package proscenium-cli")

    def run(*words) -> str:
        done = subprocess.run([program, *map(str, words)], capture_output=True, text=True, encoding="utf-8")
        assert done.returncode == 0, done.stderr
        return done.stdout

    return run


@pytest.fixture(scope="session")
def programme() -> np.ndarray:
    """Two seconds of stereo noise with common and separate parts, shape (2, frames)."""
    common, left, right = np.random.default_rng(7).standard_normal((3, 2 * RATE)) * 0.05
    return np.stack([common + left, common + right]).astype(np.float32)


@pytest.fixture(scope="session")
def render_clap(tmp_path_factory):
    """Renders (2, frames) through the CLAP; returns its output in time with the input, (channels, frames)."""
    suffix = ".exe" if sys.platform == "win32" else ""
    renderer = built(target() / "debug" / f"render{suffix}", "cargo build --package proscenium-host")
    clap = built(target() / "bundled" / "Proscenium.clap", "cargo xtask bundle")
    folder = tmp_path_factory.mktemp("clap")

    def render(audio: np.ndarray, channels: int, settings: dict[str, str] | None = None, rate: int = RATE) -> np.ndarray:
        source, result = folder / "in.wav", folder / "out.wav"
        soundfile.write(source, audio.T, rate, subtype="FLOAT")
        command = [renderer, clap, "--in", source, "--out", result, "--channels", str(channels)]
        for name, text in (settings or {}).items():
            command += ["--set", f"{name}={text}"]
        done = subprocess.run([str(word) for word in command], capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        rendered, _ = soundfile.read(result, dtype="float32", always_2d=True)
        return rendered.T[:, int(done.stdout) :]

    return render
