"""What a file really is, by its first bytes, without what cameras write into pictures and people
into texts."""

import io
import warnings
from dataclasses import dataclass

from PIL import Image, ImageOps, ImageSequence

from app.conversations.cards import without_card_numbers
from app.conversations.errors import FileTypeNotAllowed

# Shown in the page; everything else is offered for download only.
INLINE = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp"})
_MOST_PIXELS = 50_000_000
_MOST_FRAMES = 300
# How the picture itself is written, not what was written into it: which colour is none.
_KEPT_OF_IT = frozenset({"transparency"})
_FORMATS = {
    "image/png": "PNG",
    "image/jpeg": "JPEG",
    "image/gif": "GIF",
    "image/webp": "WEBP",
}


@dataclass(frozen=True, slots=True)
class Kept:
    """What is stored of an upload."""

    content: bytes
    media_type: str


def kept(content: bytes) -> Kept:
    """The content as it may be stored. Raises FileTypeNotAllowed for all but the known types."""
    media_type = sniffed(content)
    if media_type in _FORMATS:
        return Kept(_without_metadata(content, _FORMATS[media_type]), media_type)
    if media_type == "text/plain":
        return Kept(without_card_numbers(content.decode()).encode(), media_type)
    return Kept(content, media_type)


def sniffed(content: bytes) -> str:
    """The media type that the first bytes tell; the name it came with does not count."""
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "image/webp"
    if content[4:8] == b"ftyp":
        return "video/mp4"
    for begin, media_type in _BEGINNINGS:
        if content.startswith(begin):
            return media_type
    if _is_mp3_frame(content):
        return "audio/mpeg"
    if _is_text(content):
        return "text/plain"
    raise FileTypeNotAllowed


_BEGINNINGS = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"%PDF-", "application/pdf"),
    (b"OggS", "audio/ogg"),
    (b"ID3", "audio/mpeg"),
)


def _is_mp3_frame(content: bytes) -> bool:
    return len(content) > 2 and content[0] == 0xFF and content[1] in {0xFB, 0xF3, 0xF2}


def _is_text(content: bytes) -> bool:
    """UTF-8 without control characters, and nothing that a browser would take for a page."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return False
    if any(sign < " " and sign not in "\n\r\t" for sign in text):
        return False
    return bool(text) and not text.lstrip().startswith("<")


def _without_metadata(content: bytes, image_format: str) -> bytes:
    """The same picture, turned as the camera held it, without place, time or device."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(content), formats=[image_format]) as image:
                return _saved(image, image_format)
    except Exception as error:  # whatever a broken picture makes of its reader
        raise FileTypeNotAllowed from error


def _saved(image: Image.Image, image_format: str) -> bytes:
    # Telephones put a depth map or a second view behind a photo: the first one is the photo.
    frames = 1 if image_format == "JPEG" else getattr(image, "n_frames", 1)
    if image.width * image.height * frames > _MOST_PIXELS or frames > _MOST_FRAMES:
        raise FileTypeNotAllowed
    out = io.BytesIO()
    if frames > 1:
        _save_moving(image, image_format, out)
    else:
        clean = ImageOps.exif_transpose(image)
        clean.info = {name: image.info[name] for name in _KEPT_OF_IT & image.info.keys()}
        clean.save(out, image_format, exif=b"")
    return out.getvalue()


def _save_moving(image: Image.Image, image_format: str, out: io.BytesIO) -> None:
    pictures, durations = [], []
    for frame in ImageSequence.Iterator(image):
        durations.append(frame.info.get("duration", 100))
        picture = frame.convert("RGBA")
        picture.info = {}
        pictures.append(picture)
    pictures[0].save(
        out,
        image_format,
        save_all=True,
        append_images=pictures[1:],
        duration=durations,
        loop=int(image.info.get("loop", 0)),
    )
