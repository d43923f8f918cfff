"""Planted lives: what was planted in a problem's journey is found, all of it and nothing else."""
