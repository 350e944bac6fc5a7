"""What DataSift does that neither a row, nor a refusal, nor a schema says: manners, defaults, orders, costs, and every
point on which the sources are silent or at odds, with what was decided and why. Rows only.
"""

from __future__ import annotations

from ...core.rules import Rule
from .endpoints import ENDPOINTS
from .rates import WRITING

# -- what the service would swallow, and the fake reports --------------------------------------------------------------

SWALLOWED = (
    Rule(
        id="datasift.unknown-parameter",
        says="A parameter, an item's name or a switch that the operation does not know is dropped without a word.",
        docs="recorded-1.6",
        standing="recorded",
    ),
    Rule(
        id="datasift.scalar-type",
        says='A scalar of another type is read as the one that was meant: `"2"` as 2, 1 as true.',
        docs="none",
        standing="decided",
        reason="the service was written in PHP and took every parameter as text from a form or a query too",
    ),
    Rule(
        id="datasift.given-twice",
        says="Of a parameter that is given more than once, in one carrier or in two, the last one is taken.",
        docs="none",
        standing="decided",
        reason="one flat set of parameters is read from wherever they are, as PHP does",
    ),
    Rule(
        id="datasift.unversioned",
        says="All calls must be versioned; a path without a version is answered as version 1.0.",
        docs="sourcestart-1.6, versioning",
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
        id="datasift.credentials",
        says="A user name and a key come as `Authorization: user:key`, as `Auth: user:key` or by Basic.",
        docs="authentication, authentication-2013, client-php, client-dotnet",
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
        standing="recorded",
    ),
    Rule(
        id="datasift.tolerated",
        says="Names that official clients are known to send beyond the documentation are passed over.",
        docs="client-php, client-java, recorded-1.6",
        standing="recorded",
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
        docs="recorded-1.6",
        standing="recorded",
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
        says="`X-Frame-Options` stands on 200, 201 and 204 and on no other status.",
        docs="recorded-1.6",
        standing="recorded",
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
            docs="sourcecreate-1.6, recorded-1.6" if endpoint.cost == WRITING else "sourcestart-1.6, recorded-1.6",
        )
        for endpoint in ENDPOINTS
    ),
)

# -- what the operations do --------------------------------------------------------------------------------------------

