"""Peers that this machine has, their versions, and the reason why others are absent."""

from __future__ import annotations

import platform
import shutil
import subprocess
from functools import cache
from importlib.metadata import PackageNotFoundError, version

PACKAGES = (
    "requests", "urllib3", "responses", "httpx", "werkzeug", "jsonschema", "jsonschema_rs", "pytest",
    "moto", "boto3", "pytest_httpserver",
)  # fmt: skip
PRISM = "@stoplight/prism-cli"


def missing(*packages: str) -> str:
    """Return the reason why a case that needs these packages cannot run; empty when all are installed."""
    absent = [name for name in packages if not version_of(name)]
    return f"{' and '.join(absent)} not installed; the extra `bench` installs it" if absent else ""


def version_of(package: str) -> str:
    """Return the version of an installed package; empty when it is not installed."""
    try:
        return version(package)
    except PackageNotFoundError:
        return ""


@cache
def prism() -> str:
    """Return the path of Prism's own executable, from PATH or from the cache of npx; empty when there is none.

    Not npx itself, because it takes longer to start than Prism. Nothing is downloaded.
    """
    if found := shutil.which("prism"):
        return found
    npx = shutil.which("npx")
    if npx is None:
        return ""
    command = [npx, "--offline", "--no-install", "--package", PRISM, "-c", "command -v prism"]
    completed = subprocess.run(command, capture_output=True, text=True, timeout=60)
    return completed.stdout.strip()


def versions() -> dict[str, str]:
    """Return the versions of Python, the packages and Prism."""
    found = {"python": platform.python_version(), "machine": platform.platform()}
    found |= {name: installed for name in PACKAGES if (installed := version_of(name))}
    if path := prism():
        found["prism"] = subprocess.run([path, "--version"], capture_output=True, text=True).stdout.strip()
    return found
