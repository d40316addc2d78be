"""Offline work on the same core. `simulate` makes streams of mentions of which the truth is known."""
