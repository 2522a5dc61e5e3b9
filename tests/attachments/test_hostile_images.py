"""What is refused, and with which word; no bytes whatever raise anything else."""

import contextlib
import io
import struct
import time
import zlib
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from app.attachments.images import ImageLimits, clean_image
from app.domain.errors import Unacceptable
from tests.attachments.pictures import (
    exif_of,
    gradient,
    jpeg,
    jpeg_segment,
    png,
    png_chunk,
    png_header,
    png_with,
    srgb_profile,
    webp,
)

LIMITS = ImageLimits()


def refusal(data: bytes, limits: ImageLimits = LIMITS) -> str:
    with pytest.raises(Unacceptable) as refused:
        clean_image(data, limits)
    return refused.value.code


def saved_as(form: str) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (4, 4)).save(out, format=form)
    return out.getvalue()


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\xff\xd8",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"\0\0\0\x18ftypheic\0\0\0\0mif1heic",
        b"RIFF\x24\0\0\0WAVEfmt ",
        b"%PDF-1.7",
    ],
)
def test_what_is_not_a_known_picture_is_unsupported(data: bytes) -> None:
    assert refusal(data) == "unsupported_image"


@pytest.mark.parametrize("form", ["GIF", "BMP", "TIFF", "ICO", "AVIF"])
def test_other_formats_are_unsupported(form: str) -> None:
    assert refusal(saved_as(form)) == "unsupported_image"


