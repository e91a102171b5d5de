"""Machines for sessions with the compiler classes for Windows: what is where, and which Python it is."""

from __future__ import annotations

from typing import Any

Machine = dict[str, Any]

TOOLS = "C:\\VS\\VC\\bin"
VSWHERE = "C:\\Program Files (x86)\\Microsoft Visual Studio\\Installer\\vswhere.exe"
SET = "\r\n".join(
    [
        "**** Visual Studio 2022 Developer Command Prompt",
        f"Path={TOOLS};C:\\Windows",
        "INCLUDE=C:\\VS\\include;C:\\SDK\\include\\;;",
        "LIB=C:\\VS\\lib;C:\\SDK\\lib\\",
        "EMPTY=",
        "=C:=C:\\work",
        "Ünïcode=value=with=signs",
        "",
    ]
)

# Visual Studio 2022, and a Python that it made.
CURRENT: Machine = {
    "version": "3.10.11 (tags/v3.10.11:7d4cc5a, Apr  5 2023) [MSC v.1929 64 bit (AMD64)]",
    "environ": {"PATH": "C:\\own\\bin", "ProgramFiles(x86)": "C:\\Program Files (x86)"},
    "folders": ["C:\\VS22\\VC\\Auxiliary\\Build"],
    "files": [
        "C:\\VS22\\VC\\Auxiliary\\Build\\vcvarsall.bat",
        f"{TOOLS}\\cl.exe",
        f"{TOOLS}\\link.exe",
        f"{TOOLS}\\lib.exe",
        "C:\\Windows\\rc.exe",
        "libs\\z.lib",
        "libs\\ssl_d.lib",
        "libs\\ssl.lib",
    ],
    "outputs": {"vswhere.exe": "C:\\VS22\r\n", "vcvarsall.bat": SET},
}

VC7 = "HKEY_LOCAL_MACHINE\\Software\\Microsoft\\VisualStudio\\SxS\\VC7"
REGISTERED = [["9.0", "C:\\VC9"], ["14.0", "C:\\VC14"], ["15.0", "C:\\gone"], ["14.1", 7], ["x", "C:\\VC9"]]

# Visual Studio 2015, which only the registry knows.
REGISTRY_ONLY: Machine = {
    **CURRENT,
    "folders": ["C:\\VC14", "C:\\VC9"],
    "files": ["C:\\VC14\\vcvarsall.bat"],
    "registry": {VC7: {"values": REGISTERED}},
    "outputs": {"vcvarsall.bat": SET},
}

# No Visual Studio at all.
BARE: Machine = {"version": CURRENT["version"], "environ": {"PATH": "C:\\own\\bin"}}

# Visual Studio 2008, and a Python of 32 bits that it made.
VS9 = "HKEY_LOCAL_MACHINE\\Software\\Wow6432Node\\Microsoft\\VisualStudio\\9.0"
NET = "HKEY_LOCAL_MACHINE\\Software\\Wow6432Node\\Microsoft\\.NETFramework"
SDKS = "HKEY_LOCAL_MACHINE\\Software\\Wow6432Node\\Microsoft\\Microsoft SDKs\\Windows"
SET_2008 = "\r\n".join(
    [
        "PATH=C:\\VC9\\bin;C:\\VC9\\bin;C:\\Windows;",
        "LIB=C:\\VC9\\lib",
        "INCLUDE=C:\\VC9\\include;",
        "LIBPATH=x",
        "A",
        "",
    ]
)
OF_2008: Machine = {
    "version": "3.10.1 [MSC v.1500 32 bit (Intel)]",
    "platform": "win32",
    "environ": {"PATH": "C:\\own\\bin;C:\\own\\bin\\;C:\\Windows"},
    "folders": ["C:\\VC9"],
    "files": ["C:\\VC9\\vcvarsall.bat", "C:\\VC9\\bin\\cl.exe", "C:\\own\\bin\\link.exe", "libs\\z.lib"],
    "registry": {
        f"{VS9}\\Setup\\VC": {"values": [["ProductDir", "C:\\VC9"]]},
        f"{VS9}\\Setup\\VS": {"values": [["ProductDir", "C:\\VS9"]]},
        VS9: {"values": [["CLR Version", "v2.0.50727"]], "keys": ["Setup", "VC"]},
        NET: {"values": [["InstallRoot", "C:\\NET"], ["sdkInstallRootv2.0", "C:\\NETSDK"]]},
        SDKS: {"values": [["CurrentInstallFolder", "C:\\SDK"]]},
    },
    "outputs": {"vcvarsall.bat": SET_2008},
}
OF_2008_64: Machine = {**OF_2008, "platform": "win-amd64"}

