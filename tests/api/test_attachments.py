"""Photos: which are accepted, what is stored, and who may see them."""

import hashlib
import io
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from PIL import Image

from tests.api.bodies import NOBODY
from tests.api.expecting import nothing_recorded, problem
from tests.attachments.pictures import (
    SECRET,
    exif_of,
    gradient,
    jpeg,
    png,
    png_chunk,
    png_header,
    webp,
)
from tests.running import Sandbox, picture

PNG = b"\x89PNG\r\n\x1a\n"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
MEGABYTE = 1024 * 1024


def gif() -> bytes:
    out = io.BytesIO()
    gradient().save(out, "GIF")
    return out.getvalue()


def bomb(side: int) -> bytes:
    """A small file that claims `side` × `side` pixels."""
    return PNG + png_header(side, side) + png_chunk(b"IDAT", b"x" * 40) + png_chunk(b"IEND", b"")


@pytest.fixture(scope="module")
def people(base_url: str) -> Iterator[Sandbox]:
    with httpx.Client(base_url=base_url, timeout=60) as client:
        sandbox = Sandbox.open(client)
        sandbox.owner()
        sandbox.owner("li", "h-2")
        for role in ("csr", "dispatcher", "auditor"):
            sandbox.person(role, role)
        sandbox.person("engineer", "laowang")
        sandbox.person("engineer", "laoli")
        yield sandbox


def upload(sandbox: Sandbox, picture: bytes, stage: str = "report", **more: Any) -> httpx.Response:
    form = {"files": {"file": ("p.png", picture, "image/png")}, "data": {"stage": stage}} | more
    return sandbox.call("zhang", "POST", "/v1/attachments", **form)


@pytest.mark.parametrize("stage", ["report", "on_site", "before", "after", "progress"])
def test_a_photo_has_a_stage(people: Sandbox, stage: str) -> None:
    answer = upload(people, picture(), stage)
    assert answer.status_code == 201, answer.text
    told = answer.json()
    assert answer.headers["location"] == f"/v1/attachments/{told['id']}"
    assert {name: told[name] for name in ("stage", "width", "height", "content_type")} == {
        "stage": stage,
        "width": 16,
        "height": 12,
        "content_type": "image/png",
    }
    assert told["ticket_id"] is None


@pytest.mark.parametrize(
    ("data", "kind"), [(png(), "image/png"), (jpeg(), "image/jpeg"), (webp(), "image/webp")]
)
def test_the_content_tells_the_type_and_nothing_else_does(
    people: Sandbox, data: bytes, kind: str
) -> None:
    for claimed in ("image/gif", "text/html", "application/octet-stream"):
        files = {"file": ("../../evil.html", data, claimed)}
        made = upload(people, data, files=files).json()
        assert made["content_type"] == kind
    found = people.call("zhang", "GET", f"/v1/attachments/{made['id']}")
    assert found.headers["content-type"] == kind


def test_what_is_served_is_what_was_hashed(people: Sandbox) -> None:
    made = upload(people, jpeg()).json()
    found = people.call("zhang", "GET", f"/v1/attachments/{made['id']}")
    assert hashlib.sha256(found.content).hexdigest() == made["sha256"]
    assert len(found.content) == made["bytes"]
    assert found.headers["etag"] == f'"{made["sha256"]}"'
    assert found.headers["x-content-type-options"] == "nosniff"
    assert found.headers["cache-control"].startswith("private")
    assert found.headers["content-disposition"] == "inline"
    again = people.call(
        "zhang",
        "GET",
        f"/v1/attachments/{made['id']}",
        headers={"If-None-Match": found.headers["etag"]},
    )
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["etag"] == found.headers["etag"]


def test_where_and_by_what_it_was_taken_is_not_kept(people: Sandbox) -> None:
    """Rotated upright by its EXIF, which is then stripped, like the comment."""
    data = jpeg(gradient(64, 48), exif=exif_of(6), comment=SECRET)
    assert data.count(SECRET) == 2
    made = upload(people, data).json()
    assert (made["width"], made["height"]) == (48, 64)
    kept = people.call("zhang", "GET", f"/v1/attachments/{made['id']}").content
    assert SECRET not in kept
    assert not Image.open(io.BytesIO(kept)).getexif()
    told = people.read("admin", "/v1/events", stream_id=f"attachment-{made['id']}")
    assert SECRET.decode() not in str(told)


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "unsupported_image"),
        (b"not an image", "unsupported_image"),
        (gif(), "unsupported_image"),
        (SVG, "unsupported_image"),
        (b"%PDF-1.7", "unsupported_image"),
        (b"MZ" + bytes(100), "unsupported_image"),
        (b"\x00\x00\x00\x18ftypheic" + bytes(100), "unsupported_image"),
        (png()[:-20], "corrupt_image"),
        (jpeg()[:200], "corrupt_image"),
        (webp()[:30], "corrupt_image"),
        (PNG, "corrupt_image"),
        (b"\xff\xd8\xff", "corrupt_image"),
        (PNG + SVG, "corrupt_image"),
        (bomb(50_000), "image_too_many_pixels"),
        (bomb(2**31 - 1), None),
        (bomb(0), "corrupt_image"),
    ],
)
def test_what_is_no_picture_is_refused(people: Sandbox, data: bytes, code: str | None) -> None:
    with nothing_recorded(people):
        answer = upload(people, data)
        problem(answer, 422, code or answer.json()["code"])


