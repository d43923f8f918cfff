"""Doors for customers outside of the portal: forms on other pages, signed messages of other channels."""
