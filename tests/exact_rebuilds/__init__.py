"""What `build_ext` and `build_clib` compile and link again, counted by a compiler that keeps a log."""
