"""The matching's arithmetic: vectors, what is learned from examples, rankings, probabilities."""