DOING = (
    Rule(
        id="datasift.ids",
        says="Ids are 32 hexadecimal digits, version-4 UUIDs without hyphens.",
        docs="recorded-1.6",
        standing="recorded",
    ),
    Rule(
        id="datasift.malformed-id",
        says="An id of any other form is an unknown id.",
        docs="snippet-not-found",
        standing="decided",
        reason="a documented call with `1234567890` was answered as not found",
    ),
    Rule(
        id="datasift.other-accounts",
        says="Another account's source is an unknown source.",
        docs="none",
        standing="decided",
        reason="no page tells; anything else would tell who has what",
    ),
    Rule(
        id="datasift.item-order",
        says="`auth` and `resources` are ordered by their ids; what was added last may come first.",
        docs="recorded-1.6, recorded-earlier",
        standing="recorded",
    ),
    Rule(
        id="datasift.switches-filled",
        says="A source's `parameters` is an object with every switch of its type; those not given are off.",
        docs="recorded-1.6, sourcestart-1.6",
        standing="recorded",
    ),
    Rule(
        id="datasift.switches-documented",
        says="A Facebook page shows the five switches of the page in its spelling, and others only when they are on.",
        docs="sourcestart-1.6, sourcecreate-1.6",
        standing="decided",
        reason="the page wins in this edition, and what was switched on must not vanish",
        editions=("docs-1.6",),
    ),
    Rule(
        id="datasift.switches-recorded",
        says="A Facebook page shows the seven recorded switches in the recorded plural.",
        docs="recorded-earlier",
        standing="recorded",
        editions=("live-1.6",),
    ),
    Rule(
        id="datasift.switches-spellings",
        says="`comment_count` and `comment_counts` are one switch, `like_count` and `like_counts`, `share_counts` and "
        "`share_count` too.",
        docs="sourcecreate-1.6, recorded-earlier",
        standing="decided",
        reason="the pages use the singular and the recordings the plural for the same thing",
    ),
    Rule(
        id="datasift.resource-expansion",
        says="A resource of twitter_gnip is filled up to the recorded four names, a missing mapping with `gnip_1`.",
        docs="recorded-1.6",
        standing="recorded",
    ),
    Rule(
        id="datasift.token-expansion",
        says="A token of Instagram shows a `refresh_token`, null where none was given.",
        docs="recorded-1.6",
        standing="recorded",
    ),
    Rule(
        id="datasift.item-extras",
        says="Items of `auth` and `resources` carry the source's id and `status: valid`.",
        docs="sourcestart-1.6, sourceget-1.6",
        editions=("docs-1.6",),
    ),
    Rule(
        id="datasift.resource-types-documented",
        says="A resource's id keeps the JSON type it was sent in.",
        docs="sourcestart-1.6, sourceget-1.6",
        standing="decided",
        reason="the pages show numbers, clients send text",
        editions=("docs-1.6",),
    ),
    Rule(
        id="datasift.resource-types-recorded",
        says="A Facebook id and an Instagram value are text whatever they came as.",
        docs="recorded-earlier, recorded-1.6",
        standing="recorded",
        editions=("live-1.6",),
    ),
    Rule(
        id="datasift.words-documented",
        says="A started source is `active` at every endpoint, any other one `stopped`.",
        docs="sourcestart-1.6, sourcestop-1.6",
        editions=("docs-1.6",),
    ),
    Rule(
        id="datasift.words-recorded",
        says="A started source is `running`, any other one `stopped`.",
        docs="recorded-1.6",
        standing="recorded",
        editions=("live-1.6",),
    ),
    Rule(
        id="datasift.source.create.stopped",
        says="A new source is stopped.",
        docs="recorded-1.6, recorded-earlier",
        standing="recorded",
    ),
    Rule(
        id="datasift.source.create.optional-auth",
        says="`auth` and `parameters` may be left out for every source type.",
        docs="sourcecreate-1.6, instagram-options, recorded-1.6",
        standing="decided",
        reason="the pages disagree; a recorded create without either was answered as right",
    ),
    Rule(
        id="datasift.source.create.first-missing",
        says="Of several missing parameters the first in the documented order is told.",
        docs="sourcecreate-1.6",
        standing="decided",
        reason="no page tells; the error has room for one",
    ),
    Rule(
        id="datasift.source.update.lists",
        says="`resources` and `auth` replace the lists; items sent with a known id keep it, others get a new one.",
        docs="sourceupdate-1.3, recorded-1.6",
    ),
    Rule(
        id="datasift.source.update.switches",
        says="`parameters` replaces all switches; those not given are off.",
        docs="none",
        standing="decided",
        reason="as the lists are replaced, so are the switches",
    ),
    Rule(
        id="datasift.source.update.kept",
        says="What is left out keeps its value, and so do the creation time and the state.",
        docs="sourceupdate-1.3, client-node, recorded-1.6",
    ),
    Rule(
        id="datasift.source.delete.running",
        says="A running source can be deleted.",
        docs="recorded-1.6",
        standing="recorded",
    ),
    Rule(
        id="datasift.source.get.order",
        says="A list has the newest source first; of equal times the one made last.",
        docs="recorded-1.6, recorded-earlier",
        standing="recorded",
    ),
    Rule(
        id="datasift.source.get.empty",
        says="Where nothing matches, the list is empty and `pages` is 0; a page past the end is empty too.",
        docs="sourceget-1.6",
    ),
    Rule(
        id="datasift.source.get.search",
        says="`search` lists the sources whose name holds the text, upper and lower case alike.",
        docs="sourceget-1.6",
        standing="decided",
        reason="the page names the parameter and does not say how it compares",
    ),
    Rule(
        id="datasift.source.get.unknown-type",
        says="A `source_type` that does not exist lists nothing.",
        docs="none",
        standing="decided",
        reason="no page tells; it filters, and nothing passes",
    ),
    Rule(
        id="datasift.source.get.id-wins",
        says="With an id the source itself is answered, and paging sent along is without effect.",
        docs="recorded-1.6",
        standing="recorded",
    ),
    Rule(
        id="datasift.source.log.order",
        says="The newest entry comes first.",
        docs="sourcelog-1.4",
    ),
    Rule(
        id="datasift.source.log.content",
        says="The log tells of the connection to the third party; calls of the API leave nothing in it.",
        docs="sourceresourceadd-1.6, recorded-1.6",
        standing="recorded",
    ),
    Rule(
        id="datasift.source.start.again",
        says="Starting a running source changes nothing and is answered as right.",
        docs="sourcestart-1.6",
        standing="decided",
        reason="the page says start or restart and names no other error",
    ),
    Rule(
        id="datasift.source.start.both-spellings",
        says="The answer carries both spellings of its page: source_type and source_type_id, auth and identities.",
        docs="sourcestart-1.6",
        editions=("docs-1.6",),
    ),
    Rule(
        id="datasift.source.stop.both-spellings",
        says="The answer carries both spellings of its page: source_type and source_type_id, auth and identities.",
        docs="sourcestop-1.6",
        editions=("docs-1.6",),
    ),
    Rule(
        id="datasift.source.start.source-object",
        says="The answer is the whole source object.",
        docs="recorded-1.6",
        standing="recorded",
        editions=("live-1.6",),
    ),
    Rule(
        id="datasift.source.stop.source-object",
        says="The answer is the whole source object.",
        docs="recorded-1.6",
        standing="recorded",
        editions=("live-1.6",),
    ),
    Rule(
        id="datasift.source.stop.again",
        says="Stopping a stopped source changes nothing and is answered as right.",
        docs="none",
        standing="decided",
        reason="as start does",
    ),
    *(
        Rule(
            id=f"datasift.source.{kind}.add.again",
            says="What is added a second time is there twice, with an id of its own.",
            docs="none",
            standing="decided",
            reason="no page tells, and nothing but its id names an item",
        )
        for kind in ("resource", "auth")
    ),
    *(
        Rule(
            id=f"datasift.source.{kind}.remove.unknown",
            says="Ids that the source does not have are passed over.",
            docs="client-dotnet",
            standing="decided",
            reason="a client's own example removes an id of the wrong kind and goes on",
        )
        for kind in ("resource", "auth")
    ),
    Rule(
        id="datasift.source.resource.remove.all",
        says="The last resource can be removed.",
        docs="sourceresourceremove-1.6",
    ),
    Rule(
        id="datasift.source.auth.remove.all",
        says="The last token can be removed.",
        docs="sourceresourceremove-1.6",
        standing="decided",
        reason="as the last resource can",
    ),
)

RULES = (*SWALLOWED, *CALLING, *ANSWERING, *LIMITING, *DOING)
