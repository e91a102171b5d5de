"""distutils.compilers: later names for the compiler classes."""
