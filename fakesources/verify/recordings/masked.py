"""Placeholders that replace secrets in shared recordings."""

from __future__ import annotations

import re
from typing import Any

_ALONE = "filtered|redacted|masked|scrubbed|sanitized|sanitised|censored|obfuscated"
_WORDS = rf"{_ALONE}|removed|hidden|omitted|secret|private"
_MARKED = (
    r"[*•●✱]{2,}"  # stars and dots
    r"|(?-i:<[A-Z][A-Z0-9_ .:-]+>)"  # Ruby's VCR: <API_KEY>
    rf"|[<\[({{]{{1,2}}\s*(?:{_WORDS})(?:[ _:-][^<>\[\](){{}}]{{0,40}})?\s*[>\])}}]{{1,2}}"  # [FILTERED], <redacted: 12>
    r"|\{\{[^{}]{1,60}\}\}"  # Postman and Insomnia: {{token}}
)
_WHOLE = re.compile(rf"(?:{_MARKED})|_*(?:{_ALONE})_*|x{{4,}}|\[truncated[^\]]*\]|\.\.\.|…", re.IGNORECASE)
_REASON = (
    r"binary|base64|truncat\w*|omit\w*|elided|evicted|skipped|stripped|removed|redacted|filtered|hidden|too (?:large|big|long)"
    r"|not (?:available|captured|recorded|included|shown|saved|stored)|unavailable"
)
_BODY = re.compile(
    rf"[<\[({{]{{1,2}}[^<>\[\](){{}}\"]{{0,60}}\b(?:{_REASON})\b[^<>\[\](){{}}\"]{{0,60}}[>\])}}]{{1,2}}"  # <binary>
    rf"|(?:(?:the|response|request) )*(?:body|content|data|payload|response)\W[^<>{{}}\"]{{0,60}}\b(?:{_REASON})\b.{{0,60}}",
    re.IGNORECASE,
)
_CUT = re.compile(
    rf"(?:\.\.\.|…)[^\"{{}}\[\]<>()]{{0,60}}$|[<\[({{][^<>\[\](){{}}\"]{{0,60}}\b(?:{_REASON})\b[^<>\[\](){{}}\"]{{0,60}}[>\])}}]$",
    re.IGNORECASE,
)
_WITHIN = re.compile(_MARKED, re.IGNORECASE)


def is_placeholder(value: Any) -> bool:
    """Return True for text that replaces a masked value, such as `***`, `[FILTERED]` or `<API_KEY>`."""
    return isinstance(value, str) and len(value) <= 200 and _WHOLE.fullmatch(value.strip()) is not None


def is_placeholder_body(text: str) -> bool:
    """Return True for text that replaces a whole body, such as `<binary>` or `(response body truncated)`."""
    return is_placeholder(text) or (len(text) <= 200 and _BODY.fullmatch(text.strip()) is not None)


def ends_with_cut_mark(text: str) -> bool:
    """Return True for text that ends with a mark such as `...` or `[truncated 90 bytes]`."""
    return _CUT.search(text[-200:].rstrip()) is not None


def has_placeholder(text: str) -> bool:
    """Return True for text that contains a placeholder."""
    return _WITHIN.search(text) is not None
