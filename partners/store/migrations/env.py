"""Called by alembic: runs the migrations on the connection that `partners.store` hands over."""

from alembic import context

from partners.store.migrating import VERSION_TABLE, migrated_metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=migrated_metadata(),
    version_table=VERSION_TABLE,
    # SQLite does roll back DDL; with a transaction around everything nothing stays half-written.
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
