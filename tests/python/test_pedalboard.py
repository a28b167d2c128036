"""The VST3 in pedalboard (JUCE), which compensates latency and takes layouts with equal input and output."""

import numpy as np
import pedalboard
import pytest

RATE = 48_000

# As a host shows it: a name, another value, as text, and as plain number where pedalboard makes one of it.
CHANGES = {
    "width": 60.0,
    "depth": 20.0,
    "center": 40.0,
    "center_level": -6.0,
    "cancellation": 50.0,
    "tone": 50.0,
    "listening_zone": 8.0,
    "distance": 1.0,
    "listener_offset": 0.2,
    "device": "Ring",
    "programme": "Binaural",
    "output": "Headphones",
    "upmix": "Low Latency",
    "output_trim": -6.0,
}


def load(vst3: str, **values):
    plugin = pedalboard.load_plugin(vst3, plugin_name="Proscenium")
    for name, value in values.items():
        setattr(plugin, name, value)
    return plugin


def shown(plugin, name: str):
    """A parameter's value without pedalboard's number wrapper."""
    value = getattr(plugin, name)
    return value if isinstance(value, (str, bool)) else float(value)


def test_bundle_holds_the_plugins(vst3):
    names = pedalboard.VST3Plugin.get_plugin_names_for_file(vst3)
    assert names[0] == "Proscenium"
    assert "Proscenium Array" in names


def test_every_parameter_is_there(vst3):
    plugin = load(vst3)
    missing = (set(CHANGES) | {"peak_guard", "bypass"}) - set(plugin.parameters)
    assert not missing, f"{missing} not among {sorted(plugin.parameters)}"


@pytest.mark.parametrize("name", CHANGES)
def test_parameter_takes_a_value(vst3, name):
    plugin = load(vst3, **{name: CHANGES[name]})
    value = shown(plugin, name)
    assert value == (CHANGES[name] if isinstance(value, str) else pytest.approx(CHANGES[name], abs=0.06))


def test_state_round_trip(vst3, programme):
    saved = load(vst3, **CHANGES)
    restored = load(vst3)
    restored.raw_state = saved.raw_state
    for name in CHANGES:
        assert shown(restored, name) == shown(saved, name), name
    np.testing.assert_array_equal(restored.process(programme, RATE), saved.process(programme, RATE))


@pytest.mark.parametrize("channels", [2, 5])
@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"Output": "Drivers"},
        {"Output": "Headphones", "Width": "60 °", "Upmix": "Low Latency"},
        {"Output": "Drivers", "Device": "Laptop", "Distance": "0.6 m", "Upmix": "Off"},
    ],
    ids=lambda settings: ", ".join(settings.values()) or "default",
)
def test_sound_equals_the_clap(vst3, render_clap, programme, channels, settings):
    names = {"Output": "output", "Width": "width", "Upmix": "upmix", "Device": "device", "Distance": "distance"}
    number = lambda text: float(text.split()[0]) if text[0].isdigit() else text
    plugin = load(vst3, **{names[name]: number(text) for name, text in settings.items()})
    wide = np.zeros((channels, programme.shape[1]), np.float32)
    wide[:2] = programme
    heard = plugin.process(wide, RATE)
    expected = render_clap(programme, channels, settings)
    frames = min(heard.shape[1], expected.shape[1])
    assert heard.shape[0] == expected.shape[0] == channels
    assert np.abs(expected).max() > 1e-3
    assert np.abs(heard[:, :frames] - expected[:, :frames]).max() <= 1e-6


@pytest.mark.parametrize("rate", [44_100, 96_000, 192_000])
def test_other_rates(vst3, render_clap, programme, rate):
    plugin = load(vst3, output="Headphones")
    heard = plugin.process(programme, rate)
    expected = render_clap(programme, 2, {"Output": "Headphones"}, rate)
    frames = min(heard.shape[1], expected.shape[1])
    assert np.abs(heard[:, :frames] - expected[:, :frames]).max() <= 1e-6


@pytest.mark.parametrize("block", [1, 333, 8192])
def test_other_blocks(vst3, programme, block):
    short = programme[:, : 8192 if block == 1 else None]
    expected = load(vst3).process(short, RATE)
    np.testing.assert_array_equal(load(vst3).process(short, RATE, buffer_size=block), expected)
