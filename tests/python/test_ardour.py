"""The VST3 in Ardour 7: sessions that are rendered, saved and loaded again sound as the CLAP does, sample for sample.

A stereo track of Ardour takes a plugin's default layout, so wide outputs are those of Proscenium Array.
"""

import ardour
import numpy as np
import pytest

RATE = 48_000
# What the CLAP is told, and the same for Ardour, in the units that the plugin shows; choices by number.
SETTINGS = {
    "default": ({}, {}),
    "headphones": (
        {"Output": "Headphones", "Width": "45 °", "Upmix": "Low Latency", "Output Trim": "-6 dB"},
        {"Output": 2, "Width": 45, "Upmix": 1, "Output Trim": -6},
    ),
    "laptop": (
        {"Device": "Laptop", "Distance": "0.6 m", "Upmix": "Off", "Cancellation": "50 %"},
        {"Device": 2, "Distance": 0.6, "Upmix": 0, "Cancellation": 50},
    ),
    "ring": (
        {"Device": "Ring", "Listening Zone": "6 cm", "Programme": "Binaural", "Peak Guard": "off"},
        {"Device": 6, "Listening Zone": 6, "Programme": 1, "Peak Guard": 0},
    ),
}
CASES = [
    ("Proscenium", 2, "default", RATE),
    ("Proscenium", 2, "headphones", 44_100),
    ("Proscenium Array", 5, "laptop", RATE),
    ("Proscenium Array", 8, "ring", RATE),
]


@pytest.fixture(scope="module")
def host(vst3, tmp_path_factory):
    if not ardour.is_installed():
        pytest.skip("Ardour 7 is missing (Debian package ardour)")
    return ardour.Ardour(tmp_path_factory.mktemp("ardour"), vst3)


@pytest.mark.parametrize(("plugin", "channels", "settings", "rate"), CASES)
def test_sessions_sound_as_the_clap(host, render_clap, programme, plugin, channels, settings, rate):
    texts, values = SETTINGS[settings]
    session = host.create(plugin, programme, channels, values, rate)
    set_values = session.values
    assert {name: set_values[name] for name in values} == pytest.approx(values, rel=1e-6)
    saved = session.plugin_state()
    assert saved

    frames = programme.shape[1]
    expected = render_clap(np.pad(programme, ((0, 0), (0, RATE // 4))), channels, texts, rate)[:, :frames]
    assert expected.shape == (channels, frames) and np.abs(expected).max() > 1e-3
    session.assert_sounds_as(expected)

    session.reopen()
    assert session.values == set_values
    assert session.plugin_state() == saved
    session.assert_sounds_as(expected)


def test_only_ardours_own_faults_are_forgiven():
    expected = np.random.default_rng(3).standard_normal((4, 3 * ardour.STRAY_PERIOD + 100))
    places = np.arange(0, expected.shape[1] - 100, ardour.STRAY_PERIOD)

    def changed(*places_of_channels):
        heard = expected.copy()
        for channel, where in places_of_channels:
            heard[channel, where] += 1.0
        return heard

    assert ardour.is_stray(changed((2, places + 5)), expected)
    for heard in (
        expected,
        expected[:3],
        expected[:, :-1],
        np.roll(expected, 16, axis=1),
        changed((2, places), (2, places + 1)),
        changed((1, places), (2, places)),
        changed((2, slice(None))),
    ):
        assert not ardour.is_stray(heard, expected)
