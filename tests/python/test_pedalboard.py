"""The VST3 in pedalboard (JUCE), which compensates latency and takes layouts with equal input and output."""

import numpy as np
import pedalboard
import pytest

RATE = 48_000

# Attributes as pedalboard makes them of name and unit, and a value away from the default.
CHANGES = {
    "width": 60.0,
    "depth": 20.0,
    "center": 40.0,
    "center_level_db": -6.0,
    "cancellation": 50.0,
    "tone": 50.0,
    "listening_zone_cm": 8.0,
    "distance_m": 1.0,
    "listener_offset_m": 0.2,
    "device": "Ring",
    "programme": "Binaural",
    "output": "Headphones",
    "upmix": "Low Latency",
    "output_trim_db": -6.0,
    "peak_guard": False,
    "beam": "Constant directivity",
    "effort_db": 6.0,
    "head_turn": 15.0,
    "zone_goal": "Worst position",
    "room": "Office",
}

# What the CLAP is told, and the same for pedalboard, which rounds normalised values to a thousandth.
SETTINGS = [
    ({}, {}),
    ({"Output": "Drivers"}, {"output": "Drivers"}),
    (
        {"Output": "Headphones", "Width": "45 °", "Upmix": "Low Latency"},
        {"output": "Headphones", "width": 45.0, "upmix": "Low Latency"},
    ),
    (
        {"Output": "Drivers", "Device": "Laptop", "Upmix": "Off", "Output Trim": "-6 dB"},
        {"output": "Drivers", "device": "Laptop", "upmix": "Off", "output_trim_db": -6.0},
    ),
]


def load(vst3: str, values: dict | None = None):
    """The plugin with parameters set and arrived: JUCE hands them over, and heeds a new latency, with the next audio."""
    plugin = pedalboard.load_plugin(vst3, plugin_name="Proscenium")
    for name, value in (values or {}).items():
        setattr(plugin, name, value)
    plugin.process(np.zeros((2, RATE // 10), np.float32), RATE)
    return plugin


def shown(plugin, name: str):
    """A parameter's value without pedalboard's wrappers: a number, or text for choices and switches."""
    value = getattr(plugin, name)
    return float(value) if isinstance(CHANGES[name], float) else str(value)


def test_bundle_holds_the_plugins(vst3):
    names = pedalboard.VST3Plugin.get_plugin_names_for_file(vst3)
    assert names[0] == "Proscenium"
    assert "Proscenium Array" in names


def test_every_parameter_is_there(vst3):
    assert set(load(vst3).parameters) == set(CHANGES) | {"bypass"}


@pytest.mark.parametrize("name", CHANGES)
def test_parameter_takes_a_value(vst3, name):
    before = shown(load(vst3), name)
    value = shown(load(vst3, {name: CHANGES[name]}), name)
    assert value != before
    assert value == (str(CHANGES[name]) if isinstance(value, str) else pytest.approx(CHANGES[name], abs=0.06))


def test_state_round_trip(vst3, programme):
    saved = load(vst3, CHANGES)
    restored = load(vst3)
    restored.raw_state = saved.raw_state
    restored.process(np.zeros((2, RATE // 10), np.float32), RATE)
    for name in CHANGES:
        assert shown(restored, name) == shown(saved, name), name
    np.testing.assert_array_equal(restored.process(programme, RATE), saved.process(programme, RATE))


@pytest.mark.parametrize("channels", [2, 5])
@pytest.mark.parametrize(("texts", "values"), SETTINGS, ids=["default", "drivers", "headphones", "laptop"])
def test_sound_equals_the_clap(vst3, render_clap, programme, channels, texts, values):
    plugin = load(vst3, values)
    wide = np.zeros((channels, programme.shape[1]), np.float32)
    wide[:2] = programme
    heard = plugin.process(wide, RATE)
    expected = render_clap(programme, channels, texts)
    frames = min(heard.shape[1], expected.shape[1])
    assert heard.shape[0] == expected.shape[0] == channels
    assert frames > RATE and np.abs(expected).max() > 1e-3
    assert np.abs(heard[:, :frames] - expected[:, :frames]).max() <= 1e-6


@pytest.mark.parametrize("rate", [44_100, 88_200, 96_000, 176_400, 192_000])
def test_other_rates(vst3, render_clap, programme, rate):
    heard = load(vst3, {"output": "Headphones"}).process(programme, rate)
    expected = render_clap(programme, 2, {"Output": "Headphones"}, rate)
    frames = min(heard.shape[1], expected.shape[1])
    assert frames > rate // 4 and np.abs(expected).max() > 1e-3
    assert np.abs(heard[:, :frames] - expected[:, :frames]).max() <= 1e-6


@pytest.mark.parametrize("block", [1, 333, 8192])
def test_other_blocks(vst3, programme, block):
    short = programme[:, : 8192 if block == 1 else None]
    expected = load(vst3).process(short, RATE)
    np.testing.assert_array_equal(load(vst3).process(short, RATE, buffer_size=block), expected)
