"""Mail that comes back: what is believed of it, what follows, and how a person undoes it."""
