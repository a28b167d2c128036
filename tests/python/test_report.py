"""The report's page in headless Chromium: no complaint, everything there, everything seen, on a wide page, a phone and paper."""

import io
import re
import shutil

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import sync_playwright

SECTIONS = ["device", "polar", "maps", "cancellation", "zone", "filters", "room", "figures"]
WIDE, PHONE = (1200, 900), (390, 800)
# A custom device besides: one driver, a long name, characters that markup would take amiss.
ODD_DEVICE = """
name = "A & B <b>"
[enclosure]
shape = "sphere"
radius_m = 0.06
[[driver]]
name = "the only driver that there is, 'quoted'"
azimuth_deg = 20.0
radius_m = 0.03
band_hz = [200.0, 9000.0]
"""


@pytest.fixture(scope="module")
def pages(cli, tmp_path_factory):
    """The page of each device."""
    folder = tmp_path_factory.mktemp("reports")
    (folder / "odd.toml").write_text(ODD_DEVICE)
    devices = {"tabletop": "tabletop", "soundbar": "soundbar", "odd": folder / "odd.toml"}
    for name, device in devices.items():
        cli("report", "--device", device, "-o", folder / f"{name}.html")
    return {name: folder / f"{name}.html" for name in devices}


@pytest.fixture(scope="module")
def browser():
    program = shutil.which("chromium")
    assert program, "chromium is missing (Debian package chromium)"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def opened(browser, pages):
    """Opens the page of a device in a window of a size; at the end asserts that nothing was complained of, or asked of a network."""
    complaints, contexts = [], []

    def open_page(device="tabletop", size=WIDE, scheme="light", scripts=True):
        viewport = dict(zip(("width", "height"), size, strict=True))
        context = browser.new_context(viewport=viewport, color_scheme=scheme, java_script_enabled=scripts)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("requestfailed", lambda request: complaints.append(request.url[:80]))
        local = pages[device].as_uri()
        page.on("request", lambda request: request.url.startswith((local, "data:")) or complaints.append(request.url[:80]))
        page.goto(local)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert complaints == []


def picture(page, **options) -> np.ndarray:
    """What is seen, (rows, columns, colours)."""
    return np.asarray(Image.open(io.BytesIO(page.screenshot(**options))).convert("RGB")).astype(int)


@pytest.mark.parametrize("device", ["tabletop", "soundbar", "odd"])
@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["wide", "phone"])
def test_everything_is_there_and_nothing_sticks_out(opened, device, size):
    page = opened(device, size)
    assert page.evaluate("[...document.querySelectorAll('main > section')].map(section => section.id)") == SECTIONS
    # Every drawing takes room, lies within the window, and shows a line, a shape or a picture.
    for kind in ("svg.plot", "svg.polar", "svg.device", "svg.key"):
        drawings = page.locator(kind)
        assert drawings.count() > 0, kind
        for drawing in drawings.all():
            box = drawing.bounding_box()
            assert box["width"] > 20 and box["height"] > 4, (kind, box)
            assert box["x"] >= 0 and box["x"] + box["width"] <= size[0] + 1, (kind, box)
            assert drawing.locator("line, polyline, path, circle, ellipse, image").count() > 0, kind
    assert page.evaluate("document.documentElement.scrollWidth") <= size[0], "the page scrolls sideways"
    broken = "[...document.querySelectorAll('image')].filter(image => !image.getBBox().width).length"
    assert page.evaluate(broken) == 0
    # Pictures may spell anything.
    assert "NaN" not in re.sub(r"base64,[^\"]*", "", page.content())
    assert "inf " not in page.locator("#figures").inner_text()


def test_words_in_plots_can_be_read_on_a_phone(opened):
    page = opened(size=PHONE)
    heights = "[...document.querySelectorAll('.plot text')].filter(text => text.textContent.trim())\
.map(text => text.getBoundingClientRect().height)"
    assert min(page.evaluate(heights)) > 8


def test_every_figure_has_its_mark(opened):
    page = opened()
    rows = page.locator("#figures tr[data-figure]")
    assert rows.count() >= 24
    for row in rows.all():
        sign = {"aim": "✓✓", "floor": "✓ ", "below": "✗", None: ""}[row.get_attribute("data-pass")]
        assert row.locator(".mark").inner_text().startswith(sign.strip())
        assert row.locator(".number").first.inner_text().strip()
    assert page.locator("#figures tr[data-pass=below]").count() == 0


def test_a_dark_page_is_dark_and_both_show_their_lines(opened):
    for scheme, is_paper in (("light", lambda paper: paper > 240), ("dark", lambda paper: paper < 40)):
        seen = picture(opened(scheme=scheme).locator("#cancellation svg.plot").first)
        paper = np.median(seen.reshape(-1, 3), axis=0).mean()
        assert is_paper(paper), scheme
        # The blue of the first line, and words that stand out.
        blue = (seen[..., 2] - seen[..., 0] > 80) & (seen[..., 2] > 150)
        assert blue.sum() > 200, scheme
        assert np.abs(seen.mean(axis=2) - paper).max() > 150, scheme


def test_the_slider_changes_the_polar_plots(opened):
    page = opened()
    lines = lambda: page.evaluate("[...document.querySelectorAll('.polar-live path')].map(line => line.getAttribute('d'))")
    slider, before = page.locator("#frequency"), lines()
    assert len(before) == 9 and page.locator("#frequency-value").inner_text() == "1.01 kHz"
    for _ in range(6):
        slider.press("ArrowRight")
    after = lines()
    assert all(a != b for a, b in zip(before, after, strict=True))
    assert page.locator("#frequency-value").inner_text() == "4.03 kHz"
    box = page.locator(".polar-live svg").nth(2).bounding_box()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + 0.9 * box["height"])
    assert page.locator(".polar-live .readout").nth(2).inner_text().startswith("0.0°: Proscenium ")


def test_without_scripts_the_other_plots_are_enough(opened):
    page = opened(scripts=False)
    assert not page.locator(".polar-live").is_visible()
    assert page.locator(".polar-table svg").count() == 12 and page.locator(".polar-table svg").first.is_visible()


def test_it_prints_on_a4(opened):
    page = opened(scheme="dark")
    paper = page.pdf(format="A4", prefer_css_page_size=True)
    assert paper.startswith(b"%PDF") and 3 <= paper.count(b"/Type /Page\n") <= 14
    page.emulate_media(media="print", color_scheme="dark")
    assert np.median(picture(page)) > 240, "paper is white"
    assert not page.locator(".polar-live").is_visible()
