"""What would a version of a service level have meant? Last month's records told by its rules."""
