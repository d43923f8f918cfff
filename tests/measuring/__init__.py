"""Measuring: figures, labelled texts, and that nothing is left behind."""
