"""Parses JPEG, PNG and WebP files and keeps only what is needed to draw the picture.

So the decoder gets no metadata: no EXIF, no compressed text, no frames of an animation.
"""

import re
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

MAX_PARTS = 65_536
"""Segments or chunks of a file. Encoders write up to thousands; millions would only cost time."""
MAX_SCANS = 32
"""Scans of a JPEG. Each covers the whole picture; encoders write about 10."""


class Malformed(Exception):
    """The file is not of the format that its first bytes say."""


class Laborious(Exception):
    """A well-formed file that would take too much work to decode."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """`data` is the same picture in the same format; `orientation` is EXIF's 1 to 8."""

    width: int
    height: int
    orientation: int
    data: bytes


def exif_orientation(exif: bytes) -> int:
    """1 (upright) if it cannot be read, as in browsers."""
    tiff = exif.removeprefix(b"Exif\0\0")
    order = {b"II*\0": "<", b"MM\0*": ">"}.get(tiff[:4])
    if order is None:
        return 1
    try:
        (start,) = struct.unpack_from(f"{order}I", tiff, 4)
        (count,) = struct.unpack_from(f"{order}H", tiff, start)
        for entry in range(start + 2, start + 2 + 12 * count, 12):
            tag, kind, _, value = struct.unpack_from(f"{order}HHIH", tiff, entry)
            if tag == 0x0112 and kind == 3:
                return value if 1 <= value <= 8 else 1
    except struct.error:
        return 1
    return 1


# JPEG: segments up to the end-of-image marker; phones append videos and second pictures after it.

_JPEG_NEXT_MARKER = re.compile(rb"\xff+[^\x00\xff]")
_JPEG_END_OF_SCAN_DATA = re.compile(rb"\xff+[^\x00\xd0-\xd7\xff]")
_SOI, _EOI, _SOS, _DHT, _JPG, _DAC = 0xD8, 0xD9, 0xDA, 0xC4, 0xC8, 0xCC
_APP0, _APP1, _APP2, _APP14, _APP15, _COM = 0xE0, 0xE1, 0xE2, 0xEE, 0xEF, 0xFE
_FRAME_HEADERS = frozenset(range(0xC0, 0xD0)) - {_DHT, _JPG, _DAC}


def _jpeg_segments(data: bytes) -> Iterator[tuple[int, bytes, bytes]]:
    """(marker, payload, scan data that follows). Ends after the end-of-image marker."""
    position = 2
    for _ in range(MAX_PARTS):
        found = _JPEG_NEXT_MARKER.search(data, position)
        if found is None:
            raise Malformed("no end of image")
        marker, position = data[found.end() - 1], found.end()
        if marker == _EOI:
            yield marker, b"", b""
            return
        if len(data) < position + 2:
            raise Malformed("a segment is cut off")
        end = position + int.from_bytes(data[position : position + 2])
        if end < position + 2 or len(data) < end:
            raise Malformed("a segment is cut off")
        payload, position = data[position + 2 : end], end
        scan = b""
        if marker == _SOS:
            found = _JPEG_END_OF_SCAN_DATA.search(data, position)
            if found is None:
                raise Malformed("no end of image")
            scan, position = data[position : found.start()], found.start()
        yield marker, payload, scan
    raise Laborious("too many segments")


def _is_drawn_with(marker: int, payload: bytes) -> bool:
    """Whether decoding needs the segment: JFIF, Adobe and ICC tell the colours; the rest is
    metadata."""
    if marker == _APP0:
        return payload.startswith(b"JFIF\0")
    if marker == _APP2:
        return payload.startswith(b"ICC_PROFILE\0")
    if marker == _APP14:
        return payload.startswith(b"Adobe")
    return marker != _COM and not _APP0 <= marker <= _APP15


def take_jpeg_apart(data: bytes) -> Picture:
    size: tuple[int, int] | None = None
    orientation, scans = 1, 0
    kept = [b"\xff\xd8"]
    for marker, payload, scan in _jpeg_segments(data):
        if marker in _FRAME_HEADERS:
            if size is not None or len(payload) < 6:
                raise Malformed("not one frame header")
            size = (int.from_bytes(payload[3:5]), int.from_bytes(payload[1:3]))
        elif marker == _APP1 and payload.startswith(b"Exif\0\0"):
            orientation = exif_orientation(payload)
        elif marker == _SOS:
            scans += 1
            if scans > MAX_SCANS:
                raise Laborious("too many scans")
        if marker == _EOI:
            kept.append(b"\xff\xd9")
        elif _is_drawn_with(marker, payload):
            kept.append(struct.pack(">BBH", 0xFF, marker, len(payload) + 2) + payload + scan)
    if size is None or not scans:
        raise Malformed("no picture in it")
    return Picture(width=size[0], height=size[1], orientation=orientation, data=b"".join(kept))


