"""What went wrong elsewhere, tried here."""
