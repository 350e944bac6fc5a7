"""Responses from results: serialized, and validated by the schema of their status."""

from __future__ import annotations

from ..contract.api import Result
from ..contract.call import Call
from ..contract.errors import InternalError
from ..http.messages import Response, replaced
from ..text.display import short_json


def validated_response(call: Call, result: Result) -> Response:
    """Return the response for a result. Raises InternalError where the result breaks the schema of its status."""
    return validated(call, result, serialized(call, result))


def serialized(call: Call, result: Result) -> bytes:
    """Return the body of a result as bytes."""
    body: bytes = b"" if result.value is None else call.api.serialize(result.value)
    return body


def validated(call: Call, result: Result, body: bytes) -> Response:
    """Return the response for a result and its body. Raises InternalError as `validated_response`."""
    api, endpoint = call.api, call.endpoint
    if call.error is not None:
        name = api.error_schema
    elif endpoint is None or result.status not in endpoint.responses:
        raise InternalError(f"{call.operation}: expected a status that its endpoint documents, got {result.status}")
    else:
        name = endpoint.responses[result.status]
    if name:
        schema = api.schemas.schema_of(call.edition.name, name)
        if not schema.is_valid(result.value):
            errors = "; ".join(f"{error.json_path}: {error.message}" for error in schema.errors(result.value)[:3])
            raise InternalError(
                f"{call.operation}: expected a body of {result.status} that matches {schema.path}: {errors}"
            )
    elif result.value is not None:
        raise InternalError(f"{call.operation}: expected no body with {result.status}, got {short_json(result.value)}")
    headers = api.response_headers(call, result)
    return Response(result.status, replaced(headers, result.header_pairs) if result.headers else headers, body)
