"""distutils.compilers.C: later names for the classes of C compilers."""
