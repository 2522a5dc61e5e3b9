"""`suyuan secrets`: replaces the secret that signs tokens while what it signed goes on working."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import typer

from app.cli.database import data_dir
from app.cli.output import Json, fail, print_json, say, with_error_messages
from app.config import Settings, read_settings
from app.identity.admin_key import replace_secret
from app.identity.configured import signing_keys
from app.identity.signing_keys import MOST, SigningKey, SigningKeys, in_a_file, new_key

secrets = typer.Typer(help="The secrets that sign tokens.", no_args_is_help=True)

NAME = "token-secret"


@secrets.command("list")
@with_error_messages
def show(json: Json = False) -> None:  # noqa: FBT002
    """The ids of the secrets; the first signs, all verify."""
    _say(signing_keys(_placed()), json=json)


@secrets.command("add")
@with_error_messages
def add(json: Json = False) -> None:  # noqa: FBT002
    """Make a new secret that only verifies yet. Restart every process, then `promote` it."""
    keys = _in_the_file()
    made = _made_for(keys)
    _write(SigningKeys((*keys.keys, made)), json=json)


@secrets.command("promote")
@with_error_messages
def promote(kid: str, json: Json = False) -> None:  # noqa: FBT002
    """Sign with this secret; the others go on verifying."""
    keys = _in_the_file()
    chosen = [each for each in keys.keys if each.kid == kid]
    if not chosen:
        raise _unknown(kid, keys)
    others = tuple(each for each in keys.keys if each.kid != kid)
    _write(SigningKeys((*chosen, *others)), json=json)


@secrets.command("rotate")
@with_error_messages
def rotate(json: Json = False) -> None:  # noqa: FBT002
    """Make a new secret and sign with it. For an installation of one process, which is then
    restarted; with several use `add` and `promote`."""
    keys = _in_the_file()
    made = _made_for(keys)
    _write(SigningKeys((made, *keys.keys)), json=json)


@secrets.command("retire")
@with_error_messages
def retire(kid: str, json: Json = False) -> None:  # noqa: FBT002
    """Remove a secret: what it signed (tokens, survey links, cursors) is refused from then on."""
    keys = _in_the_file()
    left = tuple(each for each in keys.keys if each.kid != kid)
    if len(left) == len(keys.keys):
        raise _unknown(kid, keys)
    if not left or keys.first.kid == kid:
        raise fail(f"{kid} signs", "Make another one sign first: suyuan secrets rotate")
    _write(SigningKeys(left), json=json)


def _placed() -> Settings:
    settings = read_settings()
    return replace(settings, data_dir=data_dir(settings))


def _in_the_file() -> SigningKeys:
    settings = _placed()
    if settings.token_secret:
        raise fail(
            "SUYUAN_TOKEN_SECRET is set, so the secrets are not in the data directory",
            "Change the setting: kid:secret,kid:secret - the first signs, all verify.",
        )
    return signing_keys(settings)


def _made_for(keys: SigningKeys) -> SigningKey:
    if len(keys.keys) >= MOST:
        raise fail(f"there are {MOST} secrets", "Remove one: suyuan secrets retire KID")
    return new_key(keys, datetime.now(UTC).strftime("%Y%m%d"))


def _write(keys: SigningKeys, *, json: bool) -> None:
    directory: Path = data_dir(read_settings())
    try:
        text = in_a_file(keys)
    except ValueError as error:
        raise fail(str(error), "Set SUYUAN_TOKEN_SECRET: docs/operations.md.") from error
    replace_secret(directory, NAME, text)
    _say(keys, json=json)


def _say(keys: SigningKeys, *, json: bool) -> None:
    if json:
        print_json([{"kid": each.kid, "signs": each == keys.first} for each in keys.keys])
        return
    for each in keys.keys:
        say(f"{each.kid}  {'signs and verifies' if each == keys.first else 'verifies'}")


def _unknown(kid: str, keys: SigningKeys) -> typer.Exit:
    return fail(f"no secret {kid}", f"There are: {', '.join(each.kid for each in keys.keys)}")