@pytest.mark.parametrize("make", [jpeg, png, webp])
def test_a_picture_cut_off_anywhere_is_corrupt(make: Callable[[], bytes]) -> None:
    data = make()
    for length in range(16, len(data) - 1, max(1, len(data) // 60)):
        assert refusal(data[:length]) == "corrupt_image", length


def test_a_png_with_a_flipped_bit_is_corrupt() -> None:
    data = bytearray(png())
    data[len(data) // 2] ^= 1
    assert refusal(bytes(data)) == "corrupt_image"


def test_too_many_bytes() -> None:
    data = png()
    assert refusal(data, ImageLimits(max_bytes=len(data) - 1)) == "image_too_large"
    clean_image(data, ImageLimits(max_bytes=len(data)))


@pytest.mark.parametrize("make", [jpeg, png, webp])
def test_too_many_pixels(make: Callable[[], bytes]) -> None:
    assert refusal(make(), ImageLimits(max_pixels=64 * 48 - 1)) == "image_too_many_pixels"
    clean_image(make(), ImageLimits(max_pixels=64 * 48))


def test_pixels_are_counted_before_anything_is_decoded() -> None:
    huge = (
        png()[:8] + png_header(60_000, 60_000) + png_chunk(b"IDAT", b"") + png_chunk(b"IEND", b"")
    )
    assert refusal(huge) == "image_too_many_pixels"
    claims = struct.pack("<4sI4s4sI", b"RIFF", 22, b"WEBP", b"VP8X", 10)
    assert refusal(claims + b"\0" * 4 + b"\xff" * 6) == "image_too_many_pixels"


def test_text_that_unpacks_to_far_more_is_never_unpacked() -> None:
    bomb = zlib.compress(b"\0" * 60_000_000, 9)
    began = time.process_time()
    data = png_with(
        png_chunk(b"zTXt", b"Comment\0\0" + bomb), png_chunk(b"iTXt", b"a\0\1\0\0\0" + bomb)
    )
    packed = time.process_time()
    assert clean_image(data, LIMITS).width == 64
    assert time.process_time() - packed < max(0.5, (packed - began) / 2)


def test_a_profile_that_unpacks_to_far_more_is_corrupt() -> None:
    bomb = png_chunk(b"iCCP", b"a\0\0" + zlib.compress(b"\0" * 50_000_000, 9))
    assert refusal(png_with(bomb)) == "corrupt_image"


def test_pixels_beyond_those_of_the_header_are_not_unpacked() -> None:
    pixels = png_chunk(b"IDAT", zlib.compress(b"\0" * 100_000_000, 9))
    small = png()[:8] + png_header(4, 4) + pixels + png_chunk(b"IEND", b"")
    assert clean_image(small, LIMITS).width == 4


def test_millions_of_empty_parts_are_refused() -> None:
    empty_chunks = png_with(*[png_chunk(b"IDAT", b"")] * 70_000)
    assert refusal(empty_chunks) == "image_too_many_pixels"
    honest = jpeg()
    assert refusal(honest[:2] + b"\xff\xfe\0\2" * 70_000 + honest[2:]) == "image_too_many_pixels"


def test_a_jpeg_of_endless_scans_is_refused() -> None:
    progressive = jpeg(progressive=True)
    last_scan = progressive.rindex(b"\xff\xda")
    again = progressive[last_scan:-2] * 40
    assert refusal(progressive[:-2] + again + b"\xff\xd9") == "image_too_many_pixels"


def test_an_animation_of_thousands_of_frames_costs_one() -> None:
    frames = [Image.new("L", (8, 8), shade % 256) for shade in range(2000)]
    for make in (webp, png):
        data = make(frames[0], save_all=True, append_images=frames[1:])
        began = time.process_time()
        clean_image(data, LIMITS)
        assert time.process_time() - began < 0.5


def test_a_damaged_palette_is_not_drawn_with() -> None:
    data = bytearray(png(gradient(mode="P")))
    data[data.index(b"PLTE") + 4] ^= 1
    assert refusal(bytes(data)) == "corrupt_image"


def test_a_jpeg_with_two_sizes_is_corrupt() -> None:
    data = jpeg()
    frame = jpeg_segment(0xC0, b"\x08\x00\x02\x00\x02\x01\x01\x11\x00")
    assert refusal(data[:2] + frame + data[2:]) == "corrupt_image"


def test_a_png_with_two_headers_is_corrupt() -> None:
    assert refusal(png_with(png_header(2, 2))) == "corrupt_image"


def test_a_png_of_palette_colours_without_a_palette_is_corrupt() -> None:
    data = png(gradient(mode="P"))
    start = data.index(b"PLTE") - 4
    end = start + 12 + int.from_bytes(data[start : start + 4])
    assert refusal(data[:start] + data[end:]) == "corrupt_image"


HONEST = (
    jpeg(exif=exif_of(6), icc_profile=srgb_profile()),
    jpeg(progressive=True),
    jpeg(gradient(mode="CMYK")),
    png(exif=exif_of(5), icc_profile=srgb_profile()),
    png(gradient(mode="P")),
    png(gradient(mode="LA")),
    webp(exif=exif_of(8), icc_profile=srgb_profile()),
    webp(gradient(), save_all=True, append_images=[Image.new("RGB", (64, 48))]),
)


def answers(data: bytes) -> None:
    """An image or an `Unacceptable`; pytest turns warnings into errors as well."""
    with contextlib.suppress(Unacceptable):
        clean_image(data, LIMITS)


@settings(max_examples=150, deadline=None)
@given(
    start=st.sampled_from([b"", b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"RIFF\x40\0\0\0WEBPVP8X"]),
    rest=st.binary(max_size=400),
)
def test_any_bytes_are_answered(start: bytes, rest: bytes) -> None:
    answers(start + rest)


@settings(max_examples=500, deadline=None)
@given(data=st.data())
def test_any_damage_to_a_picture_is_answered(data: st.DataObject) -> None:
    damaged = bytearray(data.draw(st.sampled_from(HONEST)))
    for _ in range(data.draw(st.integers(1, 6))):
        at = data.draw(st.integers(0, len(damaged) - 1))
        removed = data.draw(st.integers(0, 4))
        damaged[at : at + removed] = data.draw(st.binary(max_size=4))
    answers(bytes(damaged))


@settings(max_examples=200, deadline=None)
@given(
    kind=st.sampled_from([b"IHDR", b"PLTE", b"tRNS", b"iCCP", b"IDAT", b"eXIf"]),
    payload=st.binary(max_size=40),
)
def test_any_png_chunk_with_a_right_checksum_is_answered(kind: bytes, payload: bytes) -> None:
    answers(png_with(png_chunk(kind, payload)))
    honest = png(gradient(mode="P"))
    before_pixels = honest.index(b"IDAT") - 4
    answers(honest[:before_pixels] + png_chunk(kind, payload) + honest[before_pixels:])
