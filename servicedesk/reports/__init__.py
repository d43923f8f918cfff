"""Reports for leads: how promises were kept, and how the time of problems was spent."""
