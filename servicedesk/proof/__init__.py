"""The proof: does everything hold that must always hold, and if not, which row?"""
