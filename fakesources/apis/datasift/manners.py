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
        says="A parameter, an item's name or a switch that the operation does not know is dropped without a word.",
        docs="recorded-1.6",
        standing="recorded",
        reason="a recorded create with `likes` was answered without it, and clients' own extra names never were an error",
        reported=True,
    ),
    Rule(
        id="datasift.scalar-type",
        says='A scalar of another type is read as the one that was meant: `"2"` as 2, 1 as true.',
        docs="none",
        standing="decided",
        reason="the service was written in PHP and took every parameter as text from a form or a query too",
        reported=True,
    ),
    Rule(
        id="datasift.given-twice",
        says="Of a parameter that is given more than once, in one carrier or in two, the last one is taken.",
        docs="none",
        standing="decided",
        reason="one flat set of parameters is read from wherever they are, as PHP does",
        reported=True,
    ),
    Rule(
        id="datasift.unversioned",
        says="All calls must be versioned; a path without a version is answered as version 1.0.",
        docs="sourcestart-1.6, versioning",
        reported=True,
    ),
    Rule(
        id="datasift.unversioned-echo",
        says="A path without a version is answered in every edition, and `X-API-Version` says 1.0.",
        docs="announcement-2016, versioning",
        standing="decided",
        reason="the announcement calls bare paths an alias of v1.0 and meant to end them in March 2016; whether they were "
        "answered in 2018 was not recorded, and callers of that time are to be told rather than cut off",
    ),
)

# -- how the service is called -----------------------------------------------------------------------------------------

CALLING = (
    Rule(
        id="datasift.versions",
        says="A path begins with v1 or one of v1.1 to v1.6, which are answered alike; `X-API-Version` echoes it.",
        docs="versioning, recorded-1.6, recorded-earlier",
        standing="recorded",
    ),
    Rule(
        id="datasift.methods",
        says="Every endpoint takes GET, POST, PUT and DELETE; the documented one alone where a fake is told so.",
        docs="client-python, client-node, client-php, client-dotnet",
        standing="decided",
        reason="the official clients use nearly every method, and live answers to several are recorded",
    ),
    Rule(
        id="datasift.head",
        says="HEAD is answered where a page gives GET, with the headers and at the cost of GET, and changes nothing. "
        "Elsewhere it is a method that the endpoint does not take, also where documented methods alone are taken.",
        docs="none",
        standing="decided",
        reason="no page speaks of HEAD, and HTTP promises that it changes nothing",
    ),
    Rule(
        id="datasift.any-origin",
        says="Answers may be read by pages of any origin, and preflights are answered without a credential.",
        docs="recorded-1.6",
        standing="decided",
        reason="every recorded answer allows any origin, two headers and four methods, which only preflights ask for",
    ),
    Rule(
        id="datasift.credentials",
        says="A user name and a key come as `Authorization: user:key`, as `Auth: user:key` or by Basic.",
        docs="authentication, authentication-2013, client-php, client-dotnet",
    ),
    Rule(
        id="datasift.credentials-in-parameters",
        says="A user name and a key among the parameters, `username` and `api_key`, are no credential.",
        docs="authentication-2013",
        standing="decided",
        reason="the page of 2013 takes them, later ones leave them out for this API, and no client sends them",
    ),
    Rule(
        id="datasift.carriers",
        says="Parameters come from the query string, a form or a JSON body, in any mixture.",
        docs="sourcecreate-1.6, snippet-create-form, client-python, client-java",
    ),
    Rule(
        id="datasift.structured-text",
        says="A structured value may be JSON text in place of itself, in every carrier.",
        docs="sourcecreate-1.6, client-ruby, client-node, recorded-1.6",
        standing="recorded",
    ),
    Rule(
        id="datasift.validate-spellings",
        says="`validate` may be a boolean, one of the texts true, false, t, f, 1 and 0, or either in a list of one.",
        docs="sourceauthadd-1.6, sourceresourceadd-1.6, client-java",
    ),
    Rule(
        id="datasift.validate",
        says="`validate` changes nothing: there is no third party to ask, so every token and resource is in order.",
        docs="none",
        standing="decided",
        reason="what a bad token is answered with is unknown; a test can script a refusal",
    ),
    Rule(
        id="datasift.null",
        says="`null` stands for a parameter that is not given.",
        docs="client-php, client-java",
        standing="decided",
        reason="official clients send it for every value they do not have",
    ),
    Rule(
        id="datasift.empty-array",
        says="An empty array in place of an object is an empty object.",
        docs="client-php, recorded-earlier",
        standing="decided",
        reason="PHP writes both alike",
    ),
    Rule(
        id="datasift.empty-body",
        says="An empty body means no parameters, whatever its type is said to be.",
        docs="client-python, client-node",
        standing="observed",
    ),
    Rule(
        id="datasift.tolerated",
        says="Names that official clients are known to send beyond the documentation are passed over.",
        docs="client-php, client-java, recorded-1.6",
        standing="observed",
    ),
)

