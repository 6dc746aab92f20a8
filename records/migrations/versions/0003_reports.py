"""Every version of every report, and what happened to them."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Make the tables of the reports."""
    op.create_table(
        "reports",
        sa.Column("id", sa.Integer(), primary_key=True, autoincrement=True),
        sa.Column("report_id", sa.String(), nullable=False, index=True),
        sa.Column("visit_id", sa.String(36), sa.ForeignKey("visits.id"), index=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("language", sa.String(20), nullable=False),
        sa.Column("paper", sa.String(20), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False, unique=True, index=True),
        sa.Column("made", sa.String(32), nullable=False),
        sa.Column("result", sa.JSON(), nullable=False),
        sa.Column("files", sa.JSON(), nullable=False),
    )
    op.create_table(
        "report_events",
        sa.Column("id", sa.Integer(), primary_key=True, autoincrement=True),
        sa.Column("report_id", sa.String(), nullable=False, index=True),
        sa.Column("at", sa.String(32), nullable=False),
        sa.Column("event", sa.String(20), nullable=False),
        sa.Column("detail", sa.JSON(), nullable=False),
        sa.Column("chain", sa.String(64), nullable=False),
    )


def downgrade() -> None:
    """Refuse: records are never thrown away by a downgrade."""
    raise NotImplementedError
