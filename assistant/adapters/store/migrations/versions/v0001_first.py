"""The first tables, and the rule that the audit only grows.

Revision ID: 0001
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_REFUSAL = "the audit is append-only"


def upgrade() -> None:
    """Make the tables and their guards."""
    _make_tables()
    if op.get_context().dialect.name == "postgresql":
        _guard_postgresql()
    else:
        _guard_sqlite()


def _guard_sqlite() -> None:
    for what in ("UPDATE", "DELETE"):
        refuse = f"BEGIN SELECT RAISE(ABORT, '{_REFUSAL}'); END"
        op.execute(f"CREATE TRIGGER audit_no_{what.lower()} BEFORE {what} ON audit {refuse}")


def _guard_postgresql() -> None:
    op.execute(
        "CREATE FUNCTION audit_only_grows() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{_REFUSAL}'; END $$"
    )
    op.execute(
        "CREATE TRIGGER audit_only_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON audit "
        "FOR EACH STATEMENT EXECUTE FUNCTION audit_only_grows()"
    )


def _make_tables() -> None:
    op.create_table(
        "audit",
        sa.Column("owner", sa.String(length=200), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("at", sa.String(length=40), nullable=False),
        sa.Column("actor", sa.String(length=200), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("household_id", sa.String(length=64), nullable=False),
        sa.Column("thread_id", sa.String(length=64), nullable=False),
        sa.Column("subject", sa.String(length=64), nullable=False),
        sa.Column("details", sa.String(length=2000), nullable=False),
        sa.Column("previous", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("owner", "seq"),
    )
    op.create_table(
        "heads",
        sa.Column("owner", sa.String(length=200), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("owner"),
    )
    op.create_table(
        "households",
        sa.Column("owner", sa.String(length=200), nullable=False),
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("is_sample", sa.Boolean(), nullable=False),
        sa.Column("opened_at", sa.String(length=40), nullable=False),
        sa.Column("wrapped_key", sa.LargeBinary(), nullable=False),
        sa.Column("title", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("owner", "id"),
    )
    op.create_table(
        "locks",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "answers",
        sa.Column("owner", sa.String(length=200), nullable=False),
        sa.Column("household_id", sa.String(length=64), nullable=False),
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("thread_id", sa.String(length=64), nullable=False),
        sa.Column("turn", sa.Integer(), nullable=False),
        sa.Column("at", sa.String(length=40), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["owner", "household_id"], ["households.owner", "households.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("owner", "household_id", "id"),
    )
    op.create_table(
        "approvals",
        sa.Column("owner", sa.String(length=200), nullable=False),
        sa.Column("household_id", sa.String(length=64), nullable=False),
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("thread_id", sa.String(length=64), nullable=False),
        sa.Column("plan_id", sa.String(length=64), nullable=False),
        sa.Column("turn", sa.Integer(), nullable=False),
        sa.Column("how", sa.String(length=20), nullable=False),
        sa.Column("at", sa.String(length=40), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["owner", "household_id"], ["households.owner", "households.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("owner", "household_id", "id"),
    )
    op.create_table(
        "facts",
        sa.Column("owner", sa.String(length=200), nullable=False),
        sa.Column("household_id", sa.String(length=64), nullable=False),
        sa.Column("thread_id", sa.String(length=64), nullable=False),
        sa.Column("turn", sa.Integer(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["owner", "household_id"], ["households.owner", "households.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("owner", "household_id", "thread_id", "turn"),
    )
    op.create_table(
        "files",
        sa.Column("owner", sa.String(length=200), nullable=False),
        sa.Column("household_id", sa.String(length=64), nullable=False),
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("saved_at", sa.String(length=40), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["owner", "household_id"], ["households.owner", "households.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("owner", "household_id", "id"),
    )
    op.create_table(
        "plans",
        sa.Column("owner", sa.String(length=200), nullable=False),
        sa.Column("household_id", sa.String(length=64), nullable=False),
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("saved_at", sa.String(length=40), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["owner", "household_id"], ["households.owner", "households.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("owner", "household_id", "id"),
    )
    op.create_table(
        "profiles",
        sa.Column("owner", sa.String(length=200), nullable=False),
        sa.Column("household_id", sa.String(length=64), nullable=False),
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("saved_at", sa.String(length=40), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["owner", "household_id"], ["households.owner", "households.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("owner", "household_id", "id"),
    )
    op.create_table(
        "snapshots",
        sa.Column("owner", sa.String(length=200), nullable=False),
        sa.Column("household_id", sa.String(length=64), nullable=False),
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("saved_at", sa.String(length=40), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["owner", "household_id"], ["households.owner", "households.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("owner", "household_id", "id"),
    )
    op.create_table(
        "threads",
        sa.Column("owner", sa.String(length=200), nullable=False),
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("household_id", sa.String(length=64), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("turn", sa.Integer(), nullable=False),
        sa.Column("saved_at", sa.String(length=40), nullable=False),
        sa.Column("name", sa.LargeBinary(), nullable=False),
        sa.Column("state", sa.LargeBinary(), nullable=False),
        sa.Column("messages", sa.LargeBinary(), nullable=False),
        sa.Column("asked", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["owner", "household_id"], ["households.owner", "households.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("owner", "id"),
    )
    op.create_table(
        "told",
        sa.Column("owner", sa.String(length=200), nullable=False),
        sa.Column("household_id", sa.String(length=64), nullable=False),
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("saved_at", sa.String(length=40), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["owner", "household_id"], ["households.owner", "households.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("owner", "household_id", "id"),
    )
    op.create_table(
        "orders",
        sa.Column("owner", sa.String(length=200), nullable=False),
        sa.Column("household_id", sa.String(length=64), nullable=False),
        sa.Column("client_order_id", sa.String(length=64), nullable=False),
        sa.Column("approval_id", sa.String(length=64), nullable=False),
        sa.Column("plan_id", sa.String(length=64), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("at", sa.String(length=40), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["owner", "household_id", "approval_id"],
            ["approvals.owner", "approvals.household_id", "approvals.id"],
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("owner", "household_id", "client_order_id"),
        sa.UniqueConstraint("owner", "household_id", "plan_id", "place"),
    )