# Visual Studio 2003 and 6, and Pythons that they made.
DIRECTORIES = "VC\\VC_OBJECTS_PLATFORM_INFO\\Win32\\Directories"
VS7 = "HKEY_CURRENT_USER\\Software\\Microsoft\\VisualStudio\\7.1"
DOTNET = "HKEY_LOCAL_MACHINE\\Software\\Microsoft\\.NETFramework"
PRODUCT = "HKEY_LOCAL_MACHINE\\Software\\Microsoft\\NET Framework Setup\\Product"
OF_2003: Machine = {
    "version": "3.10.1 [MSC v.1310 32 bit (Intel)]",
    "environ": {"PATH": "C:\\own\\bin;C:\\Windows"},
    "files": ["C:\\VC7\\bin\\cl.exe", "C:\\own\\bin\\link.exe"],
    "registry": {
        f"{VS7}\\Setup\\VC": {"values": [["ProductDir", "C:\\VC7"]]},
        f"{VS7}\\Setup\\VS": {"values": [["ProductDir", "C:\\VS7"]]},
        DOTNET: {"values": [["InstallRoot", "C:\\NET"], ["sdkInstallRootv1.1", "C:\\NETSDK"]]},
        PRODUCT: {"keys": ["NET 1.1"]},
        f"{PRODUCT}\\NET 1.1": {"values": [["Version", "v1.1"]]},
        f"{VS7}\\{DIRECTORIES}": {
            "values": [
                [
                    "Path Dirs",
                    "$(VCInstallDir)\\bin;$(VSInstallDir)\\tools;$(FrameworkDir)\\$(FrameworkVersion)",
                ],
                ["Include Dirs", "$(VCInstallDir)\\include"],
                ["Library Dirs", "$(VCInstallDir)\\lib;$(FrameworkSDKDir)\\lib"],
            ]
        },
    },
}
PLATFORMS = "HKEY_USERS\\Software\\Microsoft\\Devstudio\\6.0\\Build System\\Components\\Platforms"
OF_6: Machine = {
    "version": "3.10.1 [MSC v.1200 32 bit (Intel)]",
    "environ": {"PATH": "C:\\own\\bin"},
    "files": ["C:\\VC6\\bin\\cl.exe"],
    "registry": {
        f"{PLATFORMS}\\Win32 (x86)\\Directories": {
            "values": [
                ["Path Dirs", "C:\\VC6\\bin"],
                ["Include Dirs", "C:\\VC6\\inc"],
                ["Library Dirs", "C:\\VC6\\lib"],
            ]
        }
    },
}

GCC: Machine = {
    "version": "3.10.1 [GCC 12.2.0 64 bit (AMD64)]",
    "environ": {"PATH": "C:\\gcc"},
    "outputs": {
        "gcc -dumpversion": "12.2.0",
        "ld -v": "GNU ld (GNU Binutils) 2.39",
        "dllwrap --version": "GNU dllwrap (GNU Binutils) 2.39",
        "-dumpmachine": "x86_64-w64-mingw32\n",
    },
}


def gcc(**outputs: str) -> Machine:
    """A machine whose programs say something else."""
    names = {
        "gcc": "gcc -dumpversion",
        "ld": "ld -v",
        "dllwrap": "dllwrap --version",
        "machine": "-dumpmachine",
    }
    return {**GCC, "outputs": {**GCC["outputs"], **{names[key]: text for key, text in outputs.items()}}}


def made_by(version: str, machine: Machine) -> Machine:
    return {**machine, "version": f"3.10.1 [{version}]"}
