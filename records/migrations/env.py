"""Alembic runs the migrations over the connection that records.database hands it."""

from alembic import context

from records.database import Table

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Table.metadata,
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
