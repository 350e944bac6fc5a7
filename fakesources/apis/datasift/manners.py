"""The manners of every DataSift call that no row, refusal or schema says: what is swallowed, how the service is called,
what answers look like, what calls cost. Rows only.
"""

from __future__ import annotations

from ...core.contract.rule import Rule
from .endpoints import ENDPOINTS

# -- what the service would swallow, and the fake reports --------------------------------------------------------------

SWALLOWED = (
    Rule(
        id="datasift.unknown-parameter",
        description="A parameter, an item's name or a switch that the operation does not know is dropped without a word.",
        source="recorded-1.6",
        provenance="recorded",
        reason="a recorded create with `likes` was answered without it, and clients' own extra names never were an error",
        reported=True,
    ),
    Rule(
        id="datasift.scalar-type",
        description='A scalar of another type is read as the one that was meant: `"2"` as 2, 1 as true.',
        source="none",
        provenance="decided",
        reason="the service was written in PHP and took every parameter as text from a form or a query too",
        reported=True,
    ),
    Rule(
        id="datasift.given-twice",
        description="Of a parameter that is given more than once, in one carrier or in two, the last one is taken.",
        source="none",
        provenance="decided",
        reason="one flat set of parameters is read from wherever they are, as PHP does",
        reported=True,
    ),
    Rule(
        id="datasift.unversioned",
        description="All calls must be versioned; a path without a version is answered as version 1.0.",
        source="sourcestart-1.6, versioning",
        reported=True,
    ),
    Rule(
        id="datasift.unversioned-echo",
        description="A path without a version is answered in every edition, and `X-API-Version` says 1.0.",
        source="announcement-2016, versioning",
        provenance="decided",
        reason="the announcement calls bare paths an alias of v1.0 and meant to end them in March 2016; whether they were "
        "answered in 2018 was not recorded, and callers of that time are to be told rather than cut off",
    ),
)

# -- how the service is called -----------------------------------------------------------------------------------------

CALLING = (
    Rule(
        id="datasift.versions",
        description="A path begins with v1 or one of v1.1 to v1.6, which are answered alike; `X-API-Version` echoes it.",
        source="versioning, recorded-1.6, recorded-earlier",
        provenance="recorded",
    ),
    Rule(
        id="datasift.methods",
        description="Every endpoint takes GET, POST, PUT and DELETE; the documented one alone where a fake is told so.",
        source="client-python, client-node, client-php, client-dotnet",
        provenance="decided",
        reason="the official clients use nearly every method, and live answers to several are recorded",
    ),
    Rule(
        id="datasift.head",
        description="HEAD is answered where a page gives GET, with the headers and at the cost of GET, and changes nothing. "
        "Elsewhere it is a method that the endpoint does not take, also where documented methods alone are taken.",
        source="none",
        provenance="decided",
        reason="no page speaks of HEAD, and HTTP promises that it changes nothing",
    ),
    Rule(
        id="datasift.any-origin",
        description="Answers may be read by pages of any origin, and preflights are answered without a credential.",
        source="recorded-1.6",
        provenance="decided",
        reason="every recorded answer allows any origin, two headers and four methods, which only preflights ask for",
    ),
    Rule(
        id="datasift.credentials",
        description="A user name and a key come as `Authorization: user:key`, as `Auth: user:key` or by Basic.",
        source="authentication, authentication-2013, client-php, client-dotnet",
    ),
    Rule(
        id="datasift.credentials-in-parameters",
        description="A user name and a key among the parameters, `username` and `api_key`, are no credential.",
        source="authentication-2013",
        provenance="decided",
        reason="the page of 2013 takes them, later ones leave them out for this API, and no client sends them",
    ),
    Rule(
        id="datasift.carriers",
        description="Parameters come from the query string, a form or a JSON body, in any mixture.",
        source="sourcecreate-1.6, snippet-create-form, client-python, client-java",
    ),
    Rule(
        id="datasift.structured-text",
        description="A structured value may be JSON text in place of itself, in every carrier.",
        source="sourcecreate-1.6, client-ruby, client-node, recorded-1.6",
        provenance="recorded",
    ),
    Rule(
        id="datasift.validate-spellings",
        description="`validate` may be a boolean, one of the texts true, false, t, f, 1 and 0, or either in a list of one.",
        source="sourceauthadd-1.6, sourceresourceadd-1.6, client-java",
    ),
    Rule(
        id="datasift.validate",
        description="`validate` changes nothing: there is no third party to ask, so every token and resource is in order.",
        source="none",
        provenance="decided",
        reason="what a bad token is answered with is unknown; a test can script a refusal",
    ),
    Rule(
        id="datasift.null",
        description="`null` stands for a parameter that is not given.",
        source="client-php, client-java",
        provenance="decided",
        reason="official clients send it for every value they do not have",
    ),
    Rule(
        id="datasift.empty-array",
        description="An empty array in place of an object is an empty object.",
        source="client-php, recorded-earlier",
        provenance="decided",
        reason="PHP writes both alike",
    ),
    Rule(
        id="datasift.empty-body",
        description="An empty body means no parameters, whatever its type is said to be.",
        source="client-python, client-node",
        provenance="observed",
    ),
    Rule(
        id="datasift.tolerated",
        description="Names that official clients are known to send beyond the documentation are passed over.",
        source="client-php, client-java, recorded-1.6",
        provenance="observed",
    ),
)

