"""What DataSift's operations do that neither a row, nor a refusal, nor a schema says: defaults, orders, expansions, and
every point on which the sources are silent or at odds, with what was decided and why. Rows only.
"""

from __future__ import annotations

from ...core.contract.rule import Rule
from .manners import MANNERS

DOING = (
    Rule(
        id="datasift.ids",
        description="Ids are 32 hexadecimal digits, version-4 UUIDs without hyphens.",
        source="recorded-1.6",
        provenance="recorded",
    ),
    Rule(
        id="datasift.malformed-id",
        description="An id of any other form is an unknown id.",
        source="snippet-not-found",
        provenance="decided",
        reason="a documented call with `1234567890` was answered as not found",
    ),
    Rule(
        id="datasift.other-accounts",
        description="Another account's source is an unknown source.",
        source="none",
        provenance="decided",
        reason="no page tells; anything else would tell who has what",
    ),
    Rule(
        id="datasift.item-order",
        description="`auth` and `resources` are ordered by their ids; what was added last may come first.",
        source="recorded-1.6, recorded-earlier",
        provenance="recorded",
        reason="every recorded answer with several items has them so, though examples of three clients expect the new one last",
    ),
    Rule(
        id="datasift.switches-filled",
        description="A source's `parameters` is an object with every switch of its type; those not given are off.",
        source="recorded-1.6, sourcestart-1.6",
        provenance="recorded",
        reason="recorded creates name some and are answered with all; one client cannot read an array here",
    ),
    Rule(
        id="datasift.switches-documented",
        description="A Facebook page shows the five switches of the page in its spelling, and others only when they are on.",
        source="sourcestart-1.6, sourcecreate-1.6",
        provenance="decided",
        reason="the page wins in this edition, and what was switched on must not vanish",
        editions=("docs-1.6",),
    ),
    Rule(
        id="datasift.switches-recorded",
        description="A Facebook page shows the seven recorded switches in the recorded plural.",
        source="recorded-earlier",
        provenance="recorded",
        reason="recorded answers win in this edition",
        editions=("live-1.6",),
    ),
    Rule(
        id="datasift.switches-spellings",
        description="`comment_count` and `comment_counts` are one switch, `like_count` and `like_counts`, `share_counts` and "
        "`share_count` too.",
        source="sourcecreate-1.6, recorded-earlier",
        provenance="decided",
        reason="the pages use the singular and the recordings the plural for the same thing",
    ),
    Rule(
        id="datasift.resource-expansion",
        description="A resource of twitter_gnip is filled up to the recorded four names, a missing mapping with `gnip_1`.",
        source="recorded-1.6",
        provenance="recorded",
        reason="recorded of the only mapping known",
    ),
    Rule(
        id="datasift.token-expansion",
        description="A token of Instagram shows a `refresh_token`, null where none was given.",
        source="recorded-1.6",
        provenance="recorded",
    ),
    Rule(
        id="datasift.item-extras",
        description="Items of `auth` and `resources` carry the source's id and `status: valid`.",
        source="sourcestart-1.6, sourceget-1.6",
        provenance="decided",
        reason="the pages of start and get show both, those of create, update and resource/remove do not; in this edition "
        "every operation answers the same object",
        editions=("docs-1.6",),
    ),
    Rule(
        id="datasift.resource-types-documented",
        description="A resource's id keeps the JSON type it was sent in.",
        source="sourcestart-1.6, sourceget-1.6",
        provenance="decided",
        reason="the pages show numbers, clients send text",
        editions=("docs-1.6",),
    ),
    Rule(
        id="datasift.resource-types-recorded",
        description="A Facebook id and an Instagram value are text whatever they came as.",
        source="recorded-earlier, recorded-1.6",
        provenance="recorded",
        reason="recorded answers win in this edition, though the pages show numbers",
        editions=("live-1.6",),
    ),
    Rule(
        id="datasift.words-documented",
        description="A started source is `active` at every endpoint, any other one `stopped`.",
        source="sourcestart-1.6, sourcestop-1.6",
        provenance="decided",
        reason="only the page of start prints `active`, those of get and resource/remove print `running`; in this edition "
        "every endpoint says what start said",
        editions=("docs-1.6",),
    ),
    Rule(
        id="datasift.words-recorded",
        description="A started source is `running`, any other one `stopped`.",
        source="recorded-1.6",
        provenance="recorded",
        reason="recorded answers win in this edition",
        editions=("live-1.6",),
    ),
    Rule(
        id="datasift.source.start.id-required",
        description="Start asks for an `id`: without one it is refused, and starts nothing.",
        source="sourcestart-1.6",
        provenance="decided",
        reason="the page heads its success with `id not specified`, but its example sends one, its answer is one source, and "
        "its table lists the parameter; the heading is that of the page of get",
    ),
    Rule(
        id="datasift.source.create.stopped",
        description="A new source is stopped.",
        source="recorded-1.6, recorded-earlier",
        provenance="recorded",
        reason="all recorded creates say so; one old example says otherwise",
    ),
    Rule(
        id="datasift.source.create.optional-auth",
        description="`auth` and `parameters` may be left out for every source type.",
        source="sourcecreate-1.6, instagram-options, recorded-1.6",
        provenance="decided",
        reason="the pages disagree; a recorded create without either was answered as right",
    ),
    Rule(
        id="datasift.source.create.first-missing",
        description="Of several missing parameters the first in the documented order is told.",
        source="sourcecreate-1.6",
        provenance="decided",
        reason="no page tells; the error has room for one",
    ),
    Rule(
        id="datasift.source.update.lists",
        description="`resources` and `auth` replace the lists; items sent with a known id keep it, others get a new one.",
        source="sourceupdate-1.3, recorded-1.6, client-ruby, scenarios-2015",
        provenance="decided",
        reason="what is left of the page asks for all that create returned with the changes; recorded items kept their ids, "
        "clients send back what they want to keep, and the vendor's scenarios send an unknown id and are answered 202",
    ),
    Rule(
        id="datasift.source.update.switches",
        description="`parameters` replaces all switches; those not given are off.",
        source="none",
        provenance="decided",
        reason="as the lists are replaced, so are the switches",
    ),
    Rule(
        id="datasift.source.update.kept",
        description="What is left out keeps its value, and so do the creation time and the state.",
        source="sourceupdate-1.3, client-node, recorded-1.6",
        reason="the page makes them optional, and two clients rename without sending anything else",
    ),
    Rule(
        id="datasift.source.delete.running",
        description="A running source can be deleted.",
        source="recorded-1.6",
        provenance="recorded",
    ),
    Rule(
        id="datasift.source.get.order",
        description="A list has the newest source first; of equal times the one made last.",
        source="recorded-1.6, recorded-earlier",
        provenance="recorded",
        reason="recorded in three lists; the order of equal times is arbitrary there",
    ),
    Rule(
        id="datasift.page-size",
        description="A page has at most 100 items; a larger `per_page` is answered as 100, and the answer says so.",
        source="none",
        provenance="decided",
        reason="no page and no recording has a greatest size, clients ask for 25 at most, and no answer may be of any length",
    ),
    Rule(
        id="datasift.source.get.empty",
        description="Where nothing matches, the list is empty and `pages` is 0; a page past the end is empty too.",
        source="sourceget-1.6",
        reason="the page tells of no sources at all; a page past the end is taken to be like it",
    ),
    Rule(
        id="datasift.source.get.search",
        description="`search` lists the sources whose name holds the text, upper and lower case alike.",
        source="sourceget-1.6",
        provenance="decided",
        reason="the page names the parameter and does not say how it compares",
    ),
    Rule(
        id="datasift.source.get.unknown-type",
        description="A `source_type` that does not exist lists nothing.",
        source="none",
        provenance="decided",
        reason="no page tells; it filters, and nothing passes",
    ),
    Rule(
        id="datasift.source.get.id-wins",
        description="With an id the source itself is answered, and paging sent along is without effect.",
        source="recorded-1.6",
        provenance="recorded",
    ),
    Rule(
        id="datasift.source.log.order",
        description="The newest entry comes first.",
        source="sourcelog-1.4",
    ),
    Rule(
        id="datasift.source.log.content",
        description="The log tells of the connection to the third party; calls of the API leave nothing in it.",
        source="sourceresourceadd-1.6, recorded-1.6",
        provenance="recorded",
    ),
    Rule(
        id="datasift.source.start.again",
        description="Starting a running source changes nothing and is answered as right.",
        source="sourcestart-1.6",
        provenance="decided",
        reason="the page says start or restart and names no other error",
    ),
    Rule(
        id="datasift.source.start.both-spellings",
        description="The answer carries both spellings of its page: source_type and source_type_id, auth and identities.",
        source="sourcestart-1.6",
        reason="the page's example and its field table disagree, and in this edition the page wins: it has both",
        editions=("docs-1.6",),
    ),
    Rule(
        id="datasift.source.stop.both-spellings",
        description="The answer carries both spellings of its page: source_type and source_type_id, auth and identities.",
        source="sourcestop-1.6",
        reason="the page's example and its field table disagree, and in this edition the page wins: it has both",
        editions=("docs-1.6",),
    ),
    Rule(
        id="datasift.source.start.source-object",
        description="The answer is the whole source object.",
        source="recorded-1.6",
        provenance="recorded",
        reason="recorded answers win in this edition",
        editions=("live-1.6",),
    ),
    Rule(
        id="datasift.source.stop.source-object",
        description="The answer is the whole source object.",
        source="recorded-1.6",
        provenance="recorded",
        reason="recorded answers win in this edition",
        editions=("live-1.6",),
    ),
    Rule(
        id="datasift.source.stop.again",
        description="Stopping a stopped source changes nothing and is answered as right.",
        source="none",
        provenance="decided",
        reason="as start does",
    ),
    *(
        Rule(
            id=f"datasift.source.{kind}.add.again",
            description="What is added a second time is there twice, with an id of its own.",
            source="none",
            provenance="decided",
            reason="no page tells, and nothing but its id names an item",
        )
        for kind in ("resource", "auth")
    ),
    *(
        Rule(
            id=f"datasift.source.{kind}.remove.unknown",
            description="Ids that the source does not have are passed over.",
            source="client-dotnet, scenarios-2015",
            provenance="observed",
            reason="a client's own example removes an id of the wrong kind and goes on; the vendor's scenarios remove a "
            "token that is not there and are answered 200",
        )
        for kind in ("resource", "auth")
    ),
    Rule(
        id="datasift.source.resource.remove.all",
        description="The last resource can be removed.",
        source="sourceresourceremove-1.6",
        reason="an example of the page removes both of two",
    ),
    Rule(
        id="datasift.source.auth.remove.all",
        description="The last token can be removed.",
        source="sourceresourceremove-1.6",
        provenance="decided",
        reason="as the last resource can",
    ),
)

RULES = (*MANNERS, *DOING)
