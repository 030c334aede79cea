"""The schema, described once. Alembic's migrations create it; every query names these tables.

Discord's ids and our own row ids are BigInteger (a snowflake has 64 bits). Times are UTC.
A season that an article does not name is stored as NO_SEASON, so that unique keys hold: in SQL
two NULLs are never equal.
"""

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    sql,
)

from bot.storage.types import StringTuple, UtcDateTime

NO_SEASON = -1
EVERYBODY = 0  # the scope of facts that every server may hear; else a guild's id

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)

# SQLite makes a row id only of a column that is plain INTEGER.
Id = BigInteger().with_variant(Integer(), "sqlite")


def _id() -> Column[int]:
    return Column("id", Id, primary_key=True, autoincrement=True)


def _to(target: str, *, nullable: bool = False) -> ForeignKey:
    return ForeignKey(target, ondelete="SET NULL" if nullable else "CASCADE")


# Facts about this instance: its random id (the nonces' root), the synced commands' hash.
meta = Table(
    "meta",
    metadata,
    Column("key", String(64), primary_key=True),
    Column("value", Text, nullable=False),
)

sources = Table(
    "sources",
    metadata,
    _id(),
    Column("name", String(200), nullable=False),
    Column("url", Text, nullable=False, unique=True),
    Column("trust", String(16), nullable=False),
    Column("language", String(16), nullable=False),
    Column("shared", Boolean, nullable=False),  # the operator's list: every server hears it
    Column("listed", Text, nullable=False),  # its address there; `url` may have moved since
    Column("active", Boolean, nullable=False),
    Column("etag", Text, nullable=False, default=""),
    Column("last_modified", Text, nullable=False, default=""),
    Column("body_hash", String(64), nullable=False, default=""),
    Column("baseline", Boolean, nullable=False, default=False),  # its first poll was stored
    Column("next_poll", UtcDateTime, nullable=False),
    Column("polled", UtcDateTime),
    Column("succeeded", UtcDateTime),
    Column("failures", Integer, nullable=False, default=0),
    Column("failure", String(64), nullable=False, default=""),  # the reason's key, "" when well
    Column("failure_detail", Text, nullable=False, default=""),
    # What the source's own documents say of its rhythm, in seconds; see bot.news.schedule.
    Column("gap", Integer),
    Column("window", Integer),
    Column("ttl", Integer),
    Column("update_period", Integer),
    Column("skip_hours", JSON, nullable=False, default=list),
    Column("moved_to", Text, nullable=False, default=""),  # where it says it went for good
    Column("moved_since", UtcDateTime),
    # Where its documents say that news of it is pushed, and until when that is relied upon.
    Column("hub", Text, nullable=False, default=""),
    Column("topic", Text, nullable=False, default=""),
    Column("pushed_until", UtcDateTime),
    Index(None, "active", "next_poll"),
)

guild_sources = Table(
    "guild_sources",
    metadata,
    Column("guild_id", BigInteger, _to("guilds.id"), primary_key=True),
    Column("source_id", Id, _to("sources.id"), primary_key=True),
    Column("added_by", BigInteger, nullable=False),
    Column("added", UtcDateTime, nullable=False),
)

