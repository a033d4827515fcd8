"""The tables of the decision log. Columns are named as in OPA's decision events, or else as in our decisions.

Timestamps are RFC 3339 in UTC with milliseconds and so order as text, in SQLite and PostgreSQL alike. Each index but
the chain's ends in time, so that pages come out of it in their order but for what was decided in the same millisecond.

Decisions of one request that are found by the same stand in a row in their chain: the first `leads`, and says how many
`followers` come after it. Only what leads is in the indexes and has rules and labels; see search_index.py.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    and_,
    false,
    true,
)

METADATA = MetaData()
# A hash in hex, after the id of a key and a colon where it names one. SQLite limits no text, so its tables stay as they
# are: it would have to copy them.
HASH = String(97).with_variant(String(64), "sqlite")

DECISIONS = Table(
    "decisions",
    METADATA,
    Column("decision_id", String(36), primary_key=True),
    Column("chain", String(32), nullable=False),
    Column("number", BigInteger, nullable=False),
    Column("req_id", String(200), nullable=False),
    Column("timestamp", String(24), nullable=False),
    Column("path", String(100), nullable=False),
    Column("requested_by", String(200)),
    Column("bundles", Text, nullable=False),
    Column("labels", Text, nullable=False),
    Column("input", LargeBinary, nullable=False),
    Column("result", LargeBinary, nullable=False),
    Column("erased", Text, nullable=False),
    Column("error", Text),
    Column("allowed", Boolean, nullable=False),
    Column("vpc_id", String(200)),
    Column("service_name", String(500)),
    Column("previous", HASH, nullable=False),
    Column("hash", HASH, nullable=False),
    Column("account_id", String(200)),
    Column("masked", Text),
    Column("leads", Boolean, nullable=False, server_default=true()),
    Column("followers", Integer, nullable=False, server_default="0"),
    Index("decisions_by_chain", "chain", "number", unique=True),
    Index("decisions_by_service", "service_name", "timestamp"),
)
# Indexes of some rows only: what most rows have not costs nothing to write.
_LEADS = DECISIONS.c.leads == true()
for _name, _column, _some in (
    ("decisions_by_time", None, _LEADS),
    ("decisions_denied", None, and_(_LEADS, DECISIONS.c.allowed == false())),
    ("decisions_by_request", "req_id", _LEADS),
    ("decisions_by_vpc", "vpc_id", _LEADS),
    ("decisions_by_account_id", "account_id", and_(_LEADS, DECISIONS.c.account_id.is_not(None))),
    ("decisions_by_requested_by", "requested_by", and_(_LEADS, DECISIONS.c.requested_by.is_not(None))),
):
    _columns = [DECISIONS.c[name] for name in (_column, "timestamp") if name is not None]
    Index(_name, *_columns, sqlite_where=_some, postgresql_where=_some)

RULES = Table(
    "decision_rules",
    METADATA,
    Column("rule_id", String(40), primary_key=True),
    Column("timestamp", String(24), primary_key=True),
    Column("decision_id", String(36), primary_key=True),
    sqlite_with_rowid=False,
)

LABELS = Table(
    "decision_labels",
    METADATA,
    Column("name", String(200), primary_key=True),
    Column("value", String(500), primary_key=True),
    Column("timestamp", String(24), primary_key=True),
    Column("decision_id", String(36), primary_key=True),
    sqlite_with_rowid=False,
)

CHAINS = Table(
    "decision_chains",
    METADATA,
    Column("chain", String(32), primary_key=True),
    Column("started", String(24), nullable=False),
    Column("first", BigInteger, nullable=False),
    Column("first_previous", HASH, nullable=False),
    Column("last", BigInteger, nullable=False),
    Column("head", HASH, nullable=False),
    Column("seal", HASH, nullable=False),
)

# What decisions are made under, by revision: kept, so that they can be made again. An archive is as signing makes it;
# one without a key id is the bundle a service came with, and never signed.
BUNDLES = Table(
    "bundles",
    METADATA,
    Column("revision", String(64), primary_key=True),
    Column("version", BigInteger),
    Column("key_id", String(128)),
    Column("archive", LargeBinary, nullable=False),
    Column("added", String(24), nullable=False),
    Column("added_by", String(200)),
)

ORG_DATA = Table(
    "org_data",
    METADATA,
    Column("revision", String(64), primary_key=True),
    Column("document", LargeBinary, nullable=False),
    Column("added", String(24), nullable=False),
)

# Which revision each OPA said last that it runs.
SIDECARS = Table(
    "sidecars",
    METADATA,
    Column("id", String(200), primary_key=True),
    Column("revision", String(200)),
    Column("seen", String(24), nullable=False),
    Column("error", Text),
)

# The life of bundles, step by step; the last activation or rollback says which one is in force.
BUNDLE_STEPS = Table(
    "bundle_steps",
    METADATA,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("timestamp", String(24), nullable=False),
    Column("step", String(20), nullable=False),
    Column("revision", String(64), nullable=False),
    Column("by", String(200)),
    Column("reason", Text, nullable=False),
    Column("after", Integer, unique=True),
)

# What each process counted for a candidate beside the bundle in force, by the step that put it there.
SHADOW_TALLIES = Table(
    "shadow_tallies",
    METADATA,
    Column("step", Integer, primary_key=True, autoincrement=False),
    Column("process", String(32), primary_key=True),
    Column("counts", Text, nullable=False),
    Column("updated", String(24), nullable=False),
)

# What the inputs of one request have in common, by hash; `number` is that of the last decision in the chain that needs
# it.
PARTS = Table(
    "decision_parts",
    METADATA,
    Column("chain", String(32), primary_key=True),
    Column("number", BigInteger, primary_key=True),
    Column("hash", String(64), primary_key=True),
    Column("content", LargeBinary, nullable=False),
    Index("decision_parts_by_hash", "chain", "hash"),
)

# What an authority outside stamped: the ends of chains, and its answer; see timestamps.py.
TIMESTAMPS = Table(
    "log_timestamps",
    METADATA,
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("timestamp", String(24), nullable=False),
    Column("content", LargeBinary, nullable=False),
    Column("token", LargeBinary, nullable=False),
)

# What is written to see whether the log can be; see Writer.probe.
PROBES = Table(
    "decision_probes",
    METADATA,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("written", String(24), nullable=False),
    Column("content", LargeBinary, nullable=False),
)

# What was decided under the key that a caller gave a request; see request_keys.py.
REQUEST_KEYS = Table(
    "request_keys",
    METADATA,
    Column("caller", String(200), primary_key=True),
    Column("key", String(200), primary_key=True),
    Column("timestamp", String(24), nullable=False),
    Column("body", String(64), nullable=False),
    Column("answer", LargeBinary, nullable=False),
    Column("hash", HASH, nullable=False),
    Index("request_keys_by_time", "timestamp"),
)

CURSORS = Table(
    "decision_cursors",
    METADATA,
    Column("sink", String(500), primary_key=True),
    Column("chain", String(32), primary_key=True),
    Column("number", BigInteger, nullable=False),
)

# One chain over all processes; see register.py. `place` and `digest` are a chain's last number and head, or 0 and the
# hash of a row of another table.
REGISTER = Table(
    "log_register",
    METADATA,
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("timestamp", String(24), nullable=False),
    Column("kind", String(20), nullable=False),
    Column("subject", String(64), nullable=False),
    Column("place", BigInteger, nullable=False),
    Column("digest", HASH, nullable=False),
    Column("previous", HASH, nullable=False),
    Column("hash", HASH, nullable=False),
)

# Replays, as JSON; one that runs is `updated` each second by the process that runs it.
REPLAYS = Table(
    "replays",
    METADATA,
    Column("replay_id", String(36), primary_key=True),
    Column("started", String(24), nullable=False),
    Column("updated", String(24), nullable=False),
    Column("status", String(20), nullable=False),
    Column("content", Text, nullable=False),
)

# What came to be of decisions, as JSON, beside the log and no part of its chains; see links.py.
LINKS = Table(
    "decision_links",
    METADATA,
    Column("decision_id", String(36), primary_key=True),
    Column("is_certain", Boolean, nullable=False),
    Column("content", Text, nullable=False),
)

# Org data and keys that hold for every replica; the last of a name is in force.
SHARED_CONTENTS = Table(
    "shared_contents",
    METADATA,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("name", String(20), nullable=False),
    Column("digest", String(64), nullable=False),
    Column("content", LargeBinary, nullable=False),
    Column("seal", HASH),
    Column("added", String(24), nullable=False),
)

# How many requests of each caller each replica has let in since it started.
CALLER_COUNTS = Table(
    "caller_counts",
    METADATA,
    Column("process", String(32), primary_key=True),
    Column("caller", String(200), primary_key=True),
    Column("taken", BigInteger, nullable=False),
    Column("updated", String(24), nullable=False),
)

# What was read of accounts, by who asks for it: of one kind of thing in one account and Region, a row for each VPC, and
# one without a VPC, which says that the kind was read and holds what is of no VPC. Under the id of an endpoint stands
# which VPC it is in. See the room inventory.
INVENTORY_SLICES = Table(
    "inventory_slices",
    METADATA,
    Column("vpc_id", String(200), primary_key=True),
    Column("account", String(12), primary_key=True),
    Column("region", String(32), primary_key=True),
    Column("kind", String(40), primary_key=True),
    Column("snapshot", String(24), primary_key=True),
    Column("taken", String(24), nullable=False),
    Column("source", String(10), nullable=False),
    Column("things", Integer, nullable=False),
    Column("content", LargeBinary, nullable=False),
    Index("inventory_slices_by_place", "account", "region", "kind", "snapshot"),
)

# The runs that read them; `scope` is what was asked for. One that is not `ended` goes on when it is asked for again.
INVENTORY_SYNCS = Table(
    "inventory_syncs",
    METADATA,
    Column("snapshot", String(24), primary_key=True),
    Column("scope", Text, nullable=False),
    Column("ended", String(24)),
)