# -- what an answer looks like -----------------------------------------------------------------------------------------

ANSWERING = (
    Rule(
        id="datasift.body-style",
        says="A body is compact JSON in ASCII, with every slash escaped.",
        docs="recorded-1.6",
        standing="recorded",
    ),
    Rule(
        id="datasift.headers",
        says="Every answer has the recorded headers; 204 is said to be text/html and has no body.",
        docs="recorded-1.6, recorded-earlier",
        standing="recorded",
        reason="recorded with every status that is answered but 401, 413 and 429",
    ),
    Rule(
        id="datasift.header-names",
        says="Header names are spelled as on the page of rate limiting.",
        docs="rate-limiting",
        standing="decided",
        reason="recordings do not keep the spelling; one client's `.ratelimits` finds lower-case names only",
    ),
    Rule(
        id="datasift.frame-options",
        says="`X-Served-By` and `X-Frame-Options` stand on 200, 201 and 204 and on no other status.",
        docs="recorded-1.6, recorded-earlier",
        standing="recorded",
        reason="on all 1,059 recorded answers with these statuses and on none of the 249 with others",
    ),
    Rule(
        id="datasift.server",
        says="`Server`, `X-Served-By` and `X-Balanced-By` are `fakesources`, and a body has a Content-Length where the "
        "recorded one was chunked.",
        docs="recorded-1.6",
        standing="decided",
        reason="they name the machines that answer, and framing is the server's: neither is part of the contract",
    ),
    Rule(
        id="datasift.allow",
        says="A 405 names in `Allow` the methods that are taken.",
        docs="recorded-earlier",
        standing="decided",
        reason="HTTP asks for it, though the recorded 405s have no such header",
    ),
    Rule(
        id="datasift.no-gzip",
        says="Answers are never compressed.",
        docs="recorded-1.6",
        standing="decided",
        reason="no recorded answer is, though every client asked for it",
    ),
    Rule(
        id="datasift.unauthorized-headers",
        says="A 401 has neither rate-limit headers nor WWW-Authenticate.",
        docs="none",
        standing="decided",
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
        says="The window opens with an account's first call and is full again an hour later.",
        docs="rate-limiting, recorded-1.6",
    ),
    Rule(
        id="datasift.rate-allowance",
        says="An account has 10,000 credits an hour, unless told otherwise.",
        docs="rate-limiting",
    ),
    Rule(
        id="datasift.rate-failures",
        says="A refused call costs what a successful one costs; one refused for its credential, its version, its "
        "method or its path costs nothing.",
        docs="recorded-1.6, recorded-earlier",
        standing="recorded",
        reason="a 404 was recorded at the price of a success, 403 and 405 without a price",
    ),
    Rule(
        id="datasift.rate-refusal",
        says="A call beyond the allowance is refused with 403 and `X-RateLimit-Remaining: 0`, or with 429 if so told.",
        docs="rate-limiting, client-python, client-node, client-php",
        standing="decided",
        reason="the page gives both; 403 with nothing left is what every official client takes for this error",
    ),
    Rule(
        id="datasift.rate-refusal-cost",
        says="A call that is refused for the allowance costs nothing more.",
        docs="none",
        standing="decided",
        reason="no page tells; what is answered adds up to what is taken",
    ),
    *(
        Rule(
            id=f"{endpoint.id}.cost",
            says=f"The call costs {endpoint.cost} credits.",
            docs=f"{endpoint.docs}, recorded-1.6" if endpoint.id in COST_ON_PAGE else "recorded-1.6",
            standing="documented" if endpoint.id in COST_ON_PAGE else "recorded",
        )
        for endpoint in ENDPOINTS
        if endpoint.cost
    ),
)

MANNERS = (*SWALLOWED, *CALLING, *ANSWERING, *LIMITING)
