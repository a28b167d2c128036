"""The room model against pyroomacoustics, which is an implementation of image sources by others.

An omnidirectional source and microphone in the same shoebox: the same arrivals, and the same decay where ours is noise.
"""

import subprocess
import sys

import numpy as np
import pyroomacoustics
import pytest
from conftest import RATE, built, target

SIZE = [5.0, 4.0, 2.6]
SOURCE = [4.3, 2.15, 1.1]
MICROPHONE = [2.3, 1.75, 1.1]
BANDS = [125, 250, 500, 1000, 2000, 4000, 8000]
# By wall: back, front, right, left, floor, ceiling.
UNIFORM = [[0.2] * 7] * 6
DIFFERENT = [[share] * 7 for share in (0.35, 0.1, 0.25, 0.15, 0.4, 0.2)]
COLOURED = [
    [0.15, 0.20, 0.25, 0.30, 0.30, 0.30, 0.30],
    [0.10, 0.12, 0.12, 0.12, 0.12, 0.12, 0.12],
    [0.15, 0.20, 0.30, 0.30, 0.30, 0.35, 0.35],
    [0.20, 0.15, 0.15, 0.15, 0.15, 0.15, 0.15],
    [0.10, 0.15, 0.25, 0.40, 0.45, 0.45, 0.45],
    [0.30, 0.25, 0.20, 0.15, 0.15, 0.15, 0.15],
]
# Reverberation time about 1 s.
LIVE = [[share] * 7 for share in (0.12, 0.08, 0.1, 0.12, 0.15, 0.1)]
# Complete up to 0.57 s, where the slowest room has decayed by about 35 dB.
ORDER = 75


