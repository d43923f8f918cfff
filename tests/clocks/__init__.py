"""Clocks by the thousand: every step once, whoever is killed meanwhile."""
