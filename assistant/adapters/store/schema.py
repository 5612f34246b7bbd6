"""The tables. Every row has an owner; ids, hashes, times and counts lie open, words and figures only sealed.

Times are ISO 8601 in UTC. ``body``, ``title``, ``name``, ``state``, ``messages`` and ``asked`` are sealed bytes.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKeyConstraint,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    String,
    Table,
    UniqueConstraint,
)

metadata = MetaData()


def _text(name: str, size: int = 200) -> Column[str]:
    return Column(name, String(size), nullable=False)


def _sealed(name: str, nullable: bool = False) -> Column[bytes]:
    return Column(name, LargeBinary, nullable=nullable)


def _of_household() -> ForeignKeyConstraint:
    """Tie a row to its household of the same owner; it falls with it."""
    return ForeignKeyConstraint(["owner", "household_id"], ["households.owner", "households.id"], ondelete="CASCADE")


def _part(name: str) -> Table:
    """Make a table of values that never change; the id is the keyed hash of the content."""
    columns = (_text("owner"), _text("household_id", 64), _text("id", 64), _text("saved_at", 40), _sealed("body"))
    return Table(name, metadata, *columns, PrimaryKeyConstraint("owner", "household_id", "id"), _of_household())


# One row that a wrong master key cannot open.
locks = Table("locks", metadata, Column("id", Integer, primary_key=True), _sealed("body"))

households = Table(
    "households",
    metadata,
    _text("owner"),
    _text("id", 64),
    Column("is_sample", Boolean, nullable=False),
    _text("opened_at", 40),
    _sealed("wrapped_key"),
    _sealed("title"),
    PrimaryKeyConstraint("owner", "id"),
)

snapshots = _part("snapshots")  # a household as it was
files = _part("files")  # what was read from files, and their prices
told = _part("told")  # what the person told of their files
profiles = _part("profiles")  # investor and wishes
plans = _part("plans")
PARTS = {"snapshots": snapshots, "files": files, "told": told, "profiles": profiles, "plans": plans}

threads = Table(
    "threads",
    metadata,
    _text("owner"),
    _text("id", 64),
    _text("household_id", 64),
    Column("version", Integer, nullable=False),
    Column("turn", Integer, nullable=False),
    _text("saved_at", 40),
    _sealed("name"),
    _sealed("state"),
    _sealed("messages"),
    _sealed("asked", nullable=True),
    PrimaryKeyConstraint("owner", "id"),
    _of_household(),
)

# What one turn added to the ledger of facts.
facts = Table(
    "facts",
    metadata,
    _text("owner"),
    _text("household_id", 64),
    _text("thread_id", 64),
    Column("turn", Integer, nullable=False),
    _sealed("body"),
    PrimaryKeyConstraint("owner", "household_id", "thread_id", "turn"),
    _of_household(),
)

# What was said, from which state and by which calls: all that a replay needs.
answers = Table(
    "answers",
    metadata,
    _text("owner"),
    _text("household_id", 64),
    _text("id", 64),
    _text("thread_id", 64),
    Column("turn", Integer, nullable=False),
    _text("at", 40),
    _sealed("body"),
    PrimaryKeyConstraint("owner", "household_id", "id"),
    _of_household(),
)

approvals = Table(
    "approvals",
    metadata,
    _text("owner"),
    _text("household_id", 64),
    _text("id", 64),
    _text("thread_id", 64),
    _text("plan_id", 64),
    Column("turn", Integer, nullable=False),
    _text("how", 20),
    _text("at", 40),
    _sealed("body"),
    PrimaryKeyConstraint("owner", "household_id", "id"),
    _of_household(),
)

# ``client_order_id`` is the hash of plan and place in the plan: one order can be placed once only.
orders = Table(
    "orders",
    metadata,
    _text("owner"),
    _text("household_id", 64),
    _text("client_order_id", 64),
    _text("approval_id", 64),
    _text("plan_id", 64),
    Column("place", Integer, nullable=False),
    _text("status", 20),
    _text("at", 40),
    _sealed("body"),
    PrimaryKeyConstraint("owner", "household_id", "client_order_id"),
    UniqueConstraint("owner", "household_id", "plan_id", "place"),
    ForeignKeyConstraint(
        ["owner", "household_id", "approval_id"],
        ["approvals.owner", "approvals.household_id", "approvals.id"],
        ondelete="CASCADE",
    ),
)

# Append-only; each row's hash is over the one before. No tie to households: it outlives them.
audit = Table(
    "audit",
    metadata,
    _text("owner"),
    Column("seq", Integer, nullable=False),
    _text("at", 40),
    _text("actor"),
    _text("kind", 20),
    _text("household_id", 64),
    _text("thread_id", 64),
    _text("subject", 64),
    _text("details", 2000),
    _text("previous", 64),
    _text("hash", 64),
    PrimaryKeyConstraint("owner", "seq"),
)

# The last link of each owner's chain: taking it serialises writers, and a chain cut short is seen.
heads = Table(
    "heads",
    metadata,
    Column("owner", String(200), primary_key=True),
    Column("seq", Integer, nullable=False),
    _text("hash", 64),
)

# What models on servers used, by person and day; no household's, so that forgetting one lifts no limit.
spending = Table(
    "spending",
    metadata,
    _text("owner"),
    _text("day", 10),
    Column("tokens", BigInteger, nullable=False),
    Column("nano_usd", BigInteger, nullable=False),
    PrimaryKeyConstraint("owner", "day"),
)
