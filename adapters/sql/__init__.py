"""The database: SQLite in one process, or PostgreSQL under any number of replicas."""
