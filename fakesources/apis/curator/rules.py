"""Rules that no row, problem or schema says: what is swallowed and noted, what is emitted, and what was decided.

`docs` names a page of `data/pages.json`.
"""

from __future__ import annotations

from ...core.rules import Rule

SWALLOWED = (
    Rule(
        id="curator.unknown-parameter",
        says="A field of a body that the endpoint does not know is ignored. Query parameters are, too, and are no breach.",
        docs="design",
        standing="decided",
        reason="No page speaks of it; a misspelt field changes nothing in the real service and says nothing either.",
    ),
    Rule(
        id="curator.scalar-type",
        says="A scalar of another type is read as the one that was meant.",
        docs="design",
        standing="decided",
        reason='No page speaks of it; PHP services read "4" as 4.',
    ),
    Rule(
        id="curator.given-twice",
        says="Of a parameter that is given twice, the last one counts.",
        docs="design",
        standing="decided",
        reason="No page speaks of it; the last value wins in PHP and in most JSON readers.",
    ),
    Rule(
        id="curator.tag-format",
        says="A tag that breaks the format of its source type is taken.",
        docs="ids",
        standing="decided",
        reason="The formats are documented, what happens to other tags is not.",
    ),
    Rule(
        id="curator.posts.list.limit-capped",
        says="A limit above 100 gives 100 posts.",
        docs="posts",
        standing="decided",
        reason="The page gives 100 as the most and does not say that more is refused.",
    ),
)
"""What the service would swallow: answered as if right, and noted."""

SOURCES = (
    Rule(
        id="curator.sources.create.brings-posts",
        says="A new source asks its network for the latest 20 posts.",
        docs="sources",
    ),
    Rule(
        id="curator.sources.create.posts-arrive",
        says="The posts are in the feed at once; a test may have them arrive when it says so, or after some seconds.",
        docs="typescript-client",
        standing="recorded",
        reason="A program reads the posts with the very next request; the page says that they are requested.",
    ),
    Rule(
        id="curator.sources.create.five-keys",
        says="The answer has exactly id, source_type, tag, status and feed_id.",
        docs="sources",
        editions=("docs-2017",),
    ),
    Rule(
        id="curator.sources.create.duplicates",
        says="The same feed may have the same type and tag twice.",
        docs="design",
        standing="decided",
        reason="Nothing forbids it.",
    ),
    Rule(
        id="curator.sources.create.any-listed-type",
        says="Every source type of any list or example is taken.",
        docs="ids",
        standing="decided",
        reason="The page's own examples use types 2 and 4, which later lists have dropped.",
    ),
    Rule(
        id="curator.sources.network-33",
        says="Instagram Business (33) belongs to network 2.",
        docs="posts-2025",
        standing="decided",
        reason="A sample shows type 34 on network 2; the widget's second Instagram, 16, may be meant.",
    ),
    Rule(
        id="curator.sources.update.by-post",
        says="POST updates a source as PUT does, unless documented methods alone are taken.",
        docs="catalogue",
        standing="recorded",
        reason="The page says PUT; a caller is known to use POST.",
    ),
    Rule(
        id="curator.sources.update.name",
        says="An update takes a `name` beside the tag.",
        docs="catalogue",
        standing="recorded",
        reason="A caller of the newer service sends it; the newer page's text on updates is not known.",
        editions=("docs-2025",),
    ),
    Rule(
        id="curator.sources.update.initialised",
        says="The answer to an update shows `initialised` 0; from the next request on it is 1, when the posts are there.",
        docs="sources",
        standing="decided",
        reason="The update sample shows 0, the list sample 1: a source whose tag was given begins anew.",
        editions=("docs-2017",),
    ),
    Rule(
        id="curator.sources.update.keeps-posts",
        says="A new tag brings posts and the old ones stay; the same tag brings nothing new.",
        docs="design",
        standing="decided",
        reason="Nothing says that posts go, and a network's latest posts are the same ones when asked again.",
    ),
    Rule(
        id="curator.sources.update.same-values",
        says="feed_id and source_type may be sent with the values they have.",
        docs="sources",
        standing="decided",
        reason="The page forbids changing them, and nothing changes.",
    ),
    Rule(
        id="curator.sources.delete.cascade",
        says="A source goes with all its posts.",
        docs="sources",
    ),
    Rule(
        id="curator.sources.delete.twice",
        says="A second deletion is told that there is no such source.",
        docs="design",
        standing="decided",
        reason="As for any id that names nothing.",
    ),
    Rule(
        id="curator.sources.list.order",
        says="Sources are listed in the order they were made, all of them.",
        docs="design",
        standing="decided",
        reason="No order and no paging is documented.",
    ),
    Rule(
        id="curator.sources.list.unknown-feed",
        says="A feed_id that is well formed and names no feed of the caller's gives an empty list.",
        docs="design",
        standing="decided",
        reason="A filter that nothing passes; the page speaks of no error.",
    ),
    Rule(
        id="curator.sources.company-connection",
        says="company_connection_id is an integer or text; it is 0 here.",
        docs="sources-2025, typescript-client",
        standing="decided",
        reason="The page shows 0, live answers were typed as text.",
        editions=("docs-2025",),
    ),
    Rule(
        id="curator.sources.interval",
        says="interval is the type's minimum interval and at least 5.",
        docs="sources-2025",
        standing="decided",
        reason="The two samples show 240 for a minimum of 240, and 5 for a minimum of 1.",
        editions=("docs-2025",),
    ),
    Rule(
        id="curator.sources.first-post-date",
        says="first_post_date is the time of the source's oldest post, or when the source was made while it has none.",
        docs="sources-2025",
        standing="decided",
        reason="The name says so much; no page explains it.",
        editions=("docs-2025",),
    ),
)

