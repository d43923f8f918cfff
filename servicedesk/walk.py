"""The walk."""


def install_walk() -> None:
    """Install."""
