"""Secrets, masked in everything that is shown: violations, curl lines, the journal, logs, reports, error messages.

A value is a secret by the name it goes with. Some names are those of secrets everywhere (`SECRET_WORDS`), an API adds
its own (`Api.secrets`); a misspelt name counts as the one it was meant to be. All costs are linear in the size of what
is masked. `secrets` are an API's own names; nothing here needs them to be given.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any
from urllib.parse import quote, unquote_plus

from ..text.spelling import Slips
from .parsing import FORM, Unreadable, json_of, media_type, pairs_of, text_of

MASK = "***"

Secrets = frozenset[str]

SECRET_WORDS = (
    "token", "secret", "password", "passwd", "passphrase", "authorization", "credential", "apikey", "privatekey", "cookie",
)  # fmt: skip
"""Words that make a name the name of a secret, wherever they stand in it and whatever stands between their parts."""

SECRET_NAMES = frozenset({"auth", "key", "keys", "pwd", "pass", "pw", "jwt"})
"""Names of secrets when nothing else stands in the name."""

_LONGEST_NAME = 64
_LAYERS = 5
"""Number of times that a text in a text is taken out (JSON in a string, percent-encoding) before one that may hold a secret is
masked whole. Each layer may double the work.
"""
_SLIPS = Slips((*SECRET_WORDS, "bearertoken", "accesstoken", "refreshtoken", "clientsecret"))
_PART = re.compile(r"[A-Z]++(?![a-z])|[A-Z]?[a-z]++")
_STRUCTURE = re.compile(r"[.\[\]\s'\"$]+")


def is_secret(name: str, secrets: Secrets = frozenset()) -> bool:
    """Return whether a name is that of a secret, in any spelling, or misspelt from one.

    Names of nested values (`auth[0][value]`, `auth.value`) are names of secrets where one of their parts is. An id is
    no secret (`auth_ids`), and neither is a public key.
    """
    if len(name) > _LONGEST_NAME:
        folded = _folded(name)
        return any(word in folded for word in SECRET_WORDS)
    return _is_secret(name, secrets)


@lru_cache(maxsize=4096)
def _is_secret(name: str, secrets: Secrets) -> bool:
    own, slips = _names_of(secrets)
    parts = [part for part in _STRUCTURE.split(name) if part]
    return any(_is_secret_part(part, own, slips) for part in ([name, *parts] if len(parts) > 1 else parts))


def _is_secret_part(name: str, own: Secrets, slips: Slips) -> bool:
    folded = _folded(name)
    if folded in own or folded in SECRET_NAMES:
        return True
    words = [word.lower() for word in _PART.findall(name)]
    if not words or words[-1] in ("id", "ids") or "public" in words:
        return False
    if any(word in folded for word in SECRET_WORDS) or (len(words) > 1 and words[-1] in ("key", "keys")):
        return True
    return bool(slips.find(folded) or any(_SLIPS.find(word) for word in (*words, folded)))


@lru_cache(maxsize=64)
def _names_of(secrets: Secrets) -> tuple[Secrets, Slips]:
    folded = frozenset(_folded(name) for name in secrets)
    return folded, Slips(folded)


def _folded(name: str) -> str:
    return "".join(filter(str.isalnum, name)).lower()


# -- JSON values ---------------------------------------------------------------------------------------------------


def mask_value(value: Any, secrets: Secrets = frozenset()) -> Any:
    """Return a JSON value with every secret in it replaced, also where a text in it is JSON, a form or an address.

    Below the name of a secret every scalar but an id is replaced, so that `auth` hides the tokens of its items and
    keeps their ids.
    """
    return _mask_value(value, secrets, _LAYERS)


def _mask_value(value: Any, secrets: Secrets, layers: int) -> Any:
    if isinstance(value, Mapping):
        return {
            _mask_text(str(name), secrets, layers): _hidden(inner)
            if is_secret(str(name), secrets)
            else _mask_value(inner, secrets, layers)
            for name, inner in value.items()
        }
    if isinstance(value, (list, tuple)):
        return [_mask_value(inner, secrets, layers) for inner in value]
    return _mask_text(value, secrets, layers) if isinstance(value, str) else value


def _hidden(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {name: inner if str(name).endswith("_id") else _hidden(inner) for name, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [_hidden(inner) for inner in value]
    return value if value is None or isinstance(value, bool) else MASK


def show(value: Any, secrets: Secrets = frozenset(), limit: int = 80) -> str:
    """Return a JSON value as it appears in a message: its secrets masked, shortened, and with nothing in it that no
    terminal could be sent. Only the part of it that is shown is looked at.
    """
    text = json.dumps(mask_value(_beginning(value, [limit]), secrets), ensure_ascii=False, default=str)
    text = text.encode("utf-8", "backslashreplace").decode()
    return text if len(text) <= limit else text[: limit - 1] + "…"


def _beginning(value: Any, left: list[int]) -> Any:
    """Return a JSON value without what comes after so many of its parts."""
    left[0] -= 1
    if isinstance(value, Mapping):
        return {name: _beginning(inner, left) for name, inner in value.items() if left[0] > 0}
    if isinstance(value, (list, tuple)):
        return [_beginning(inner, left) for inner in value if left[0] > 0]
    return value


def mask_path(path: Iterable[str | int], secrets: Secrets = frozenset()) -> tuple[str | int, ...]:
    """Return the steps to a place in a JSON value, without names that hold a secret themselves (JSON where a name should
    be) and with long names shortened.
    """
    return tuple(_mask_step(step, secrets) if isinstance(step, str) else step for step in path)


def _mask_step(name: str, secrets: Secrets) -> str:
    if name.lstrip()[:1] in ("{", "[") or mask_text(name, secrets) != name:
        return MASK
    return name if len(name) <= _LONGEST_NAME else name[: _LONGEST_NAME - 1] + "…"


# -- texts ---------------------------------------------------------------------------------------------------------

_NAMED = re.compile(r"(?<![\w%.\[\]-])([\w%.\[\]-]++)(\\*+[\"']?)\s{0,8}+(?:=>|=|:)\s{0,8}+")
_QUOTE = re.compile(r"\\*+[\"']")
_END_OF_VALUE = re.compile(r"[&\s\"'<>]")
_USER_INFO = re.compile(r"(?<=://)[^/\s@?#\"']*+@")
_SCHEME = re.compile(r"\b(basic|bearer)(\s{1,8}+)[\w+/=.~-]{6,}+", re.IGNORECASE)
_PART_NAME = re.compile(r"\bname=\"?([^\"\r\n;]++)", re.IGNORECASE)
_BLANK_LINE = re.compile(r"\r?\n\r?\n")
_TELLING = re.compile(r"[=:%\[{]|\b(?:basic|bearer)\s", re.IGNORECASE)


def mask_text(text: str, secrets: Secrets = frozenset()) -> str:
    """Return a text with the secrets in it masked, whatever it is: JSON, a form, an address, header lines, the parts of
    a multipart body, or a sentence that quotes one of these. It need not be well-formed.
    """
    return _mask_text(text, secrets, _LAYERS)


def _mask_text(text: str, secrets: Secrets, layers: int) -> str:
    if not _TELLING.search(text):
        return text
    if not layers:
        return MASK if _names_a_secret(text, secrets) else text
    text = _mask_layer(text, secrets, layers)
    if "%" in text:
        decoded = unquote_plus(text, errors="replace")
        if decoded != text and (masked := _mask_text(decoded, secrets, layers - 1)) != decoded:
            return masked
    return text


def _mask_layer(text: str, secrets: Secrets, layers: int) -> str:
    if text.lstrip()[:1] not in ("[", "{"):
        return _mask_loose(text, secrets)
    try:
        value = json_of(text)
    except Unreadable:
        return MASK if _names_a_secret(text, secrets) else text
    masked = _mask_value(value, secrets, layers - 1)
    return text if masked == value else json.dumps(masked, ensure_ascii=False)


def _names_a_secret(text: str, secrets: Secrets) -> bool:
    """Return whether a word of a text that cannot be taken apart may be the name of a secret."""
    words = dict.fromkeys(re.findall(r"[\w-]++", unquote_plus(text, errors="replace")))
    return any(is_secret(word, secrets) for word in words)


def _mask_loose(text: str, secrets: Secrets) -> str:
    """Mask what stands after the names of secrets, in addresses before the host, and after the words of HTTP's schemes."""
    if "form-data" in text:
        text = _mask_parts(text, secrets)
    text = _USER_INFO.sub(f"{MASK}@", text)
    text = _SCHEME.sub(rf"\1\2{MASK}", text)
    kept, start = [], 0
    found = _NAMED.search(text)
    while found:
        position = found.end()
        if is_secret(found[1], secrets):
            stop = _end_of_value(text, found)
            if stop > position:
                kept += [text[start:position], MASK]
                start = position = stop
        found = _NAMED.search(text, position)
    return "".join([*kept, text[start:]]) if kept else text


