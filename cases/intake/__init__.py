"""How what a customer sends becomes a case or a message."""
