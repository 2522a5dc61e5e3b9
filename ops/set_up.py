"""Creates the virtual environment: what running needs (`run`), or tests and linters too (`dev`).

Standard library only. uv installs, with pip's configuration; where uv is missing or fails, pip does
the same more slowly.
"""

import ast
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
UV = VENV / "bin" / "uv"
REQUIREMENTS = ROOT / "requirements"
PIP = (str(PYTHON), "-m", "pip", "install", "--disable-pip-version-check")

Config = Mapping[str, str]


def say(text: str) -> None:
    print(f"set-up: {text}", flush=True)


def runs(command: Sequence[str], settings: Config | None = None) -> bool:
    """Whether it succeeded. Its output goes to the terminal."""
    return subprocess.call(command, cwd=ROOT, env=os.environ | dict(settings or {})) == 0


def make_environment() -> None:
    if PYTHON.exists() and runs([str(PYTHON), "-c", "import pip"]):
        return
    say(f"an environment in {VENV.name}")
    if not (find_spec("venv") and find_spec("ensurepip")):
        raise SystemExit(
            "set-up: this Python has no ensurepip, without which no environment can be made."
            " Debian and Ubuntu have it in the package python3-venv;"
            " or name another Python: make PYTHON=python3.12"
        )
    fresh = not VENV.exists()
    if not runs([sys.executable, "-m", "venv", str(VENV)]):
        if fresh:
            shutil.rmtree(VENV, ignore_errors=True)
        raise SystemExit(f"set-up: no environment could be made in {VENV}; the reason is above")


def pip_config() -> dict[str, str]:
    """pip's configuration, from its files and the environment; the more specific wins."""
    command = [str(PYTHON), "-m", "pip", "config", "list"]
    listed = subprocess.run(command, capture_output=True, text=True, check=False).stdout
    return read_config(listed.splitlines())


def read_config(lines: Sequence[str]) -> dict[str, str]:
    sections: dict[str, dict[str, str]] = {"global": {}, "install": {}, ":env:": {}}
    for line in lines:
        name, _, value = line.partition("=")
        section, _, key = name.rpartition(".")
        if section in sections:
            sections[section][key] = str(ast.literal_eval(value))
    return sections["global"] | sections["install"] | sections[":env:"]


def uv_settings(config: Config, given: Config) -> dict[str, str]:
    """pip's configuration as uv's variables, except those that are set already.

    `unsafe-best-match`: like pip, look at every index, not only at the first that has the package.
    The hashes ensure that it is what was locked.
    """
    proxy = config.get("proxy", "")
    settings = {
        "UV_DEFAULT_INDEX": config.get("index-url", ""),
        "UV_INDEX": " ".join(config.get("extra-index-url", "").split()),
        "UV_FIND_LINKS": ",".join(config.get("find-links", "").split()),
        "UV_INSECURE_HOST": " ".join(config.get("trusted-host", "").split()),
        "UV_HTTP_TIMEOUT": config.get("timeout", config.get("default-timeout", "")),
        "UV_INDEX_STRATEGY": "unsafe-best-match",
        "UV_PYTHON_DOWNLOADS": "never",
        "SSL_CERT_FILE": config.get("cert", ""),
        "SSL_CLIENT_CERT": config.get("client-cert", ""),
        "HTTP_PROXY": proxy,
        "HTTPS_PROXY": proxy,
    }
    return {name: value for name, value in settings.items() if value and name not in given}


def without_index(config: Config) -> tuple[str, ...]:
    """uv has no variable for this."""
    return ("--no-index",) if config.get("no-index", "").lower() in ("1", "true", "yes") else ()


def has_uv() -> bool:
    tools = ["--quiet", "--require-hashes", "-r", str(REQUIREMENTS / "set-up.txt")]
    if runs([*PIP, *tools]):
        return True
    say("uv is not to be had here; pip installs instead, which takes a minute or two")
    return False


def install(what: str, with_uv: Sequence[str], with_pip: Sequence[str], *, uv: bool) -> None:
    say(what)
    if uv:
        config = pip_config()
        command = [str(UV), "pip", "install", "--python", str(PYTHON), *without_index(config)]
        if runs([*command, *with_uv], uv_settings(config, os.environ)):
            return
        say("uv failed, pip tries; this takes a minute or two")
    if not runs([*PIP, *with_pip]):
        raise SystemExit(f"set-up: {what} could not be installed; the reason is above")


def install_requirements(name: str, *, uv: bool) -> None:
    hashed = ("--require-hashes", "-r", str(REQUIREMENTS / f"{name}.txt"))
    install(f"requirements/{name}.txt", hashed, hashed, uv=uv)


def install_project(*, uv: bool) -> None:
    project = ("--no-deps", "-e", str(ROOT))
    install("the project itself", ("--no-build-isolation", *project), project, uv=uv)


def main(words: Sequence[str]) -> None:
    match words:
        case ["run"]:
            make_environment()
            uv = has_uv()
            install_requirements("run", uv=uv)
            install_project(uv=uv)
        case ["dev"]:
            install_requirements("dev", uv=UV.exists())
        case ["uv", *rest]:
            settings = uv_settings(pip_config(), os.environ)
            raise SystemExit(0 if runs([str(UV), *rest], settings) else 1)
        case _:
            raise SystemExit("usage: set_up.py run | dev | uv ...")


if __name__ == "__main__":
    main(sys.argv[1:])
