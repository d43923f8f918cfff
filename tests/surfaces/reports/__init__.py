"""Reports as leads see them."""