@pytest.fixture(scope="session")
def ours():
    """Response of the dsp crate's example."""
    suffix = ".exe" if sys.platform == "win32" else ""
    program = built(target() / "debug" / "examples" / f"room_response{suffix}", "cargo test --no-run --workspace")

    def response(absorption) -> np.ndarray:
        room = {"size_m": SIZE, "absorption": absorption, "source_m": SOURCE, "microphone_m": MICROPHONE}
        toml = "\n".join([f"sample_rate = {RATE}.0", "air = false", *(f"{key} = {value}" for key, value in room.items())])
        done = subprocess.run([program], input=toml, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        return np.array(done.stdout.split(), float)

    return response


def theirs(absorption, order: int):
    """pyroomacoustics' response, without its delay, and its arrivals: samples and gains (arrival, band)."""
    # Its high-pass filter would ring through the first arrivals.
    pyroomacoustics.constants.set("rir_hpf_enable", False)
    flat = all(len(set(wall)) == 1 for wall in absorption)
    names = ["west", "east", "south", "north", "floor", "ceiling"]
    material = lambda wall: wall[0] if flat else {"coeffs": wall, "center_freqs": BANDS}
    materials = {name: pyroomacoustics.Material(material(wall)) for name, wall in zip(names, absorption, strict=True)}
    room = pyroomacoustics.ShoeBox(SIZE, fs=RATE, materials=materials, max_order=order, air_absorption=False)
    room.add_source(SOURCE)
    room.add_microphone(MICROPHONE)
    room.compute_rir()
    lead = pyroomacoustics.constants.get("frac_delay_length") // 2
    source = room.sources[0]
    distances = np.linalg.norm(source.images - np.array(MICROPHONE)[:, None], axis=0)
    at = np.argsort(distances)
    return room.rir[0][0][lead:], distances[at] / room.c * RATE, (source.damping / distances)[:, at].T


def band(response: np.ndarray, low: float, high: float) -> np.ndarray:
    """The part between two frequencies, without delay, edges a sixth of an octave wide to either side."""
    length = 1 << (len(response) + RATE // 10).bit_length()
    frequencies = np.fft.rfftfreq(length, 1 / RATE)
    with np.errstate(divide="ignore"):
        above, below = np.log2(frequencies / low), np.log2(high / frequencies) if high else np.full(len(frequencies), 9.0)
    edge = lambda octaves: np.sin(np.pi / 2 * np.clip(0.5 + 3 * octaves, 0, 1))
    return np.fft.irfft(np.fft.rfft(response, length) * edge(above) * edge(below), length)[: len(response)]


def decay_time(response: np.ndarray) -> float:
    """T30 by backward integration (ISO 3382-1)."""
    left = np.cumsum(response[::-1] ** 2)[::-1]
    level = 10 * np.log10(left / left[0] + 1e-30)
    first, end = np.argmax(level <= -5), np.argmax(level <= -35)
    assert 0 < first < end
    return -60 / (np.polyfit(np.arange(first, end), level[first:end], 1)[0] * RATE)


def db(ratio):
    return 20 * np.log10(ratio)


@pytest.mark.parametrize("absorption", [UNIFORM, DIFFERENT], ids=["uniform", "different"])
def test_every_arrival_of_the_first_50_ms(ours, absorption):
    other, samples, gains = theirs(absorption, 12)
    early = RATE // 20
    # Ours ends at 22 kHz. Below 18 kHz both are complete.
    mine, other = (band(response[: early + 200], 20, 15_000) for response in (ours(absorption), other))
    count = np.sum(samples < early)
    assert count > 350
    # The whole waveform: arrivals that are nearer to each other than a filter's length cannot be told apart.
    error = np.linalg.norm(mine[:early] - other[:early]) / np.linalg.norm(other[:early])
    assert error < 10 ** (-30 / 20), f"{db(error):.1f} dB"
    judged = 0
    for at, gain in zip(samples[:count], gains[:count, 0], strict=True):
        near = slice(max(round(at) - 8, 0), round(at) + 9)
        # Of arrivals that others drown or cancel there is nothing to tell.
        if np.max(np.abs(other[near])) < 0.5 * gain or round(at) + 20 > early:
            continue
        judged += 1
        level = db(np.linalg.norm(mine[near]) / np.linalg.norm(other[near]))
        assert abs(level) < 0.5, f"arrival at {at:.1f} samples: {level:.2f} dB"
        fine = lambda x: np.interp(np.arange(0, 17, 0.05), np.arange(17), x[round(at) - 8 : round(at) + 9])
        lags = np.correlate(fine(mine), fine(other), "full")
        lag = 0.05 * (np.argmax(lags) - len(lags) // 2)
        assert abs(lag) < 1, f"arrival at {at:.1f} samples: {lag:.2f} samples later"
    assert judged > 0.8 * count


def test_octaves_of_the_first_50_ms(ours):
    mine, (other, _, _) = ours(COLOURED), theirs(COLOURED, 12)
    for middle in BANDS[1:-1]:
        levels = [np.linalg.norm(band(x, middle / 2**0.5, middle * 2**0.5)[: RATE // 20]) for x in (mine, other)]
        assert abs(db(levels[0] / levels[1])) < 0.5, f"{middle} Hz: {db(levels[0] / levels[1]):.2f} dB"


@pytest.mark.parametrize(
    "absorption", [UNIFORM, DIFFERENT, COLOURED, LIVE], ids=["uniform", "different", "coloured", "live"]
)
def test_reverberation_time(ours, absorption):
    mine, (other, _, _) = ours(absorption), theirs(absorption, ORDER)
    octave = lambda x, middle: decay_time(band(x, middle / 2**0.5, middle * 2**0.5))
    # The lower two together, as the standard has it: in a single narrow one the noise has its say.
    for octaves in ([500, 1000], [2000], [4000]):
        times = [np.mean([octave(x, middle) for middle in octaves]) for x in (mine, other)]
        assert abs(times[0] / times[1] - 1) < 0.1, f"{octaves} Hz: {times[0]:.3f} s, {times[1]:.3f} s"
