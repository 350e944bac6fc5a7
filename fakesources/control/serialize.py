"""Exchanges and violations as JSON values; every secret in them is masked."""

from __future__ import annotations

import json
from typing import Any

from ..core.contract.call import Service
from ..core.contract.validation import Violation
from ..core.engine.exchanges import Exchange
from ..core.http.masking import MASK, mask_body, mask_pairs, mask_url, mask_value
from ..core.http.messages import Pairs
from ..core.http.parsing import is_json, media_type
from ..core.state.snapshots import Change
from ..core.state.typed_values import to_json
from ..core.text.display import utc_text

_FIELDS = ("rule", "api", "operation", "path", "actual", "expected", "message", "source", "suggestion", "side")


def violation(found: Violation, service: Service | None) -> dict[str, Any]:
    """Return a violation of a call to `service`; its other secrets were masked when it was recorded."""
    return {
        **{name: getattr(found, name) for name in _FIELDS},
        "account": account(found.account, service) if service is not None else found.account,
        "time": utc_text(found.time),
        "exchange": found.exchange,
        "test": found.test,
    }


def exchange(recorded: Exchange, service: Service, *, bodies: bool = True) -> dict[str, Any]:
    """Return an exchange: the request as sent, its parsed parameters, and the response; both bodies only if `bodies`."""
    secrets = service.api.secrets
    request, response = recorded.raw_request, recorded.response
    value = {
        "number": recorded.number,
        "time": utc_text(recorded.time),
        "api": recorded.api,
        "operation": recorded.operation,
        "account": account(recorded.account, service),
        "method": request.method,
        "url": mask_url(request.url, secrets),
        "headers": _headers(request.headers, secrets),
        "params": mask_value(dict(recorded.params), secrets),
        "status": response.status,
        "response_headers": _headers(response.headers, secrets),
        "duration": round(recorded.duration, 3),
        "error": recorded.error,
        "fault": recorded.fault,
        "violations": [violation(found, service) for found in recorded.violations],
    }
    if bodies:
        value["body"] = mask_body(request.body, request.header("content-type"), secrets)
        value["response_body"] = _body(response.body, response.header("content-type"), secrets)
    return value


def change(found: Change) -> dict[str, Any]:
    """Return a difference between two states; a value is None on the side where there is no row."""
    return {
        "api": found.api,
        "account": found.account,
        "name": found.kind,
        "id": to_json(found.id),
        "type": found.type,
        "fields": [
            {"name": name, "before": _field(name, before, found), "after": _field(name, after, found)}
            for name, before, after in found.parts
        ],
    }


def _field(name: str, value: Any, found: Change) -> Any:
    return mask_value({name: to_json(value)}, found.secrets)[name]


def account(name: str, service: Service) -> str:
    """Return an account's name; masked where it is the account's key."""
    return MASK if name and service.has_secret_names else name


def _headers(pairs: Pairs, secrets: frozenset[str]) -> list[list[str]]:
    return [list(pair) for pair in mask_pairs(pairs, secrets)]


def _body(body: bytes, content_type: str | None, secrets: frozenset[str]) -> Any:
    if not body:
        return None
    if is_json(media_type(content_type)):
        return mask_value(json.loads(body), secrets)
    return mask_body(body, content_type, secrets)
