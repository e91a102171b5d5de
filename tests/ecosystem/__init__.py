"""What people already have, on top of Oxidist: setuptools, and the extension commands of others.

`make test-ecosystem` runs all of it.
"""