FEEDS = (
    Rule(
        id="curator.feeds.default",
        says="Every account begins with one feed, `Default`; the home account's has the ids and colours of the examples.",
        docs="sources",
        standing="decided",
        reason="The examples show such a feed, and their requests work as they stand.",
    ),
    Rule(
        id="curator.feeds.delete.cascade",
        says="A feed goes with its sources and their posts.",
        docs="feeds",
    ),
    Rule(
        id="curator.feeds.found-by",
        says="Endpoints without a key find a feed by its id, its public key in any case, or its api_id, whosever it is.",
        docs="posts, callers",
        standing="recorded",
        reason="The page calls the value an API key or a public key; callers send all three.",
    ),
    Rule(
        id="curator.feeds.update.fields",
        says="An update takes name, moderation and the four colours, none of them required, in both editions.",
        docs="feeds",
        standing="decided",
        reason="The newer page's list of parameters is not known.",
    ),
    Rule(
        id="curator.feeds.post-status",
        says="post_status is 1, and 0 in a feed that is moderated first.",
        docs="feeds-2025",
        standing="decided",
        reason="Only 1 was seen, in a feed that is moderated afterwards; it reads as the status new posts get.",
        editions=("docs-2025",),
    ),
)

POSTS = (
    Rule(
        id="curator.posts.moderation",
        says="Posts arrive in a feed that is moderated first with status 0, in others with status 1.",
        docs="feeds",
        standing="decided",
        reason="That is what `pre` means.",
    ),
    Rule(
        id="curator.posts.list.order",
        says="Pinned posts come first, then the newest; of equal times the one with the higher id.",
        docs="posts-2025",
        standing="decided",
        reason="The sample cursors name `pinned` and `source_created_at` in this order; the id makes ties work.",
    ),
    Rule(
        id="curator.posts.list.cursors",
        says="after gives older posts and before newer ones, those next to the cursor; a page names both of its ends.",
        docs="posts-2025, widget",
        standing="decided",
        reason="The samples are cut; a cursor is base64 of JSON with pinned, source_created_at and id.",
    ),
    Rule(
        id="curator.posts.list.empty-page",
        says="An empty page gives back the cursors it was asked with; without any both are empty, and an empty cursor is none.",
        docs="design",
        standing="decided",
        reason="No sample shows an empty page.",
    ),
    Rule(
        id="curator.posts.list.limit",
        says="limit is 25 unless given, and at least 1.",
        docs="posts",
        standing="decided",
        reason="The default is documented; a page of no posts leads nowhere.",
    ),
    Rule(
        id="curator.posts.list.offset",
        says="offset counts posts.",
        docs="callers",
        standing="recorded",
        reason="The page calls it a page offset; the widget and a PHP package count posts.",
    ),
    Rule(
        id="curator.posts.list.status",
        says="status is 1 unless given: only active posts are shown.",
        docs="posts",
        standing="decided",
        reason="A public endpoint shows what is meant to be seen.",
    ),
    Rule(
        id="curator.posts.list.all-of-them",
        says="0 stands for every network, source or source type.",
        docs="widget",
        standing="recorded",
        reason="The widget sends it so for networks and sources.",
    ),
    Rule(
        id="curator.posts.list.source-number",
        says="source_id is the number from `sources`; the source's UUID is taken as well.",
        docs="posts-2025, widget",
        standing="decided",
        reason="The numbers in a page of posts are not the ids of /sources.",
    ),
    Rule(
        id="curator.posts.list.envelope",
        says="Pages of the older edition have success, networks, sources, pagination and account beside the documented pair.",
        docs="widget",
        standing="recorded",
        reason="Every caller of the time needs `success`, some the others; further keys harm none.",
        editions=("docs-2017",),
    ),
    Rule(
        id="curator.posts.list.no-video",
        says="A post without a video has null in the older edition and empty text in the newer.",
        docs="posts, posts-2025",
    ),
    Rule(
        id="curator.posts.list.counts",
        says="Posts of the older edition have `comments` and `likes` too.",
        docs="widget",
        standing="recorded",
        reason="Without them the widget opens no post.",
        editions=("docs-2017",),
    ),
    Rule(
        id="curator.posts.get.disabled",
        says="A disabled post is not found.",
        docs="design",
        standing="decided",
        reason="Without a key only active posts are to be seen.",
    ),
    Rule(
        id="curator.posts.inappropriate.flags",
        says="A post somebody finds inappropriate is flagged and stays active; the reason is optional.",
        docs="widget",
        standing="decided",
        reason="The widget reads `success` alone; feeds are moderated by their owners.",
    ),
    Rule(
        id="curator.feeds.track.ignored",
        says="Whatever a widget tracks is taken, and nothing comes of it.",
        docs="widget",
        standing="decided",
        reason="The widget ignores the answer.",
    ),
)

