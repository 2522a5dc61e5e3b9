"""Pictures to upload, honest and otherwise."""

import io
import struct
import zlib

from PIL import Image, ImageCms

SECRET = b"31.2304N 121.4737E"
"""Stands for whatever a photo knows about its taker. Must be found in nothing that we keep."""


def gradient(width: int = 64, height: int = 48, mode: str = "RGB") -> Image.Image:
    """Left is black, right is red; the lower half is bluer: no two corners are alike."""
    image = Image.new("RGB", (width, height))
    for x in range(width):
        for y in range(height):
            image.putpixel((x, y), (x * 255 // width, 0, 200 if y > height // 2 else 0))
    return image.convert(mode)


def exif_of(orientation: int) -> bytes:
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x010E] = SECRET.decode()
    return exif.tobytes()


def srgb_profile() -> bytes:
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def swapped_profile() -> bytes:
    """An RGB profile whose red and green primaries have changed places."""
    profile = srgb_profile()
    tags = struct.unpack_from(">I", profile, 128)[0]
    swap = {b"rXYZ": b"gXYZ", b"gXYZ": b"rXYZ"}
    edited = bytearray(profile)
    for entry in range(132, 132 + 12 * tags, 12):
        name = profile[entry : entry + 4]
        edited[entry : entry + 4] = swap.get(name, name)
    return bytes(edited)


def jpeg(image: Image.Image | None = None, **options: object) -> bytes:
    return _saved(image, "JPEG", quality=95, subsampling=0, **options)


def png(image: Image.Image | None = None, **options: object) -> bytes:
    return _saved(image, "PNG", **options)


def webp(image: Image.Image | None = None, **options: object) -> bytes:
    return _saved(image, "WEBP", lossless=True, **options)


def _saved(image: Image.Image | None, form: str, **options: object) -> bytes:
    out = io.BytesIO()
    (image or gradient()).save(out, format=form, **options)
    return out.getvalue()


def png_chunk(kind: bytes, payload: bytes) -> bytes:
    checksum = zlib.crc32(kind + payload).to_bytes(4)
    return len(payload).to_bytes(4) + kind + payload + checksum


def png_with(*chunks: bytes) -> bytes:
    """An honest PNG with these chunks put in behind its header."""
    honest = png()
    return honest[:33] + b"".join(chunks) + honest[33:]


def png_header(width: int, height: int) -> bytes:
    """Eight bits of grey."""
    return png_chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))


def jpeg_segment(marker: int, payload: bytes) -> bytes:
    return struct.pack(">BBH", 0xFF, marker, len(payload) + 2) + payload
