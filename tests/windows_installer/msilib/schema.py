"""Stands for msilib's table definitions."""
