"""Everything Curator refuses, a row each, and the one form it refuses in."""

from __future__ import annotations

from typing import Any

from ...core.contract.errors import ApiError, ApiErrorRaised

CODES = "response-codes"

NO_SUCH_ENDPOINT = ApiError(
    "no-such-endpoint", 404, "There is no such endpoint", CODES, "404 is for an endpoint that does not exist."
)  # fmt: skip
NO_SUCH_METHOD = ApiError(
    "no-such-method", 405, "This method is not allowed here", CODES, "405 is for a method an endpoint does not take."
)  # fmt: skip
TOO_LARGE = ApiError(
    "too-large", 400, "The body is too large", CODES, "A body of more than 1 MiB is refused.",
    "decided", "No limit is documented; 400 is the class of invalid requests, and 413 is in no list.",
)  # fmt: skip
UNREADABLE = ApiError(
    "unreadable", 400, "The {part} {reason}", CODES, "What cannot be read is refused: bytes, JSON or their type.",
    "decided", "Bodies have to be application/json; the list of statuses has no 415.",
)  # fmt: skip
MISSING_KEY = ApiError(
    "missing-key", 400, "Please provide an api_key", CODES, "400 is also for a call without a token.",
    "decided", "The text of 400 names the missing token, and 401 is in no list; the wording follows the sample.",
)  # fmt: skip
UNUSABLE_KEY = ApiError(
    "unusable-key", 400, "The api_key cannot be read", CODES, "A credential that cannot be read is no credential.",
    "decided", "A token that cannot be read is as good as none, which is 400.",
)  # fmt: skip
WRONG_KEY = {
    403: ApiError(
        "wrong-key", 403, "The api_key is not known", CODES, "403 is for those who may not see what they ask for.",
        "decided", "No page says what a wrong key gets; 403 is the only class left for it.",
    ),
    401: ApiError(
        "wrong-key-401", 401, "The api_key is not known", CODES, "A wrong key may be answered with 401 instead.",
        "decided", "Many services answer so, and a client may have to be tested for it; 401 is in no list.",
    ),
}  # fmt: skip

MISSING = ApiError(
    "missing-field", 400, "Please provide a {field}", CODES, "A required parameter that is missing is named.",
    "decided", "The sentence is the page's sample for feed_id; other fields and the status are not shown.",
)  # fmt: skip
INVALID = ApiError(
    "invalid-field", 400, "The {field} is invalid, expected {expected}", CODES, "400 is for an invalid parameter.",
    "decided", "The class is documented, its wording is not.",
)  # fmt: skip
MALFORMED_ID = ApiError(
    "malformed-id", 400, "The {thing} id is malformed", CODES, "400 is also for a malformed id in the path.",
    "decided", "The class is documented, its wording is not.",
)  # fmt: skip
NO_SUCH_TYPE = ApiError(
    "no-such-source-type", 400, "The source_type is invalid, there is no {number}", "ids",
    "A source type has to be in one of the lists or examples of the documentation.",
    "decided", "400 is for an invalid parameter. All lists count together: the page's own examples use types that later "
    "lists have dropped.",
)  # fmt: skip
UNKNOWN_FEED = ApiError(
    "unknown-feed", 422, "The feed_id names no feed", CODES, "A source needs a feed that exists.",
    "decided", "The request is well formed and cannot be done as sent: the documented meaning of 422.",
)  # fmt: skip
FIXED = ApiError(
    "fixed-field", 422, "The {field} can not be changed", "sources",
    "Neither feed_id nor source_type changes after creation.",
    "decided", "The page forbids the change without saying how; 422 asks to change the request. The same value is no change.",
)  # fmt: skip
FOREIGN = ApiError(
    "not-yours", 403, "You may not see this {thing}", CODES, "403 is for those who may not see what they ask for.",
    "decided", "The class is documented, its wording is not.",
)  # fmt: skip
NO_SUCH_SOURCE = ApiError(
    "not-found", 404, "Source not found", CODES, "An id that names no source.",
    "decided", "The page keeps 404 for endpoints; by custom it is also for what is at the end of a path.",
)  # fmt: skip
NO_SUCH_FEED = ApiError(
    "not-found", 404, "Feed not found", CODES, "An id that names no feed.",
    "decided", "The page keeps 404 for endpoints; by custom it is also for what is at the end of a path.",
)  # fmt: skip
NO_SUCH_POST = ApiError(
    "post-not-found", 404, "Post not found", CODES, "An id that names no post of this feed, or one that is not shown.",
    "decided", "The page keeps 404 for endpoints; by custom it is also for what is at the end of a path.",
)  # fmt: skip
BAD_CURSOR = ApiError(
    "bad-cursor", 400, "The {field} is invalid, expected a cursor from pagination", "posts-2025",
    "after and before take the values that pagination gave.",
    "decided", "400 is for an invalid parameter.",
)  # fmt: skip

EVERYWHERE = (UNREADABLE, MISSING_KEY, UNUSABLE_KEY, *WRONG_KEY.values())
"""What every endpoint can answer; the last ones where a key is asked for."""


def render(no: ApiErrorRaised) -> Any:
    """The one form of every refusal. The page speaks of a `meta.code` too; its own sample has none."""
    return {"success": False, "message": str(no)}
