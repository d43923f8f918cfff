"""The matcher: how it is asked, what it follows, how it lives and dies."""
