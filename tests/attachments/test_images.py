"""What an honest picture comes out as."""

import hashlib
import io
from typing import Any

import pytest
from PIL import Image, ImageOps

from app.attachments import images
from app.attachments.images import CleanImage, ImageLimits, clean_image
from tests.attachments.pictures import (
    SECRET,
    exif_of,
    gradient,
    jpeg,
    jpeg_segment,
    png,
    png_chunk,
    srgb_profile,
    swapped_profile,
    webp,
)

LIMITS = ImageLimits()
FORMATS = {"image/jpeg": jpeg, "image/png": png, "image/webp": webp}


def opened(clean: CleanImage) -> Image.Image:
    image = Image.open(io.BytesIO(clean.data))
    image.load()
    return image


def assert_alike(left: Image.Image, right: Image.Image, tolerance: int = 24) -> None:
    assert left.size == right.size
    for corner in ((2, 2), (left.width - 3, 2), (2, left.height - 3), (left.width // 4, 5)):
        one, other = left.convert("RGB").getpixel(corner), right.convert("RGB").getpixel(corner)
        assert isinstance(one, tuple)
        assert isinstance(other, tuple)
        assert max(abs(a - b) for a, b in zip(one, other, strict=True)) <= tolerance, corner


@pytest.mark.parametrize("content_type", FORMATS)
def test_a_picture_keeps_its_format_size_and_look(content_type: str) -> None:
    clean = clean_image(FORMATS[content_type](), LIMITS)

    assert (clean.content_type, clean.width, clean.height) == (content_type, 64, 48)
    assert clean.sha256 == hashlib.sha256(clean.data).hexdigest()
    assert_alike(opened(clean), gradient())


@pytest.mark.parametrize("content_type", FORMATS)
def test_cleaning_is_deterministic(content_type: str) -> None:
    data = FORMATS[content_type](exif=exif_of(6))
    assert clean_image(data, LIMITS) == clean_image(data, LIMITS)


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("content_type", FORMATS)
def test_a_picture_is_turned_upright(content_type: str, orientation: int) -> None:
    data = FORMATS[content_type](exif=exif_of(orientation))

    clean = clean_image(data, LIMITS)

    upright = ImageOps.exif_transpose(Image.open(io.BytesIO(data)))
    assert (clean.width, clean.height) == upright.size
    assert_alike(opened(clean), upright)


@pytest.mark.parametrize("orientation", [0, 9, 65535])
def test_an_orientation_that_does_not_exist_is_ignored(orientation: int) -> None:
    assert clean_image(jpeg(exif=exif_of(orientation)), LIMITS).width == 64


@pytest.mark.parametrize("content_type", FORMATS)
def test_no_metadata_is_kept(content_type: str) -> None:
    xmp = b'<x:xmpmeta xmlns:x="adobe:ns:meta/">' + SECRET + b"</x:xmpmeta>"
    data = FORMATS[content_type](exif=exif_of(3), xmp=xmp, icc_profile=srgb_profile())
    if content_type == "image/jpeg":
        segments = (jpeg_segment(0xFE, SECRET), jpeg_segment(0xED, b"Photoshop 3.0\0" + SECRET))
        data = data[:2] + b"".join(segments) + data[2:] + b"\0\0ftypmp4" + SECRET
    if content_type == "image/png":
        text = png_chunk(b"tEXt", b"Comment\0" + SECRET)
        data = data[:33] + text + data[33:] + SECRET
    assert SECRET in data
    kind = images._sniff(data)
    assert kind is not None
    assert SECRET not in kind.take_apart(data).data  # what the decoder gets to see

    clean = clean_image(data, LIMITS)

    assert SECRET not in clean.data
    assert set(opened(clean).info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"} | {
        # of a WebP file: what the decoder says of every one
        *("loop", "background", "timestamp", "duration"),
    }
    for sign in (b"Exif", b"EXIF", b"eXIf", b"ICC_PROFILE", b"ICCP", b"iCCP", b"xmp", b"XMP"):
        assert sign not in clean.data


@pytest.mark.parametrize("content_type", FORMATS)
def test_colours_of_a_profile_are_converted_to_srgb(content_type: str) -> None:
    red = Image.new("RGB", (8, 8), (255, 0, 0))
    data = FORMATS[content_type](red, icc_profile=swapped_profile())

    pixel = opened(clean_image(data, LIMITS)).convert("RGB").getpixel((4, 4))

    assert isinstance(pixel, tuple)
    assert pixel[1] > 200
    assert pixel[0] < 60


@pytest.mark.parametrize("profile", [b"not a profile", srgb_profile()[:300], b"\0" * 500])
def test_a_broken_profile_is_left_out(profile: bytes) -> None:
    clean = clean_image(jpeg(icc_profile=profile), LIMITS)
    assert_alike(opened(clean), gradient())


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"])
def test_every_kind_of_png_is_readable(mode: str) -> None:
    image = gradient().convert("L").convert("I;16") if mode == "I;16" else gradient(mode=mode)
    clean = clean_image(png(image), LIMITS)
    assert opened(clean).mode in {"L", "P", "RGB", "RGBA"}


def test_sixteen_bits_of_grey_are_scaled_and_not_clipped() -> None:
    grey = Image.new("I;16", (4, 4), 0x8000)
    assert opened(clean_image(png(grey), LIMITS)).getpixel((1, 1)) == 128


def test_transparency_is_kept() -> None:
    glass = Image.new("RGBA", (8, 8), (10, 20, 30, 0))
    for data in (png(glass), webp(glass, exact=True)):
        clear = opened(clean_image(data, LIMITS)).convert("RGBA").getchannel("A")
        assert clear.getextrema() == (0, 0)


def test_a_transparent_palette_is_kept() -> None:
    palette = gradient(mode="P")
    clean = clean_image(png(palette, transparency=bytes([0] * 256)), LIMITS)
    assert opened(clean).convert("RGBA").getchannel("A").getextrema() == (0, 0)


def test_print_colours_become_screen_colours() -> None:
    cmyk = Image.new("CMYK", (8, 8), (0, 255, 255, 0))
    pixel = opened(clean_image(jpeg(cmyk), LIMITS)).getpixel((4, 4))
    assert isinstance(pixel, tuple)
    assert pixel[0] > 200
    assert pixel[1] < 60


def test_only_the_first_frame_of_an_animation_is_kept() -> None:
    frames = [Image.new("RGB", (8, 8), (0, shade, 0)) for shade in range(0, 250, 10)]
    for data in (
        webp(gradient(), save_all=True, append_images=[f.resize((64, 48)) for f in frames]),
        png(gradient(), save_all=True, append_images=[f.resize((64, 48)) for f in frames]),
    ):
        image = opened(clean_image(data, LIMITS))
        assert getattr(image, "n_frames", 1) == 1
        assert_alike(image, gradient())


def test_a_photo_with_a_second_picture_in_it_keeps_the_first() -> None:
    out = io.BytesIO()
    gradient().save(out, format="MPO", save_all=True, append_images=[Image.new("RGB", (64, 48))])
    assert_alike(opened(clean_image(out.getvalue(), LIMITS)), gradient())


def test_a_progressive_jpeg_is_accepted() -> None:
    assert_alike(opened(clean_image(jpeg(progressive=True), LIMITS)), gradient())


def test_what_the_webp_encoder_refuses_becomes_a_jpeg() -> None:
    wider_than_webp_can_be = Image.new("RGBA", (16_384, 1), (0, 0, 0, 0))
    kind, data = images._encode(images._WEBP, wider_than_webp_can_be, {})
    assert (kind.content_type, data[:3]) == ("image/jpeg", b"\xff\xd8\xff")
    assert Image.open(io.BytesIO(data)).getpixel((0, 0)) == (255, 255, 255)


def noisy(mode: str = "RGB") -> Image.Image:
    """Like a photo: grain over large shapes."""
    grain = Image.effect_noise((640, 480), 40)
    shapes = Image.linear_gradient("L").resize((640, 480))
    return Image.merge("RGB", (grain, Image.blend(grain, shapes, 0.5), shapes)).convert(mode)


@pytest.mark.parametrize("quality", [30, 50, 75, 85, 95])
@pytest.mark.parametrize(
    "options",
    [
        {},
        {"subsampling": 0},
        {"progressive": True, "optimize": True},
        {"exif": exif_of(6)},
        {"mode": "L"},
        {"form": "WEBP"},
    ],
    ids=str,
)
def test_a_photo_stays_about_as_large_as_it_was(quality: int, options: dict[str, Any]) -> None:
    options = dict(options)
    out = io.BytesIO()
    image = noisy(options.pop("mode", "RGB"))
    image.save(out, options.pop("form", "JPEG"), quality=quality, **options)
    taken = out.getvalue()
    assert len(clean_image(taken, LIMITS).data) < 1.25 * len(taken)


def test_a_screenshot_keeps_its_palette() -> None:
    out, screenshot = io.BytesIO(), noisy().quantize(32)
    screenshot.save(out, "PNG", optimize=True)
    kept = clean_image(out.getvalue(), LIMITS).data
    assert len(kept) < 1.15 * len(out.getvalue())
    assert (
        Image.open(io.BytesIO(kept)).convert("RGB").tobytes() == screenshot.convert("RGB").tobytes()
    )
