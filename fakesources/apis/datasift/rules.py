"""What DataSift's operations do that neither a row, nor a refusal, nor a schema says: defaults, orders, expansions, and
every point on which the sources are silent or at odds, with what was decided and why. Rows only.
"""

from __future__ import annotations

from ...core.contract.rule import Rule
from .manners import MANNERS

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
        reason="every recorded answer with several items has them so, though examples of three clients expect the new one last",
    ),
    Rule(
        id="datasift.switches-filled",
        says="A source's `parameters` is an object with every switch of its type; those not given are off.",
        docs="recorded-1.6, sourcestart-1.6",
        standing="recorded",
        reason="recorded creates name some and are answered with all; one client cannot read an array here",
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
        reason="recorded answers win in this edition",
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
        reason="recorded of the only mapping known",
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
        standing="decided",
        reason="the pages of start and get show both, those of create, update and resource/remove do not; in this edition "
        "every operation answers the same object",
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
        reason="recorded answers win in this edition, though the pages show numbers",
        editions=("live-1.6",),
    ),
    Rule(
        id="datasift.words-documented",
        says="A started source is `active` at every endpoint, any other one `stopped`.",
        docs="sourcestart-1.6, sourcestop-1.6",
        standing="decided",
        reason="only the page of start prints `active`, those of get and resource/remove print `running`; in this edition "
        "every endpoint says what start said",
        editions=("docs-1.6",),
    ),
    Rule(
        id="datasift.words-recorded",
        says="A started source is `running`, any other one `stopped`.",
        docs="recorded-1.6",
        standing="recorded",
        reason="recorded answers win in this edition",
        editions=("live-1.6",),
    ),
    Rule(
        id="datasift.source.start.id-required",
        says="Start asks for an `id`: without one it is refused, and starts nothing.",
        docs="sourcestart-1.6",
        standing="decided",
        reason="the page heads its success with `id not specified`, but its example sends one, its answer is one source, and "
        "its table lists the parameter; the heading is that of the page of get",
    ),
    Rule(
        id="datasift.source.create.stopped",
        says="A new source is stopped.",
        docs="recorded-1.6, recorded-earlier",
        standing="recorded",
        reason="all recorded creates say so; one old example says otherwise",
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
        docs="sourceupdate-1.3, recorded-1.6, client-ruby, scenarios-2015",
        standing="decided",
        reason="what is left of the page asks for all that create returned with the changes; recorded items kept their ids, "
        "clients send back what they want to keep, and the vendor's scenarios send an unknown id and are answered 202",
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
        reason="the page makes them optional, and two clients rename without sending anything else",
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
        reason="recorded in three lists; the order of equal times is arbitrary there",
    ),
    Rule(
        id="datasift.page-size",
        says="A page has at most 100 items; a larger `per_page` is answered as 100, and the answer says so.",
        docs="none",
        standing="decided",
        reason="no page and no recording has a greatest size, clients ask for 25 at most, and no answer may be of any length",
    ),
    Rule(
        id="datasift.source.get.empty",
        says="Where nothing matches, the list is empty and `pages` is 0; a page past the end is empty too.",
        docs="sourceget-1.6",
        reason="the page tells of no sources at all; a page past the end is taken to be like it",
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
        reason="the page's example and its field table disagree, and in this edition the page wins: it has both",
        editions=("docs-1.6",),
    ),
    Rule(
        id="datasift.source.stop.both-spellings",
        says="The answer carries both spellings of its page: source_type and source_type_id, auth and identities.",
        docs="sourcestop-1.6",
        reason="the page's example and its field table disagree, and in this edition the page wins: it has both",
        editions=("docs-1.6",),
    ),
    Rule(
        id="datasift.source.start.source-object",
        says="The answer is the whole source object.",
        docs="recorded-1.6",
        standing="recorded",
        reason="recorded answers win in this edition",
        editions=("live-1.6",),
    ),
    Rule(
        id="datasift.source.stop.source-object",
        says="The answer is the whole source object.",
        docs="recorded-1.6",
        standing="recorded",
        reason="recorded answers win in this edition",
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
            docs="client-dotnet, scenarios-2015",
            standing="observed",
            reason="a client's own example removes an id of the wrong kind and goes on; the vendor's scenarios remove a "
            "token that is not there and are answered 200",
        )
        for kind in ("resource", "auth")
    ),
    Rule(
        id="datasift.source.resource.remove.all",
        says="The last resource can be removed.",
        docs="sourceresourceremove-1.6",
        reason="an example of the page removes both of two",
    ),
    Rule(
        id="datasift.source.auth.remove.all",
        says="The last token can be removed.",
        docs="sourceresourceremove-1.6",
        standing="decided",
        reason="as the last resource can",
    ),
)

RULES = (*MANNERS, *DOING)
