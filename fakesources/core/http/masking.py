"""Masking of secrets in everything that is shown: violations, curl commands, the journal, logs, reports, errors.

A value is a secret if its name is that of a secret, or a misspelling of one. Some names are secret everywhere
(`SECRET_WORDS`), others for one API only (`Api.secrets`, the argument `secrets` here). Time is linear in the size of
the masked value.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any
from urllib.parse import quote, unquote_plus

from ..text.display import short_json, shorten
from ..text.spelling import Misspellings
from .parsing import FORM, Unreadable, json_of, media_type, pairs_of, text_of

MASK = "***"

Secrets = frozenset[str]

SECRET_WORDS = (
    "token", "secret", "password", "passwd", "passphrase", "authorization", "credential", "apikey", "privatekey", "cookie",
)  # fmt: skip
"""Words that make a name secret anywhere in it, with any punctuation between their parts."""

SECRET_NAMES = frozenset({"auth", "key", "keys", "pwd", "pass", "pw", "jwt"})
"""Names that are secret as a whole only."""

_MAX_NAME_LENGTH, _MAX_SHOWN_LENGTH = 64, 80
_MAX_LAYERS = 5
"""Maximum number of nested encodings that are decoded (JSON in a string, percent-encoding). A text nested deeper is
masked as a whole if it may contain a secret. Each layer may double the time.
"""
_MISSPELLINGS = Misspellings((*SECRET_WORDS, "bearertoken", "accesstoken", "refreshtoken", "clientsecret"))
_PART = re.compile(r"[A-Z]++(?![a-z])|[A-Z]?[a-z]++")
_STRUCTURE = re.compile(r"[.\[\]\s'\"$]+")


def is_secret(name: str, secrets: Secrets = frozenset()) -> bool:
    """Return whether a name is that of a secret, in any spelling, or a misspelling of one.

    A path (`auth[0][value]`, `auth.value`) is secret if one of its parts is. Ids (`auth_ids`) and public keys are not
    secret.
    """
    if len(name) > _MAX_NAME_LENGTH:
        folded = _folded(name)
        return any(word in folded for word in SECRET_WORDS)
    return _is_secret(name, secrets)


@lru_cache(maxsize=4096)
def _is_secret(name: str, secrets: Secrets) -> bool:
    own, misspellings = _names_of(secrets)
    parts = [part for part in _STRUCTURE.split(name) if part]
    return any(_is_secret_part(part, own, misspellings) for part in ([name, *parts] if len(parts) > 1 else parts))


def _is_secret_part(name: str, own: Secrets, misspellings: Misspellings) -> bool:
    folded = _folded(name)
    if folded in own or folded in SECRET_NAMES:
        return True
    words = [word.lower() for word in _PART.findall(name)]
    if not words or words[-1] in ("id", "ids") or "public" in words:
        return False
    if any(word in folded for word in SECRET_WORDS) or words[-1] in ("key", "keys"):
        return True
    return bool(misspellings.find(folded) or any(_MISSPELLINGS.find(word) for word in (*words, folded)))


@lru_cache(maxsize=64)
def _names_of(secrets: Secrets) -> tuple[Secrets, Misspellings]:
    folded = frozenset(_folded(name) for name in secrets)
    return folded, Misspellings(folded)


def _folded(name: str) -> str:
    return "".join(filter(str.isalnum, name)).lower()


# -- JSON values ---------------------------------------------------------------------------------------------------


def mask_value(value: Any, secrets: Secrets = frozenset(), layers: int = _MAX_LAYERS) -> Any:
    """Return a JSON value with its secrets replaced, including those in strings of JSON, forms and URLs.

    Below a secret name every scalar but an id is replaced: `auth` hides the tokens of its items, and not their ids.
    `layers` is how many nested encodings are decoded.
    """
    if isinstance(value, Mapping):
        return {
            mask_text(str(name), secrets, layers): _mask_all(inner)
            if is_secret(str(name), secrets)
            else mask_value(inner, secrets, layers)
            for name, inner in value.items()
        }
    if isinstance(value, (list, tuple)):
        return [mask_value(inner, secrets, layers) for inner in value]
    return mask_text(value, secrets, layers) if isinstance(value, str) else value


def _mask_all(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {name: inner if str(name).endswith("_id") else _mask_all(inner) for name, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [_mask_all(inner) for inner in value]
    return value if value is None or isinstance(value, bool) else MASK


def show(value: Any, secrets: Secrets = frozenset(), limit: int = _MAX_SHOWN_LENGTH) -> str:
    """Return a JSON value as short JSON for a message, with its secrets masked. Only the shown part is masked."""
    return short_json(mask_value(_first_parts(value, [limit]), secrets), limit)


def show_at(
    value: Any, path: Iterable[str | int], secrets: Secrets = frozenset(), limit: int = _MAX_SHOWN_LENGTH
) -> str:
    """Return the value at a path as `show` does; the mask alone where a name on the path is that of a secret."""
    is_hidden = any(isinstance(step, str) and is_secret(step, secrets) for step in path)
    return MASK if is_hidden else show(value, secrets, limit)


def _first_parts(value: Any, remaining: list[int]) -> Any:
    """Return a JSON value with at most `remaining[0]` of its parts, which it counts down."""
    remaining[0] -= 1
    if isinstance(value, Mapping):
        return {name: _first_parts(inner, remaining) for name, inner in value.items() if remaining[0] > 0}
    if isinstance(value, (list, tuple)):
        return [_first_parts(inner, remaining) for inner in value if remaining[0] > 0]
    return value


def mask_path(path: Iterable[str | int], secrets: Secrets = frozenset()) -> tuple[str | int, ...]:
    """Return a path into a JSON value with names that contain a secret (JSON in place of a name) masked.

    Long names are shortened.
    """
    return tuple(_mask_step(step, secrets) if isinstance(step, str) else step for step in path)


def _mask_step(name: str, secrets: Secrets) -> str:
    if name.lstrip()[:1] in ("{", "[") or mask_text(name, secrets) != name:
        return MASK
    return shorten(name, _MAX_NAME_LENGTH)


# -- texts ---------------------------------------------------------------------------------------------------------

_NAMED = re.compile(r"(?<![\w%.\[\]-])([\w%.\[\]-]++)(\\*+[\"']?)\s{0,8}+(?:=>|=|:)\s{0,8}+")
_QUOTE = re.compile(r"\\*+[\"']")
_END_OF_VALUE = re.compile(r"[&\s\"'<>]")
_USER_INFO = re.compile(r"(?<=://)[^/\s@?#\"']*+@")
_SCHEME = re.compile(r"\b(basic|bearer)(\s{1,8}+)[\w+/=.~-]{6,}+", re.IGNORECASE)
_PART_NAME = re.compile(r"\bname=\"?([^\"\r\n;]++)", re.IGNORECASE)
_BLANK_LINE = re.compile(r"\r?\n\r?\n")
_MAY_CONTAIN_SECRET = re.compile(r"[=:%\[{]|\b(?:basic|bearer)\s", re.IGNORECASE)


def mask_text(text: str, secrets: Secrets = frozenset(), layers: int = _MAX_LAYERS) -> str:
    """Return a text with the secrets in it masked; `layers` is how many nested encodings are decoded.

    It may be JSON, a form, a URL, header lines, a multipart body, or a sentence that quotes one of these, and need not
    be well-formed.
    """
    if not _MAY_CONTAIN_SECRET.search(text):
        return text
    if not layers:
        return MASK if _names_a_secret(text, secrets) else text
    text = _mask_layer(text, secrets, layers)
    if "%" in text:
        decoded = unquote_plus(text, errors="replace")
        if decoded != text and (masked := mask_text(decoded, secrets, layers - 1)) != decoded:
            return masked
    return text


def _mask_layer(text: str, secrets: Secrets, layers: int) -> str:
    if text.lstrip()[:1] not in ("[", "{"):
        return _mask_loose(text, secrets)
    try:
        value = json_of(text)
    except Unreadable:
        return MASK if _names_a_secret(text, secrets) else text
    masked = mask_value(value, secrets, layers - 1)
    return text if masked == value else json.dumps(masked, ensure_ascii=False)


def _names_a_secret(text: str, secrets: Secrets) -> bool:
    """Return whether a text that does not parse may have the name of a secret in it."""
    words = dict.fromkeys(re.findall(r"[\w-]++", unquote_plus(text, errors="replace")))
    return any(is_secret(word, secrets) for word in words)


def _mask_loose(text: str, secrets: Secrets) -> str:
    """Mask values after secret names, the user information of URLs, and credentials of HTTP authentication."""
    if "form-data" in text:
        text = _mask_parts(text, secrets)
    text = _USER_INFO.sub(f"{MASK}@", text)
    text = _SCHEME.sub(rf"\1\2{MASK}", text)
    parts, start = [], 0
    match = _NAMED.search(text)
    while match:
        position = match.end()
        if is_secret(match[1], secrets):
            stop = _end_of_value(text, match)
            if stop > position:
                parts += [text[start:position], MASK]
                start = position = stop
        match = _NAMED.search(text, position)
    return "".join([*parts, text[start:]]) if parts else text


def _end_of_value(text: str, name: re.Match[str]) -> int:
    """Return the end of the value after a name: a closing quote, the end of a header line, or the next name of a form.

    A value in brackets extends to the end of the text.
    """
    start = name.end()
    quoted = _QUOTE.match(text, start)
    if quoted:
        closed = text.find(quoted[0], quoted.end())
        return closed + len(quoted[0]) if closed >= 0 else len(text)
    if text[start : start + 1] in ("[", "{"):
        return len(text)
    if ":" in name[0] and not name[2]:
        line = text.find("\n", start)
        return line if line >= 0 else len(text)
    end = _END_OF_VALUE.search(text, start)
    return end.start() if end else len(text)


def _mask_parts(text: str, secrets: Secrets) -> str:
    """Mask the parts of a multipart body with secret names."""
    masked = []
    for part in text.split("\n--"):
        blank = _BLANK_LINE.search(part)
        if blank and any(is_secret(name, secrets) for name in _PART_NAME.findall(part, 0, blank.start())):
            part = f"{part[: blank.end()]}{MASK}\r"
        masked.append(part)
    return "\n--".join(masked)


# -- requests and responses ----------------------------------------------------------------------------------------


def mask_pairs(pairs: Iterable[tuple[str, str]], secrets: Secrets = frozenset()) -> list[tuple[str, str]]:
    """Return the names and values of a query, a form or headers with their secrets masked."""
    return [
        (mask_text(name, secrets), MASK if value and is_secret(name, secrets) else mask_text(value, secrets))
        for name, value in pairs
    ]


def mask_url(url: str, secrets: Secrets = frozenset()) -> str:
    """Return a URL, absolute or relative, with the secrets in user information, query and fragment masked.

    A part of the query that does not parse is masked as a whole.
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
    """Return a body as text with its secrets masked.

    Of a body that is neither JSON nor a form only the size is returned: it cannot be searched for secrets.
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
