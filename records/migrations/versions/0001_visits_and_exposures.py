"""Visits, planned exposures and what happened to them."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make the first three tables."""
    op.create_table(
        "visits",
        sa.Column("id", sa.String(36), primary_key=True),
        sa.Column("folder", sa.String(), nullable=False),
        sa.Column("started", sa.String(32), nullable=False),
        sa.Column("ended", sa.String(32)),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("order", sa.JSON(), nullable=False),
        sa.Column("failure", sa.String()),
    )
    op.create_table(
        "exposures",
        sa.Column("nonce", sa.BigInteger(), primary_key=True),
        sa.Column("visit_id", sa.String(36), sa.ForeignKey("visits.id"), index=True),
        sa.Column("purpose", sa.String(20), nullable=False),
        sa.Column("planned", sa.String(32), nullable=False),
        sa.Column("detector_serial", sa.String(), nullable=False),
        sa.Column("boot_id", sa.BigInteger(), nullable=False),
        sa.Column("kv", sa.Double(), nullable=False),
        sa.Column("ma", sa.Double(), nullable=False),
        sa.Column("ms", sa.Double(), nullable=False),
    )
    op.create_table(
        "exposure_events",
        sa.Column("id", sa.Integer(), primary_key=True, autoincrement=True),
        sa.Column(
            "nonce", sa.BigInteger(), sa.ForeignKey("exposures.nonce"), nullable=False, index=True
        ),
        sa.Column("at", sa.String(32), nullable=False),
        sa.Column("event", sa.String(20), nullable=False),
        sa.Column("detail", sa.JSON(), nullable=False),
    )


def downgrade() -> None:
    """Refuse: records are never thrown away by a downgrade."""
    raise NotImplementedError("Records cannot be taken back to an earlier schema.")
