"""A chat network of its own: it needs no account, lives in one SQLite file and is spoken in a browser."""
