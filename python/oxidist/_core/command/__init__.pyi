"""distutils.command: one module for each command, named as the command is."""
