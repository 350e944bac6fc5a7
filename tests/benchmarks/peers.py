"""Who we are held against: which peers this machine has, in which versions, and why the others are absent."""

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


def lacking(*packages: str) -> str:
    """Why something that needs these packages cannot be measured; empty when all are there."""
    absent = [name for name in packages if not version_of(name)]
    return f"{' and '.join(absent)} not installed; the extra `bench` brings it" if absent else ""


def version_of(package: str) -> str:
    """The version of an installed package; empty when it is not installed."""
    try:
        return version(package)
    except PackageNotFoundError:
        return ""


@cache
def prism() -> str:
    """Where Prism's own executable is: on the path, or where npx keeps it; empty when there is none.

    Its own, because npx takes longer to start than Prism does. Nothing is downloaded.
    """
    if found := shutil.which("prism"):
        return found
    npx = shutil.which("npx")
    if npx is None:
        return ""
    asked = [npx, "--offline", "--no-install", "--package", PRISM, "-c", "command -v prism"]
    done = subprocess.run(asked, capture_output=True, text=True, timeout=60)
    return done.stdout.strip()


def versions() -> dict[str, str]:
    """What was measured with: Python, packages, Prism."""
    found = {"python": platform.python_version(), "machine": platform.platform()}
    found |= {name: said for name in PACKAGES if (said := version_of(name))}
    if path := prism():
        found["prism"] = subprocess.run([path, "--version"], capture_output=True, text=True).stdout.strip()
    return found
