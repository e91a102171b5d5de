"""How high the water will be."""

__version__ = "0.2"
