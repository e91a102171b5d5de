"""Stands for the texts that installers show."""

ActionText = [("InstallFiles", "Copying", "[1]")]
UIText = [("bytes", "bytes")]
tables = ["ActionText", "UIText"]
