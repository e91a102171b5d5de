"""What the modules of `distutils.command` re-export, one file for each."""
