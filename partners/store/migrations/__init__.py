"""The one history of the database's schema, run by `partners.store.open_store`."""
