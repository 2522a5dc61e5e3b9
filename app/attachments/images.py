"""Re-encodes an uploaded picture: known type, bounded size, upright, no metadata.

The type is told by the bytes, never by a file name or the client's content type.
"""

import hashlib
import io
import struct
import zlib
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from PIL import Image, ImageCms, ImageFile, JpegImagePlugin, PngImagePlugin, WebPImagePlugin

from app.attachments.containers import (
    PNG_SIGNATURE,
    Laborious,
    Malformed,
    Picture,
    take_jpeg_apart,
    take_png_apart,
    take_webp_apart,
)
from app.domain.errors import Unacceptable

_MAX_ICC_BYTES = 4 * 1024 * 1024
_SRGB = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))

_UNREADABLE = (
    Image.DecompressionBombError,
    ArithmeticError,
    AssertionError,
    AttributeError,
    EOFError,
    LookupError,
    MemoryError,
    OSError,  # UnidentifiedImageError among others
    RuntimeError,
    SyntaxError,
    TypeError,
    ValueError,
    struct.error,
    zlib.error,
)
"""What Pillow raises for bytes that it cannot decode."""

_UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ImageLimits:
    max_bytes: int = 20 * 1024 * 1024
    max_pixels: int = 50_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class CleanImage:
    """`sha256` is that of `data`, in hex."""

    content_type: str
    width: int
    height: int
    data: bytes
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Format:
    content_type: str
    pillow_name: str
    take_apart: Callable[[bytes], Picture]
    decoder: type[ImageFile.ImageFile]
    save_options: dict[str, Any]


_JPEG = _Format(
    content_type="image/jpeg",
    pillow_name="JPEG",
    take_apart=take_jpeg_apart,
    decoder=JpegImagePlugin.JpegImageFile,
    save_options={"quality": 90},
)
_PNG = _Format(
    content_type="image/png",
    pillow_name="PNG",
    take_apart=take_png_apart,
    decoder=PngImagePlugin.PngImageFile,
    save_options={"compress_level": 6},
)
_WEBP = _Format(
    content_type="image/webp",
    pillow_name="WEBP",
    take_apart=take_webp_apart,
    decoder=WebPImagePlugin.WebPImageFile,
    save_options={"quality": 90, "method": 2},
)

_WEBP_SMALLER = ({"quality": 70, "method": 2}, {"quality": 45, "method": 2})
_GROWTH = 1.2


def clean_image(data: bytes, limits: ImageLimits) -> CleanImage:
    """Raises only `Unacceptable`, whatever the bytes. The same input gives the same output.

    A JPEG keeps its quantization and subsampling, so that it stays about as large as it was.

    A phone's photo takes 0.1 to 0.6 s and 100 to 250 MB, the largest allowed some seconds and 1 GB:
    call it in a thread, one or two at a time.
    """
    if len(data) > limits.max_bytes:
        raise Unacceptable("image_too_large", max_bytes=limits.max_bytes)
    kind = _sniff(data)
    if kind is None:
        raise Unacceptable("unsupported_image", allowed="image/jpeg, image/png, image/webp")
    too_many = Unacceptable("image_too_many_pixels", max_pixels=limits.max_pixels)
    try:
        picture = kind.take_apart(data)
        if picture.width * picture.height > limits.max_pixels:
            raise too_many
        image, as_taken = _decode(kind, picture)
        kind, encoded = _encode(kind, image, as_taken)
        for options in _WEBP_SMALLER if kind is _WEBP else ():  # its quality is not in the file
            if len(encoded) > _GROWTH * len(data):
                encoded = _saved(kind, image, options)
    except Laborious as error:
        raise too_many from error
    except (Malformed, *_UNREADABLE) as error:
        raise Unacceptable("corrupt_image") from error
    return CleanImage(
        content_type=kind.content_type,
        width=image.width,
        height=image.height,
        data=encoded,
        sha256=hashlib.sha256(encoded).hexdigest(),
    )


def _sniff(data: bytes) -> _Format | None:
    if data.startswith(b"\xff\xd8\xff"):
        return _JPEG
    if data.startswith(PNG_SIGNATURE):
        return _PNG
    if data.startswith(b"RIFF") and data[8:12] == b"WEBP":
        return _WEBP
    return None


def _decode(kind: _Format, picture: Picture) -> tuple[Image.Image, dict[str, Any]]:
    """The picture, and how its file was encoded. Uses the format's own decoder: `Image.open` would
    guess the format, with warnings."""
    with kind.decoder(io.BytesIO(picture.data)) as opened:
        if opened.size != (picture.width, picture.height):
            raise Malformed("two sizes in one file")
        opened.load()
        as_taken = _encoding_of(opened)
        profile = opened.info.get("icc_profile")
        has_palette = opened.mode == "P" and not opened.has_transparency_data and not profile
        image = opened.copy() if has_palette else _in_srgb(_in_plain_mode(opened), profile)
    if picture.orientation in _UPRIGHT:
        image = image.transpose(_UPRIGHT[picture.orientation])
    image.info.clear()
    return image, as_taken


def _encoding_of(opened: ImageFile.ImageFile) -> dict[str, Any]:
    """Of a JPEG: encoding 75 again as 90 would double it."""
    if not isinstance(opened, JpegImagePlugin.JpegImageFile) or opened.mode not in {"L", "RGB"}:
        return {}
    sampling = JpegImagePlugin.get_sampling(opened)
    return {
        "qtables": opened.quantization,
        "optimize": True,
        **({} if sampling < 0 else {"subsampling": sampling}),
    }


def _in_plain_mode(image: Image.Image) -> Image.Image:
    """L, RGB, RGBA or CMYK: what colour conversion and every encoder understand."""
    if image.mode.startswith("I"):
        # 16 bits of grey: convert() alone would clip everything above 255 to white
        return image.point(lambda level: level * (1 / 256)).convert("L")
    if image.has_transparency_data:
        return image.convert("RGBA")
    if image.mode == "1":
        return image.convert("L")
    return image if image.mode in {"L", "RGB", "CMYK"} else image.convert("RGB")


def _in_srgb(image: Image.Image, profile: bytes | None) -> Image.Image:
    """Ignores a profile that is broken or for another colour space, as viewers do."""
    converted = image
    if profile and len(profile) <= _MAX_ICC_BYTES:
        target = "RGBA" if image.mode == "RGBA" else "RGB"
        try:
            source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            converted = ImageCms.profileToProfile(image, source, _SRGB, outputMode=target) or image
        except (ImageCms.PyCMSError, *_UNREADABLE):
            converted = image
    if image.mode in {"L", "CMYK"}:
        return converted.convert("L" if image.mode == "L" else "RGB")
    return converted


def _encode(kind: _Format, image: Image.Image, as_taken: dict[str, Any]) -> tuple[_Format, bytes]:
    """WebP's encoder refuses some large pictures that its decoder reads: they become JPEG."""
    if as_taken:
        with suppress(*_UNREADABLE):  # tables that only a decoder takes
            return kind, _saved(kind, image, as_taken)
    try:
        return kind, _saved(kind, image, kind.save_options)
    except _UNREADABLE:
        if kind is not _WEBP:
            raise
    ground = Image.new("RGB", image.size, "white")
    ground.paste(image, mask=image if image.has_transparency_data else None)
    return _JPEG, _saved(_JPEG, ground, _JPEG.save_options)


def _saved(kind: _Format, image: Image.Image, options: dict[str, Any]) -> bytes:
    out = io.BytesIO()
    image.save(out, format=kind.pillow_name, **options)
    return out.getvalue()
