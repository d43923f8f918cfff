"""The guard: stupid sends are caught, sensible ones are not."""
