"""The VST3 under what hosts may do at their worst, as far as pedalboard and DawDreamer let it be done: random parameters,
blocks, rates and layouts, broken states, resets, two threads.

Choices come from fixed seeds; `PROSCENIUM_CONFORMANCE_SEED` sets another. The CLAP has more of this in
`tests/tests/conformance`.
"""

import os
import threading
from pathlib import Path

import dawdreamer
import numpy as np
import pedalboard
import pytest

RATE = 48_000
SEED = int(os.environ.get("PROSCENIUM_CONFORMANCE_SEED", "2024"))
SESSION_0_1_0 = (Path(__file__).parents[1] / "data" / "session-0.1.0.json").read_bytes()
# Without those that need new filters: designed within the block when the host renders offline, as these hosts do.
LIGHT = {"width", "depth", "center", "center_level_db", "cancellation", "programme", "output", "output_trim_db", "bypass"}
# JUCE's own base 64: six bits at a time, the lowest first.
ALPHABET = b".ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+"


@pytest.fixture
def dice(request) -> np.random.Generator:
    return np.random.default_rng([SEED, *request.node.name.encode()])


@pytest.fixture
def plugin(vst3):
    return pedalboard.load_plugin(vst3, plugin_name="Proscenium")


def noise(dice: np.random.Generator, channels: int, frames: int) -> np.ndarray:
    return (dice.standard_normal((channels, frames)) * dice.choice([0.0, 1e-40, 0.1, 3.0])).astype(np.float32)


def assert_sound(audio: np.ndarray):
    """Every sample is usable."""
    faulty = ~np.isfinite(audio) | ((audio != 0) & (np.abs(audio) < np.finfo(np.float32).tiny))
    found = [(int(channel), int(frame), float(audio[channel, frame])) for channel, frame in np.argwhere(faulty)[:3]]
    assert not found, f"(channel, frame, sample): {found}, {faulty.sum()} in all"


def assert_values(plugin):
    for name, parameter in plugin.parameters.items():
        assert 0 <= parameter.raw_value <= 1, f"{name}: {parameter.raw_value}"
        assert str(parameter)


def move(plugin, dice: np.random.Generator, names, count: int):
    for name in dice.choice(sorted(names), count):
        plugin.parameters[name].raw_value = float(dice.choice([0, 1, dice.random()]))


def encode(chunk: bytes) -> bytes:
    bits = np.unpackbits(np.frombuffer(chunk, np.uint8), bitorder="little")
    bits = np.pad(bits, (0, -len(bits) % 6)).reshape(-1, 6)
    sixes = bits @ (1 << np.arange(6))
    return f"{len(chunk)}.".encode() + bytes(np.frombuffer(ALPHABET, np.uint8)[sixes])


def decode(text: bytes) -> bytes:
    size, _, letters = text.partition(b".")
    sixes = np.array([ALPHABET.index(letter) for letter in letters], np.uint8)
    bits = np.unpackbits(sixes[:, None], axis=1, count=6, bitorder="little")
    return np.packbits(bits.ravel(), bitorder="little").tobytes()[: int(size)]


def chunk(plugin) -> bytes:
    """What the plugin itself gave the host to keep."""
    return decode(plugin.raw_state.partition(b"<IComponent>")[2].partition(b"</IComponent>")[0])


def feed(plugin, state: bytes):
    xml = b'<?xml version="1.0" encoding="UTF-8"?> <VST3PluginState><IComponent>%s</IComponent></VST3PluginState>'
    xml %= encode(state)
    plugin.raw_state = b"VC2!" + len(xml).to_bytes(4, "little") + xml + b"\0"


def mutated(dice: np.random.Generator, text: bytes) -> bytes:
    for _ in range(dice.integers(1, 5)):
        at, length = int(dice.integers(len(text))), int(dice.integers(1, 40))
        piece = [b"", b"0", b"-1", b"1e38", b"nan", b"null", b'"', b"}", b"[[driver]]", text[at : at + 2 * length]]
        text = text[:at] + piece[dice.integers(len(piece))] + text[at + length :]
        if dice.random() < 0.1:
            text = text[: int(dice.integers(1, len(text)))]
    return text


def test_states_reach_the_plugin(plugin):
    """The codec of these tests is that of the host; the first version's state is read."""
    assert decode(encode(SESSION_0_1_0)) == SESSION_0_1_0
    assert chunk(plugin).startswith(b"{")
    feed(plugin, SESSION_0_1_0)
    assert (plugin.width, plugin.device, plugin.upmix) == (45.0, "Custom", "Low Latency")