def _end_of_value(text: str, found: re.Match[str]) -> int:
    """Return where the value after a name ends: at the quote that closes it, at the end of a header line, at the next
    name of a form; what is opened by a bracket ends nowhere.
    """
    start = found.end()
    quoted = _QUOTE.match(text, start)
    if quoted:
        closed = text.find(quoted[0], quoted.end())
        return closed + len(quoted[0]) if closed >= 0 else len(text)
    if text[start : start + 1] in ("[", "{"):
        return len(text)
    if ":" in found[0] and not found[2]:
        line = text.find("\n", start)
        return line if line >= 0 else len(text)
    end = _END_OF_VALUE.search(text, start)
    return end.start() if end else len(text)


def _mask_parts(text: str, secrets: Secrets) -> str:
    """Mask the parts of a multipart body whose names are those of secrets."""
    masked = []
    for part in text.split("\n--"):
        blank = _BLANK_LINE.search(part)
        if blank and any(is_secret(name, secrets) for name in _PART_NAME.findall(part, 0, blank.start())):
            part = f"{part[: blank.end()]}{MASK}\r"
        masked.append(part)
    return "\n--".join(masked)


# -- requests and responses ----------------------------------------------------------------------------------------


def mask_pairs(pairs: Iterable[tuple[str, str]], secrets: Secrets = frozenset()) -> list[tuple[str, str]]:
    """Return the names and values of a query or a form with the secrets masked."""
    return [
        (mask_text(name, secrets), MASK if value and is_secret(name, secrets) else mask_text(value, secrets))
        for name, value in pairs
    ]


