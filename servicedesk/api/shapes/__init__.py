"""The shapes of the interface: what is taken, and what is given, field by field."""
