"""Takes the pictures of docs/tour.md, when TOUR=1."""

import io
import os

from PIL import Image
from playwright.sync_api import Page

from app.demo.stack import ROOT

FOLDER = ROOT / "docs" / "tour"
COLOURS = 256


def picture(page: Page, name: str) -> None:
    """Save what the page shows as `docs/tour/<name>.png`, small enough to keep."""
    if not os.environ.get("TOUR"):
        return
    page.wait_for_timeout(300)
    shot = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
    small = shot.quantize(COLOURS, Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE)
    FOLDER.mkdir(parents=True, exist_ok=True)
    small.save(FOLDER / f"{name}.png", optimize=True)
