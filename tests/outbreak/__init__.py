"""An outbreak: many customers, one problem, everybody told once."""
