"""What quality controls found about the detectors of the site."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Make the table of the series."""
    op.create_table(
        "detector_quality",
        sa.Column("id", sa.String(36), primary_key=True),
        sa.Column("detector_serial", sa.String(), nullable=False, index=True),
        sa.Column("made", sa.String(32), nullable=False),
        sa.Column("passed", sa.Boolean(), nullable=False),
        sa.Column("record", sa.JSON(), nullable=False),
    )


def downgrade() -> None:
    """Refuse: records are never thrown away by a downgrade."""
    raise NotImplementedError