def mask_headers(pairs: Iterable[tuple[str, str]], secrets: Secrets = frozenset()) -> list[tuple[str, str]]:
    """Return headers with those masked that hold a credential, and secrets in the values of the others."""
    return [(name, MASK if value and is_secret(name, secrets) else mask_text(value, secrets)) for name, value in pairs]


def mask_url(url: str, secrets: Secrets = frozenset()) -> str:
    """Return an address, whole or only its path and query, with the secrets in its query, its fragment and before its
    host masked. A part of the query that cannot be read is masked whole.
    """
    rest, hash_mark, fragment = url.partition("#")
    bare, mark, query = rest.partition("?")
    bare = mask_text(_USER_INFO.sub(f"{MASK}@", bare), secrets)
    if mark:
        bare += "?" + "&".join(_mask_query_part(part, secrets) for part in query.split("&"))
    return f"{bare}#{mask_text(fragment, secrets)}" if hash_mark else bare


def _mask_query_part(part: str, secrets: Secrets) -> str:
    try:
        pairs = pairs_of(part)
    except Unreadable:
        return MASK
    return "&".join(f"{_encoded(name)}={_encoded(value)}" for name, value in mask_pairs(pairs, secrets))


def _encoded(text: str) -> str:
    return quote(text, safe="*", errors="backslashreplace")


def mask_body(body: bytes, content_type: str | None, secrets: Secrets = frozenset()) -> str:
    """Return a body as text with its secrets masked; of one that is neither JSON nor a form only its size is said, since
    it cannot be searched for secrets.
    """
    if not body:
        return ""
    try:
        text = text_of(body)
        if media_type(content_type) == FORM:
            return "&".join(f"{name}={value}" for name, value in mask_pairs(pairs_of(text), secrets))
        return json.dumps(mask_value(json_of(text), secrets), ensure_ascii=False)
    except Unreadable:
        return f"({len(body)} bytes that cannot be read)"
