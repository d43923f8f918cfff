"""Measuring on labelled texts, through the code that serves customers; nothing is left behind."""
