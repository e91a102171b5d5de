"""Not setuptools: what pip finds under this name while real_packages.py downloads."""
