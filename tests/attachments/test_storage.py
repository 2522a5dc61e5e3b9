"""Both kinds of store, for real: a directory, and an S3 server on loopback."""

import asyncio
import hashlib
import os
import socket
import stat
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from pathlib import Path
from uuid import UUID, uuid4

import httpx
import pytest
from moto.server import ThreadedMotoServer

from app.attachments.storage import ObjectMissing, ObjectStore, StorageUnavailable, object_key

TENANT = UUID("0192f0c0-0000-7000-8000-000000000001")
OTHER = UUID("0192f0c0-0000-7000-8000-000000000002")
PHOTO = os.urandom(6_000_000)  # more than the library would send in one piece by itself
KEY = object_key(TENANT, hashlib.sha256(PHOTO).hexdigest())
SOON = timedelta(seconds=0.5)


@pytest.fixture(scope="module")
def s3_endpoint() -> Iterator[str]:
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def _credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "id")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    monkeypatch.setenv("AWS_REGION", "us-east-1")


@pytest.fixture(params=["directory", "s3"])
def store(
    request: pytest.FixtureRequest, tmp_path: Path, s3_endpoint: str, _credentials: None
) -> ObjectStore:
    if request.param == "directory":
        return ObjectStore.in_directory(tmp_path / "attachments")
    bucket = f"bucket-{uuid4().hex}"
    httpx.put(f"{s3_endpoint}/{bucket}").raise_for_status()
    return ObjectStore.in_s3(f"s3://{bucket}/some/prefix", endpoint=s3_endpoint)


async def test_what_was_put_can_be_got(store: ObjectStore) -> None:
    assert not await store.exists(KEY)
    await store.put(KEY, PHOTO)
    assert await store.exists(KEY)
    assert await store.get(KEY) == PHOTO


async def test_putting_the_same_twice_is_the_same(store: ObjectStore) -> None:
    await store.put(KEY, PHOTO)
    await store.put(KEY, PHOTO)
    assert await store.get(KEY) == PHOTO


async def test_what_was_never_put_is_missing(store: ObjectStore) -> None:
    await store.put(KEY, PHOTO)
    with pytest.raises(ObjectMissing):
        await store.get(object_key(OTHER, KEY[-64:]))


@pytest.mark.parametrize(
    "key",
    ["../../etc/passwd", f"{TENANT}/ab/../{'ab' * 32}", f"{TENANT}/cd/{'ab' * 32}", KEY + "\n", ""],
)
async def test_a_key_that_is_none_of_ours_is_a_mistake(store: ObjectStore, key: str) -> None:
    for call in (store.get(key), store.exists(key), store.put(key, b"")):
        with pytest.raises(ValueError, match="not a key of ours"):
            await call


def test_a_key_is_made_of_the_tenant_and_the_content() -> None:
    assert object_key(TENANT, "ab" * 32) == f"{TENANT}/ab/{'ab' * 32}"
    with pytest.raises(ValueError, match="not a key of ours"):
        object_key(TENANT, "../x")


async def test_a_directory_is_for_its_owner_and_keeps_whole_files_only(tmp_path: Path) -> None:
    directory = tmp_path / "deep" / "attachments"
    store = ObjectStore.in_directory(directory)
    await asyncio.gather(*(store.put(KEY, PHOTO) for _ in range(8)))
    assert stat.S_IMODE(directory.stat().st_mode) == 0o700
    assert [path for path in directory.rglob("*") if path.is_file()] == [directory / KEY]
    assert (directory / KEY).read_bytes() == PHOTO


async def test_readers_never_see_half_an_object(tmp_path: Path) -> None:
    store = ObjectStore.in_directory(tmp_path)
    await store.put(KEY, PHOTO)
    done = asyncio.Event()

    async def write() -> None:
        for _ in range(20):
            await store.put(KEY, PHOTO)
        done.set()

    async def read() -> None:
        while not done.is_set():
            assert len(await store.get(KEY)) == len(PHOTO)

    await asyncio.gather(write(), read(), read())


async def test_a_directory_that_cannot_be_written_is_unavailable(tmp_path: Path) -> None:
    store = ObjectStore.in_directory(tmp_path)
    (tmp_path / str(TENANT)).write_text("a file where a directory should be")
    with pytest.raises(StorageUnavailable):
        await store.put(KEY, PHOTO)


async def test_a_disk_that_hangs_is_given_up_in_time(tmp_path: Path) -> None:
    store = ObjectStore.in_directory(tmp_path, time_limit=SOON)
    path = tmp_path / KEY
    path.parent.mkdir(parents=True)
    os.mkfifo(path)  # whoever opens it for reading waits until somebody writes
    with pytest.raises(StorageUnavailable):
        await store.get(KEY)
    os.close(os.open(path, os.O_RDWR | os.O_NONBLOCK))


@pytest.mark.usefixtures("_credentials")
class TestS3ThatFails:
    async def test_no_bucket(self, s3_endpoint: str) -> None:
        store = ObjectStore.in_s3("s3://nobody-made-it", endpoint=s3_endpoint)
        for call in (store.put(KEY, b""), store.get(KEY)):
            with pytest.raises(StorageUnavailable):
                await call

    async def test_nobody_listens(self) -> None:
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))  # bound and not listening: connections are refused
            endpoint = f"http://127.0.0.1:{taken.getsockname()[1]}"
            store = ObjectStore.in_s3("s3://suyuan", endpoint=endpoint, time_limit=SOON)
            for call in (store.put(KEY, b""), store.get(KEY), store.exists(KEY)):
                with pytest.raises(StorageUnavailable):
                    await call

    @pytest.fixture
    async def silent(self) -> AsyncIterator[str]:
        """A server that takes the request and never answers."""
        over = asyncio.Event()

        async def say_nothing(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await over.wait()
            writer.close()

        async with await asyncio.start_server(say_nothing, "127.0.0.1", 0) as server:
            yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
            over.set()

    async def test_a_bare_404_is_no_success(self) -> None:
        async def not_found(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await reader.readuntil(b"\r\n\r\n")
            writer.write(b"HTTP/1.1 404 No\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
            writer.close()

        async with await asyncio.start_server(not_found, "127.0.0.1", 0) as server:
            endpoint = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
            store = ObjectStore.in_s3("s3://suyuan", endpoint=endpoint)
            with pytest.raises(StorageUnavailable):
                await store.put(KEY, b"")

    async def test_a_silent_server_is_given_up_in_time(self, silent: str) -> None:
        store = ObjectStore.in_s3("s3://suyuan", endpoint=silent, time_limit=SOON)
        for call in (store.put(KEY, b""), store.get(KEY), store.exists(KEY)):
            async with asyncio.timeout(5):
                with pytest.raises(StorageUnavailable):
                    await call

    async def test_another_kind_of_url_is_a_mistake(self) -> None:
        with pytest.raises(ValueError, match="s3://"):
            ObjectStore.in_s3("https://example.com/bucket")
