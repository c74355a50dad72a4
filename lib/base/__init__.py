"""Where things are, how files are written, what a user may set, how anything is trained."""
