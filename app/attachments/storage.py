"""Stores the bytes of attachments, in a directory or in an S3-compatible store.

Every error of the library is raised as `StorageUnavailable` or `ObjectMissing`.
"""

import asyncio
import os
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from uuid import UUID

from obstore.exceptions import BaseError
from obstore.store import LocalStore, S3Store

_KEY = re.compile(
    r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/(?P<start>[0-9a-f]{2})/(?P=start)[0-9a-f]{62}"
)
_TIME_LIMIT = timedelta(seconds=30)


class StorageUnavailable(Exception):
    """The store is down, slow, full or denies access: try again. Nothing is known of the object."""


class ObjectMissing(Exception):
    """The store has no such object."""


def object_key(tenant_id: UUID, sha256: str) -> str:
    """Content-addressed: the same bytes are one object."""
    return _checked(f"{tenant_id}/{sha256[:2]}/{sha256}")


def _checked(key: str) -> str:
    if not _KEY.fullmatch(key):
        raise ValueError("not a key of ours")
    return key


class ObjectStore:
    """Made by `in_directory` or `in_s3`. `time_limit` is per call, retries included."""

    def __init__(
        self,
        store: LocalStore | S3Store,
        *,
        directory: Path | None,
        time_limit: timedelta,
    ) -> None:
        self._store = store
        self._directory = directory
        self._time_limit = time_limit.total_seconds()

    @classmethod
    def in_directory(cls, directory: Path, *, time_limit: timedelta = _TIME_LIMIT) -> "ObjectStore":
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        return cls(LocalStore(directory), directory=directory, time_limit=time_limit)

    @classmethod
    def in_s3(
        cls, url: str, *, endpoint: str | None = None, time_limit: timedelta = _TIME_LIMIT
    ) -> "ObjectStore":
        """`url` is `s3://bucket/prefix`; the rest comes from the `AWS_…` environment.

        Path-style requests unless `AWS_VIRTUAL_HOSTED_STYLE_REQUEST` is set.
        """
        if not url.startswith("s3://"):
            raise ValueError("an S3 location is written s3://bucket/prefix")
        allow_http = endpoint is not None and endpoint.startswith("http://")
        store = S3Store.from_url(
            url,
            config={"endpoint": endpoint} if endpoint else None,
            client_options={
                "timeout": time_limit,
                "connect_timeout": min(time_limit, timedelta(seconds=3)),
                **({"allow_http": True} if allow_http else {}),
            },
            retry_config={"max_retries": 2, "retry_timeout": time_limit},
        )
        return cls(store, directory=None, time_limit=time_limit)

    async def put(self, key: str, data: bytes) -> None:
        """Atomic, and durable on return."""
        _checked(key)
        async with self._translated():
            try:
                await self._store.put_async(key, data, use_multipart=False)
            except FileNotFoundError as error:  # no bucket, or the directory is gone
                raise StorageUnavailable from error
            if self._directory is not None:
                await asyncio.to_thread(_sync_to_disk, self._directory, key)

    async def get(self, key: str) -> bytes:
        _checked(key)
        async with self._translated():
            answer = await self._store.get_async(key)
            return bytes(await answer.bytes_async())

    async def exists(self, key: str) -> bool:
        _checked(key)
        try:
            async with self._translated():
                await self._store.head_async(key)
        except ObjectMissing:
            return False
        return True

    @asynccontextmanager
    async def _translated(self) -> AsyncIterator[None]:
        try:
            async with asyncio.timeout(self._time_limit):
                yield
        except FileNotFoundError as error:
            if "NoSuchBucket" in str(error):
                raise StorageUnavailable from error
            raise ObjectMissing from error
        except (BaseError, OSError, ValueError) as error:  # OSError: TimeoutError too
            raise StorageUnavailable from error


def _sync_to_disk(directory: Path, key: str) -> None:
    """The library renames but does not sync: sync the file, then its directories."""
    path = directory / key
    for each in (path, path.parent, path.parent.parent, directory):
        handle = os.open(each, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
