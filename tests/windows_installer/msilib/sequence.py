"""Stands for the order of Windows Installer's own actions."""

InstallExecuteSequence = [("CostInitialize", None, 800), ("InstallFiles", None, 4000)]
InstallUISequence = [("CostInitialize", None, 800), ("ExitDialog", None, -1), ("UserExit", None, -2)]
tables = ["InstallExecuteSequence", "InstallUISequence"]
