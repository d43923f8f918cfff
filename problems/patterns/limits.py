"""Numbers that pages tell of the radar; whoever shows them loads nothing that computes."""

LEAST_PAST = 500
"""Cases that must have come before those of the present to call anything unusual."""

PRESENT = 300
"""Of the latest cases so many are the present, which is compared with all before it."""
