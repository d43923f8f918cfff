"""Numbers that pages tell of the radar; whoever shows them loads nothing that computes."""

LEAST_PAST = 500
"""Cases that must have come before anything can be called unusual."""
