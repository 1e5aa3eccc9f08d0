"""Pictures as people send them, sound and broken: kept as the photo alone, or refused."""

import io
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from app.conversations import media
from app.conversations.errors import FileTypeNotAllowed


def picture(image_format, **more):
    out = io.BytesIO()
    Image.new("RGB", (8, 4), "red").save(out, image_format, **more)
    return out.getvalue()


def of_a_telephone():
    exif = Image.Exif()
    exif[0x010F] = "PhoneMaker"
    depth = Image.new("L", (4, 2))
    return picture("MPO", save_all=True, append_images=[depth], exif=exif)


PICTURES = [picture(each) for each in ("JPEG", "PNG", "GIF", "WEBP")] + [of_a_telephone()]


def test_a_photo_with_a_second_picture_behind_it_is_that_photo():
    """As telephones write portraits: two pictures in one JPEG (CIPA DC-007)."""
    kept = media.kept(of_a_telephone())

    with Image.open(io.BytesIO(kept.content)) as image:
        assert (kept.media_type, image.format, image.size) == ("image/jpeg", "JPEG", (8, 4))
    assert b"PhoneMaker" not in kept.content


def test_what_is_transparent_stays_so():
    drawing = Image.new("P", (4, 4))
    drawing.putpalette([255, 0, 0, 0, 255, 0])
    out = io.BytesIO()
    drawing.save(out, "PNG", transparency=0)

    kept = media.kept(out.getvalue())

    with Image.open(io.BytesIO(kept.content)) as image:
        assert image.convert("RGBA").getpixel((0, 0))[3] == 0


@pytest.mark.filterwarnings("ignore::UserWarning:PIL")
@given(st.data())
def test_a_broken_picture_is_refused_whatever_its_reader_makes_of_it(data):
    content = bytearray(data.draw(st.sampled_from(PICTURES)))
    for _ in range(data.draw(st.integers(1, 6))):
        content[data.draw(st.integers(4, len(content) - 1))] = data.draw(st.integers(0, 255))

    with suppress(FileTypeNotAllowed):
        media.kept(bytes(content))
