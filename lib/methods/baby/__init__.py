"""Baby CLIPs: two towers that meet in one space, trained on the training split alone."""
