"""How pages look and read, rendered from samples without a database."""
