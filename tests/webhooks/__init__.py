"""News told to other programs: signed, repeated until it arrives, never more than codes."""