def test_broken_states(plugin, dice):
    audio = noise(dice, 2, 4_096) + np.float32(0.1)
    for turn in range(300):
        feed(plugin, mutated(dice, SESSION_0_1_0))
        assert_values(plugin)
        kept = chunk(plugin)
        feed(plugin, kept)
        assert chunk(plugin) == kept
        if turn % 10 == 0:
            assert_sound(plugin.process(audio, RATE))


@pytest.mark.parametrize(
    "state",
    [
        b"",
        b"\0" * (1 << 20),
        b"[" * (4 << 20),
        b'{"params":{"gain":{"f32":1.0}}}',
        b'{"version":"1.0.0","params":{"width":{"string":"broad"}},"fields":{"session":"[]"}}',
        "é🎭\ufeff".encode() * 1000,
        *(SESSION_0_1_0[:length] for length in (1, 100, 1000, len(SESSION_0_1_0) - 1)),
    ],
    ids=lambda state: f"{len(state)}-bytes",
)
def test_foreign_states_change_nothing(plugin, dice, state):
    plugin.depth = 20.0
    plugin.process(noise(dice, 2, 512), RATE)
    before = chunk(plugin)
    feed(plugin, state)
    plugin.process(noise(dice, 2, 512), RATE)
    assert chunk(plugin) == before
    assert_sound(plugin.process(noise(dice, 2, 4_096), RATE))


def test_random_parameters_and_blocks(plugin, dice):
    for _ in range(400):
        # Anything at times; else what a render can follow quickly.
        names = plugin.parameters if dice.random() < 0.05 else LIGHT
        move(plugin, dice, names, int(dice.integers(0, 12)))
        audio = noise(dice, 2, int(dice.integers(1, 3_000)))
        heard = plugin.process(audio, RATE, buffer_size=int(dice.choice([1, 16, 64, 333, 1024, 8192])), reset=False)
        assert_sound(heard)
        assert_values(plugin)


def test_random_rates_and_layouts(plugin, dice):
    for _ in range(30):
        rate = int(dice.choice([8_000, 22_050, 44_100, 48_000, 48_000, 88_200, 96_000, 192_000]))
        channels = int(dice.choice([2, 2, 5]))
        move(plugin, dice, LIGHT | {"upmix"}, 4)
        heard = plugin.process(noise(dice, channels, 6_000), rate, reset=bool(dice.random() < 0.5))
        assert heard.shape[0] == channels
        assert_sound(heard)


def test_reset_forgets(plugin, programme):
    short = programme[:, :24_000]
    fresh = plugin.process(short, RATE)
    for _ in range(3):
        plugin.process(programme, RATE)
        plugin.reset()
        np.testing.assert_array_equal(plugin.process(short, RATE), fresh)


def test_parameters_from_another_thread(plugin, dice):
    ends = threading.Event()
    failures = []

    def turn_knobs():
        other = np.random.default_rng(SEED)
        try:
            while not ends.wait(0.0005):
                move(plugin, other, LIGHT, 3)
                assert_values(plugin)
        except BaseException as failure:  # The thread has nobody else to tell.
            failures.append(failure)

    thread = threading.Thread(target=turn_knobs)
    thread.start()
    try:
        for _ in range(40):
            assert_sound(plugin.process(noise(dice, 2, 12_000), RATE, buffer_size=128, reset=False))
    finally:
        ends.set()
        thread.join()
    assert not failures


def test_automation_of_everything(vst3, dice):
    """DawDreamer hands over a value of each parameter with every block."""
    seconds, block = 2, 64
    frames = seconds * RATE
    engine = dawdreamer.RenderEngine(RATE, block)
    plugin = engine.make_plugin_processor("proscenium", vst3)
    source = engine.make_playback_processor("source", noise(dice, 2, frames))
    engine.load_graph([(source, []), (plugin, ["source"])])
    heavy = {"Tone", "Listening Zone", "Distance", "Listener Offset", "Device", "Upmix"}
    heavy |= {"Beam", "Effort", "Head Turn", "Zone Goal"}
    for parameter in plugin.get_parameters_description():
        # Those that need new filters move twice a second.
        hold = RATE // 2 if parameter["name"] in heavy else block
        values = np.repeat(dice.random(frames // hold + 1), hold)[:frames]
        plugin.set_automation(parameter["index"], values.astype(np.float32))
    for _ in range(2):
        engine.render(seconds)
        assert_sound(engine.get_audio())
