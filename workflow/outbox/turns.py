"""How long a worker stays at one kind of work before it takes from the next queue."""

# Clocks, news and mail wait for each other no longer than this, however much of one there is. Tick
# wakes again twice a second.
TURN_SECONDS = 1.0