@pytest.mark.parametrize(
    ("form", "code", "pointer"),
    [
        ({"data": {}}, "required", "/stage"),
        ({"data": {"stage": "selfie"}}, "not_one_of", "/stage"),
        ({"data": {"stage": ""}}, "not_one_of", "/stage"),
        ({"files": {"photo": ("p.png", picture())}}, "required", "/file"),
        ({"files": {"stage": ("p.png", picture())}, "data": {}}, "required", "/file"),
        ({"data": {"stage": "report", "file": "words"}, "files": {"x": ("x", b"")}}, None, None),
        (
            {"files": [("file", ("a", picture())), ("file", ("b", picture()))]},
            "malformed_body",
            None,
        ),
        ({"data": {"stage": "report", **{f"f{n}": "x" for n in range(9)}}}, "malformed_body", None),
    ],
)
def test_the_form_has_two_fields(
    people: Sandbox, form: dict[str, Any], code: str | None, pointer: str | None
) -> None:
    with nothing_recorded(people):
        answer = upload(people, picture(), **form)
        problem(answer, 422, code or answer.json()["code"], pointer)


@pytest.mark.parametrize(
    ("content_type", "body", "status", "code"),
    [
        ("application/json", b"{}", 415, "unsupported_media_type"),
        ("image/png", picture(), 415, "unsupported_media_type"),
        ("application/x-www-form-urlencoded", b"stage=report", 415, "unsupported_media_type"),
        ("multipart/form-data", b"junk", 422, "malformed_body"),
        ("multipart/form-data; boundary=", b"junk", 422, "malformed_body"),
        ("multipart/form-data; boundary=x", b"junk", 422, "malformed_body"),
        ("multipart/form-data; boundary=x", b"", 422, None),
        ("multipart/form-data; boundary=x", b"--x\r\nno header", 422, None),
        ("Multipart/Form-Data; boundary=x", b"--x--\r\n", 422, "required"),
        ("multipart/mixed; boundary=x", b"--x--", 415, "unsupported_media_type"),
    ],
)
def test_what_is_no_form_is_refused(
    people: Sandbox, content_type: str, body: bytes, status: int, code: str | None
) -> None:
    with nothing_recorded(people):
        headers = {"Content-Type": content_type}
        answer = people.call("zhang", "POST", "/v1/attachments", content=body, headers=headers)
        problem(answer, status, code or answer.json()["code"])


def test_what_is_too_large_is_413(people: Sandbox) -> None:
    """By Content-Length, by the bytes read, or by the size of the image alone."""
    with nothing_recorded(people):
        problem(upload(people, PNG + bytes(22 * MEGABYTE)), 413, "too_large")
        problem(upload(people, PNG + bytes(20 * MEGABYTE)), 413, "too_large")

        def pieces() -> Iterator[bytes]:
            yield b'--x\r\nContent-Disposition: form-data; name="file"; filename="p"\r\n\r\n'
            for _ in range(22):
                yield bytes(MEGABYTE)

        headers = {"Content-Type": "multipart/form-data; boundary=x"}
        chunked = people.call("zhang", "POST", "/v1/attachments", content=pieces(), headers=headers)
        problem(chunked, 413, "too_large")


def test_nobody_else_sends_a_picture_of_that_size_elsewhere(people: Sandbox) -> None:
    answer = people.call(
        "zhang", "POST", "/v1/tickets", files={"file": ("p", bytes(MEGABYTE))}, data={}
    )
    problem(answer, 413, "too_large")


def test_before_a_ticket_has_it_a_photo_is_for_who_sent_it(people: Sandbox) -> None:
    made = upload(people, picture("red")).json()
    path = f"/v1/attachments/{made['id']}"
    assert people.call("zhang", "GET", path).status_code == 200
    for who in ("li", "csr", "laowang", "auditor", "admin"):
        problem(people.call(who, "GET", path), 404, "attachment_not_found")
    problem(people.call("zhang", "GET", f"/v1/attachments/{NOBODY}"), 404, "attachment_not_found")
    assert people.client.get(path).status_code == 401


def test_a_photo_of_a_ticket_is_for_who_may_see_the_ticket(people: Sandbox) -> None:
    photo = people.photo("zhang", "report")
    ticket = people.report("zhang", photo_ids=[photo])
    path = f"/v1/attachments/{photo}"

    def seen_by(*names: str) -> set[str]:
        return {who for who in names if people.call(who, "GET", path).status_code == 200}

    everybody = ("zhang", "li", "csr", "auditor", "laowang", "laoli")
    assert seen_by(*everybody) == {"zhang", "csr", "auditor"}
    people.give("csr", ticket, "acknowledge")
    people.give("dispatcher", ticket, "assign", engineer="laowang")
    assert seen_by(*everybody) == {"zhang", "csr", "auditor", "laowang"}


def test_an_auditor_uploads_nothing(people: Sandbox) -> None:
    form = {"files": {"file": ("p.png", picture())}, "data": {"stage": "report"}}
    problem(people.call("auditor", "POST", "/v1/attachments", **form), 403, "role_not_permitted")