# PNG: of an APNG only the default picture is kept.

PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_PNG_KEPT = frozenset({b"IHDR", b"PLTE", b"tRNS", b"iCCP", b"IDAT", b"IEND"})


def _png_chunk(kind: bytes, payload: bytes) -> bytes:
    return struct.pack(">I", len(payload)) + kind + payload + _png_checksum(kind, payload)


def _png_checksum(kind: bytes, payload: bytes) -> bytes:
    return zlib.crc32(payload, zlib.crc32(kind)).to_bytes(4)


def _png_chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Every chunk up to IEND; the checksums of those that are kept are verified."""
    position = len(PNG_SIGNATURE)
    for _ in range(MAX_PARTS):
        if len(data) < position + 12:
            raise Malformed("no end of image")
        length, kind = struct.unpack_from(">I4s", data, position)
        end = position + 8 + length
        payload, checksum = data[position + 8 : end], data[end : end + 4]
        if len(checksum) < 4:
            raise Malformed("a chunk is cut off")
        if kind in _PNG_KEPT and checksum != _png_checksum(kind, payload):
            raise Malformed("a checksum differs")
        yield kind, payload
        if kind == b"IEND":
            return
        position = end + 4
    raise Laborious("too many chunks")


def take_png_apart(data: bytes) -> Picture:
    orientation = 1
    single: dict[bytes, bytes] = {}
    compressed: list[bytes] = []
    for kind, payload in _png_chunks(data):
        if not single and (kind != b"IHDR" or len(payload) != 13):
            raise Malformed("does not begin with its header")
        if kind == b"IDAT":
            compressed.append(payload)
        elif kind == b"eXIf":
            orientation = exif_orientation(payload)
        elif kind in _PNG_KEPT:
            if kind in single:
                raise Malformed("a chunk that must be single is not")
            single[kind] = payload
    width, height = struct.unpack_from(">II", single[b"IHDR"])
    kept = [
        _png_chunk(kind, single[kind])
        for kind in (b"IHDR", b"iCCP", b"PLTE", b"tRNS")
        if kind in single
    ]
    kept += [_png_chunk(b"IDAT", b"".join(compressed)), _png_chunk(b"IEND", b"")]
    return Picture(
        width=width, height=height, orientation=orientation, data=PNG_SIGNATURE + b"".join(kept)
    )


# WebP: only metadata is removed; the canvas bounds every frame, and only the first is decoded.

_WEBP_METADATA = frozenset({b"EXIF", b"XMP "})


def _webp_chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    end = 8 + int.from_bytes(data[4:8], "little")
    if len(data) < end:
        raise Malformed("cut off")
    position = 12
    for _ in range(MAX_PARTS):
        if position >= end:
            return
        if end < position + 8:
            raise Malformed("a chunk is cut off")
        kind, length = struct.unpack_from("<4sI", data, position)
        if end < position + 8 + length:
            raise Malformed("a chunk is cut off")
        yield kind, data[position + 8 : position + 8 + length]
        position += 8 + length + length % 2
    raise Laborious("too many chunks")


def _webp_size(kind: bytes, payload: bytes) -> tuple[int, int]:
    """The size of the canvas, from the first chunk."""
    if kind == b"VP8X" and len(payload) >= 10:
        width = int.from_bytes(payload[4:7], "little") + 1
        return width, int.from_bytes(payload[7:10], "little") + 1
    if kind == b"VP8 " and payload[3:6] == b"\x9d\x01\x2a" and len(payload) >= 10:
        width, height = struct.unpack_from("<HH", payload, 6)
        return width & 0x3FFF, height & 0x3FFF
    if kind == b"VP8L" and payload[:1] == b"\x2f" and len(payload) >= 5:
        bits = int.from_bytes(payload[1:5], "little")
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    raise Malformed("no size in it")


def take_webp_apart(data: bytes) -> Picture:
    size: tuple[int, int] | None = None
    orientation = 1
    kept = [b"WEBP"]
    for kind, payload in _webp_chunks(data):
        if size is None:
            size = _webp_size(kind, payload)
        if kind == b"EXIF":
            orientation = exif_orientation(payload)
        if kind not in _WEBP_METADATA:
            kept.append(
                struct.pack("<4sI", kind, len(payload)) + payload + b"\0" * (len(payload) % 2)
            )
    if size is None:
        raise Malformed("no picture in it")
    body = b"".join(kept)
    return Picture(
        width=size[0],
        height=size[1],
        orientation=orientation,
        data=b"RIFF" + len(body).to_bytes(4, "little") + body,
    )
