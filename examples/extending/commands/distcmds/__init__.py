"""Commands that make packages for other systems' package tools."""
