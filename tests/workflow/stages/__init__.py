"""Drawn workflows: the pure core and the actions on versions."""