EVERYWHERE = (
    Rule(
        id="curator.key-is-account",
        says="An account is its API key; keys are opaque.",
        docs="authentication",
    ),
    Rule(
        id="curator.basic-password",
        says="The password of Basic is not looked at.",
        docs="authentication",
        standing="decided",
        reason="It is to be empty, yet the page's own sample header has one.",
    ),
    Rule(
        id="curator.bearer",
        says="A bearer token is taken when the fake is told so.",
        docs="catalogue",
        standing="decided",
        reason="One caller sends it; no page of the vendor mentions it.",
    ),
    Rule(
        id="curator.no-code-in-errors",
        says="Refusals have success and message alone.",
        docs="response-codes",
        standing="decided",
        reason="The page claims that a `meta` object repeats the status; its own sample has none.",
    ),
    Rule(
        id="curator.no-rate-limits",
        says="There are no rate limits.",
        docs="design",
        standing="decided",
        reason="None are documented.",
    ),
    Rule(
        id="curator.loose-addresses",
        says="A slash at the end of a path and further query parameters are taken without complaint.",
        docs="callers",
        standing="recorded",
        reason="Callers send both.",
    ),
    Rule(
        id="curator.prefixes",
        says="Feeds are read under /v1, /v1.1, /v1.2 and /restricted, also as /feed/; sources and feeds are kept under /v1.",
        docs="widget",
        standing="recorded",
        reason="Each version of the widget has its own prefix.",
    ),
    Rule(
        id="curator.any-origin",
        says="Answers may be read by pages of any origin, and preflights are answered without a key.",
        docs="callers",
        standing="recorded",
        reason="Widgets run on their users' pages.",
    ),
    Rule(
        id="curator.statuses",
        says="A source's status is 1 or `active`; one that a test makes inactive has 0 or `inactive`.",
        docs="sources, sources-2025",
        standing="decided",
        reason="No page lists the values; only these two were seen.",
    ),
    Rule(
        id="curator.null-is-absent",
        says="A field that is null counts as absent.",
        docs="design",
        standing="decided",
        reason="No page speaks of it; clients that write out empty fields send it.",
    ),
)

RULES = (*SWALLOWED, *SOURCES, *FEEDS, *POSTS, *EVERYWHERE)
