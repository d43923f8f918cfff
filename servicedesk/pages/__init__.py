"""How pages are made: icons, assets, pictures and the small signs on them."""