articles = Table(
    "articles",
    metadata,
    _id(),
    Column("source_id", Id, _to("sources.id"), nullable=False),
    Column("identity", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("summary", Text, nullable=False),
    Column("link", Text, nullable=False),
    Column("image", Text, nullable=False),
    Column("categories", StringTuple, nullable=False),
    Column("published", UtcDateTime),
    Column("seen", UtcDateTime, nullable=False),
    Column("publisher", String(200), nullable=False, server_default=""),  # a registrable domain
    Column("wires", StringTuple, nullable=False, server_default="[]"),  # fingerprints of its text
    UniqueConstraint("source_id", "identity"),
)

# Every key by which an entry is known again: its guid, its link, its title and date.
entry_keys = Table(
    "entry_keys",
    metadata,
    Column("source_id", Id, _to("sources.id"), primary_key=True),
    Column("key", String(80), primary_key=True),
    Column("article_id", Id, _to("articles.id"), nullable=False),
)

shows = Table(
    "shows",
    metadata,
    _id(),
    Column("key", String(120), nullable=False, unique=True),
    Column("title", Text, nullable=False),
    Column("aliases", StringTuple, nullable=False),
    Column("year", Integer),
    Column("network", Text, nullable=False, default=""),
)

claims = Table(
    "claims",
    metadata,
    _id(),
    Column("article_id", Id, _to("articles.id"), nullable=False, index=True),
    Column("show_id", Id, _to("shows.id"), nullable=False),
    Column("event", String(16), nullable=False),
    Column("season", Integer, nullable=False),
    Column("subject", Text, nullable=False),
    Column("value", Text, nullable=False),
    Column("certainty", String(16), nullable=False),
    Column("evidence", StringTuple, nullable=False),
    Column("said", UtcDateTime, nullable=False),  # when the article was published, or came
    Column("leads", Boolean, nullable=False, server_default=sql.true()),  # what the article tells
    Column("silent", Boolean, nullable=False, server_default=sql.false()),  # it was old news
    Index(None, "show_id", "said"),
)

facts = Table(
    "facts",
    metadata,
    _id(),
    Column("scope", BigInteger, nullable=False),
    Column("show_id", Id, _to("shows.id"), nullable=False),
    Column("season", Integer, nullable=False),
    Column("event", String(16), nullable=False),
    Column("subject", String(200), nullable=False),
    Column("value", Text, nullable=False),
    Column("certainty", String(16), nullable=False),
    Column("since", UtcDateTime, nullable=False),
    Column("changed", UtcDateTime, nullable=False),
    Column("told", String(16)),  # how sure it was when it was told last, NULL while it was not
    Column("told_value", Text, nullable=False, server_default=""),
    Column("detail", JSON, nullable=False, server_default="{}"),  # see bot.storage.ledger
    Index(None, "show_id", "scope"),
    Index(None, "event", "value"),  # what premieres soon, looked for every minute
)

fact_articles = Table(
    "fact_articles",
    metadata,
    Column("fact_id", Id, _to("facts.id"), primary_key=True),
    Column("article_id", Id, _to("articles.id"), primary_key=True),
    Column("certainty", String(16), nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("agrees", Boolean, nullable=False, server_default=sql.true()),  # with the fact as it is
    Index(None, "article_id"),
)

announcements = Table(
    "announcements",
    metadata,
    _id(),
    Column("fact_id", Id, _to("facts.id"), nullable=False, index=True),
    Column("article_id", Id, _to("articles.id"), nullable=False),
    Column("scope", BigInteger, nullable=False),
    Column("show_id", Id, _to("shows.id"), nullable=False, index=True),
    Column("change", String(16), nullable=False),
    Column("event", String(16), nullable=False),
    Column("season", Integer, nullable=False),
    Column("subject", String(200), nullable=False),
    Column("value", Text, nullable=False),
    Column("before", Text, nullable=False),
    Column("certainty", String(16), nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("answers", Id, _to("announcements.id", nullable=True)),  # what it confirms or corrects
    Column("standing", String(16), nullable=False, server_default="stands"),
)

guilds = Table(
    "guilds",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("name", String(100), nullable=False, default=""),
    Column("news_channel", BigInteger),
    Column("season_channel", BigInteger),
    Column("trailer_channel", BigInteger),
    Column("cast_channel", BigInteger),
    Column("admin_channel", BigInteger),
    Column("ping_role", BigInteger),
    Column("rumours", Boolean, nullable=False, default=False),
    Column("greeted", UtcDateTime),
    Column("joined", UtcDateTime, nullable=False),
    Column("removed", UtcDateTime),  # forgotten 30 days later
    Column("events", Boolean, nullable=False, server_default=sql.false()),  # Discord's calendar
    Column("events_due", UtcDateTime, index=True),  # when its events are looked at again
)

# The roles that servers ping for a show, in place of each member who follows it.
show_roles = Table(
    "show_roles",
    metadata,
    Column("show_id", Id, _to("shows.id"), primary_key=True, autoincrement=False),
    Column("guild_id", BigInteger, _to("guilds.id"), primary_key=True, autoincrement=False),
    Column("role_id", BigInteger, nullable=False),
)

# One row a show and target. `guild_id` is 0 for a direct message asked for outside a server.
subscriptions = Table(
    "subscriptions",
    metadata,
    _id(),
    Column("show_id", Id, _to("shows.id"), nullable=False),
    Column("guild_id", BigInteger, nullable=False),
    Column("target", String(16), nullable=False),  # channel, member, dm
    Column("target_id", BigInteger, nullable=False),  # the channel's or the user's id
    Column("kinds", StringTuple, nullable=False),
    Column("muted", Boolean, nullable=False, default=False),
    Column("created", UtcDateTime, nullable=False),
    Column("created_by", BigInteger, nullable=False),
    UniqueConstraint("show_id", "guild_id", "target", "target_id"),
    Index(None, "guild_id"),
    Index(None, "target_id"),
)

# Where posts go. A destination that is held keeps its posts until its trouble is mended.
destinations = Table(
    "destinations",
    metadata,
    _id(),
    Column("sort", String(16), nullable=False),  # channel, dm
    Column("target_id", BigInteger, nullable=False),
    Column("guild_id", BigInteger, nullable=False),
    Column("channel_id", BigInteger),  # of a direct message, once it is open
    Column("held", String(64), nullable=False, default=""),  # the reason's key, "" when well
    Column("held_at", UtcDateTime),
    UniqueConstraint("sort", "target_id"),
    Index(None, "guild_id"),
    Index(None, "sort", "held_at"),  # looked through every second
)

deliveries = Table(
    "deliveries",
    metadata,
    _id(),
    Column("announcement_id", Id, _to("announcements.id"), nullable=False),
    Column("destination_id", Id, _to("destinations.id"), nullable=False),
    Column("post_id", Id, _to("posts.id", nullable=True), index=True),
    Column("state", String(16), nullable=False),
    Column("reason", String(64), nullable=False, default=""),
    Column("at", UtcDateTime, nullable=False),
    Column("users", JSON, nullable=False),  # the members to mention, by id
    Column("role", BigInteger),
    Column("created", UtcDateTime, nullable=False),  # news that waited too long is news no more
    UniqueConstraint("announcement_id", "destination_id"),
    Index(None, "destination_id", "state"),
    Index(None, "state"),
)

# One Discord message. Posts of a destination go out by id, one in flight.
posts = Table(
    "posts",
    metadata,
    _id(),
    Column("destination_id", Id, _to("destinations.id"), nullable=False),
    Column("part", Integer, nullable=False, default=0),  # 0 carries the news, others mentions
    Column("part_of", Id, _to("posts.id")),
    Column("heading", String(32), nullable=False, default=""),  # of several deliveries, "" of one
    Column("state", String(16), nullable=False),
    Column("reason", String(64), nullable=False, default=""),
    Column("mark", String(32), nullable=False, unique=True),
    Column("nonce", String(25), nullable=False),
    Column("payload", JSON),  # frozen at the first attempt
    Column("shown", String(64)),  # fingerprint of what Discord shows, set only from its answer
    Column("channel_id", BigInteger),
    Column("message_id", BigInteger),
    Column("attempts", Integer, nullable=False, default=0),
    Column("attempted", UtcDateTime),  # the first attempt in doubt: looking back starts here
    Column("due", UtcDateTime, nullable=False),
    Column("lease_owner", String(32), nullable=False, default=""),
    Column("lease_until", UtcDateTime),
    Column("created", UtcDateTime, nullable=False),
    Column("sent", UtcDateTime),
    # Its server said that something of it is not right; see `strikes`.
    Column("struck", Boolean, nullable=False, server_default=sql.false()),
    Index(None, "state", "due"),
    Index(None, "destination_id", "state"),
    Index(None, "part_of"),
)

# Posts of announcement channels that their followers are to have. `attempted` counts towards the
# channel's ten an hour; it is empty where Discord said that nothing was published.
publications = Table(
    "publications",
    metadata,
    Column("post_id", Id, _to("posts.id"), primary_key=True, autoincrement=False),
    Column("channel_id", BigInteger, nullable=False),
    Column("state", String(16), nullable=False),  # due, done, dropped
    Column("reason", String(64), nullable=False, default=""),
    Column("due", UtcDateTime, nullable=False),
    Column("attempts", Integer, nullable=False, default=0),
    Column("attempted", UtcDateTime),
    Column("created", UtcDateTime, nullable=False),
    Index(None, "state", "due"),
    Index(None, "channel_id", "attempted"),
)

# Messages that may show less than the ledger knows. `wanted` counts how often that was noticed.
edits = Table(
    "edits",
    metadata,
    Column("post_id", Id, _to("posts.id"), primary_key=True, autoincrement=False),
    Column("state", String(16), nullable=False),  # due, done, dropped
    Column("reason", String(64), nullable=False, default=""),
    Column("urgent", Boolean, nullable=False),  # withdrawn or struck: made at any age, not counted
    Column("wanted", Integer, nullable=False),
    Column("due", UtcDateTime, nullable=False),
    Column("attempts", Integer, nullable=False, default=0),
    Column("attempted", UtcDateTime),  # the first attempt in doubt or under way
    Column("made", Integer, nullable=False, default=0),  # of three that only add
    Index(None, "state", "due"),
)

# A forum has one post (a thread) for each show, in which that show's news stand.
forum_posts = Table(
    "forum_posts",
    metadata,
    _id(),
    Column("forum_id", BigInteger, nullable=False),
    Column("show_id", Id, _to("shows.id"), nullable=False),
    Column("guild_id", BigInteger, nullable=False),
    Column("state", String(16), nullable=False),  # creating, ready, gone
    Column("mark", String(32), nullable=False, unique=True),
    Column("payload", JSON),  # of its first message, frozen at the first attempt
    Column("thread_id", BigInteger, index=True),
    Column("attempts", Integer, nullable=False, default=0),
    Column("attempted", UtcDateTime),  # the first attempt in doubt: looking back starts here
    Column("lease_until", UtcDateTime),
    Column("lost", String(64), nullable=False, default=""),  # why the one before was given up
    Column("replaced", UtcDateTime),  # when that was
    UniqueConstraint("forum_id", "show_id"),
    Index(None, "guild_id"),
)

# What an admin was told, so that it is told once; mended when `mended` is set.
notices = Table(
    "notices",
    metadata,
    _id(),
    Column("guild_id", BigInteger, nullable=False),
    Column("topic", String(120), nullable=False),
    Column("text", Text, nullable=False),
    Column("raised", UtcDateTime, nullable=False),
    Column("told", UtcDateTime),
    Column("mended", UtcDateTime),
    Index(None, "guild_id", "topic"),
)