# -- what an answer looks like -----------------------------------------------------------------------------------------

ANSWERING = (
    Rule(
        id="datasift.body-style",
        description="A body is compact JSON in ASCII, with every slash escaped.",
        source="recorded-1.6",
        provenance="recorded",
    ),
    Rule(
        id="datasift.headers",
        description="Every answer has the recorded headers; 204 is said to be text/html and has no body.",
        source="recorded-1.6, recorded-earlier",
        provenance="recorded",
        reason="recorded with every status that is answered but 401, 413 and 429",
    ),
    Rule(
        id="datasift.header-names",
        description="Header names are spelled as on the page of rate limiting.",
        source="rate-limiting",
        provenance="decided",
        reason="recordings do not keep the spelling; one client's `.ratelimits` finds lower-case names only",
    ),
    Rule(
        id="datasift.frame-options",
        description="`X-Served-By` and `X-Frame-Options` stand on 200, 201 and 204 and on no other status.",
        source="recorded-1.6, recorded-earlier",
        provenance="recorded",
        reason="on all 1,059 recorded answers with these statuses and on none of the 249 with others",
    ),
    Rule(
        id="datasift.server",
        description="`Server`, `X-Served-By` and `X-Balanced-By` are `fakesources`, and a body has a Content-Length where the "
        "recorded one was chunked.",
        source="recorded-1.6",
        provenance="decided",
        reason="they name the machines that answer, and framing is the server's: neither is part of the contract",
    ),
    Rule(
        id="datasift.allow",
        description="A 405 names in `Allow` the methods that are taken.",
        source="recorded-earlier",
        provenance="decided",
        reason="HTTP asks for it, though the recorded 405s have no such header",
    ),
    Rule(
        id="datasift.no-gzip",
        description="Answers are never compressed.",
        source="recorded-1.6",
        provenance="decided",
        reason="no recorded answer is, though every client asked for it",
    ),
    Rule(
        id="datasift.unauthorized-headers",
        description="A 401 has neither rate-limit headers nor WWW-Authenticate.",
        source="none",
        provenance="decided",
        reason="nothing was recorded of it; a refused credential has no account to be charged",
    ),
)

COST_ON_PAGE = frozenset(
    f"datasift.source.{name}" for name in ("create", "log", "start", "auth.add", "resource.add", "resource.remove")
)
"""The operations on whose pages, as far as they are left, the cost stands."""

# -- rate limiting -----------------------------------------------------------------------------------------------------

LIMITING = (
    Rule(
        id="datasift.rate-window",
        description="The window opens with an account's first call and is full again an hour later.",
        source="rate-limiting, recorded-1.6",
    ),
    Rule(
        id="datasift.rate-allowance",
        description="An account has 10,000 credits an hour, unless told otherwise.",
        source="rate-limiting",
    ),
    Rule(
        id="datasift.rate-failures",
        description="A refused call costs what a successful one costs; one refused for its credential, its version, its "
        "method or its path costs nothing.",
        source="recorded-1.6, recorded-earlier",
        provenance="recorded",
        reason="a 404 was recorded at the price of a success, 403 and 405 without a price",
    ),
    Rule(
        id="datasift.rate-refusal",
        description="A call beyond the allowance is refused with 403 and `X-RateLimit-Remaining: 0`, or with 429 if so told.",
        source="rate-limiting, client-python, client-node, client-php",
        provenance="decided",
        reason="the page gives both; 403 with nothing left is what every official client takes for this error",
    ),
    Rule(
        id="datasift.rate-refusal-cost",
        description="A call that is refused for the allowance costs nothing more.",
        source="none",
        provenance="decided",
        reason="no page tells; what is answered adds up to what is taken",
    ),
    *(
        Rule(
            id=f"{endpoint.id}.cost",
            description=f"The call costs {endpoint.cost} credits.",
            source=f"{endpoint.source}, recorded-1.6" if endpoint.id in COST_ON_PAGE else "recorded-1.6",
            provenance="documented" if endpoint.id in COST_ON_PAGE else "recorded",
        )
        for endpoint in ENDPOINTS
        if endpoint.cost
    ),
)

MANNERS = (*SWALLOWED, *CALLING, *ANSWERING, *LIMITING)
