"""Files `pyproject.toml` that are wrong, and how the one line begins that says so."""

HEAD = """\
[project]
name = "demo"
version = "1.0"
"""
TOOL = """\
[tool.oxidist]
packages = ["demo"]
"""

# The text, and the message.
WRONG = [
    (
        "[project]\nname = 'demo'\n",
        "pyproject.toml:1: [project] must have a 'version', or list it in 'dynamic'",
    ),
    ("[project]\nversion = '1'\n", "pyproject.toml:1: [project] must have a 'name'"),
    (
        HEAD + "descripton = 'x'\n",
        "pyproject.toml:4: 'project.descripton' is not a key of [project]: did you mean 'description'?",
    ),
    (HEAD + "keywords = 'x'\n", "pyproject.toml:4: 'project.keywords' must be a list of strings (is \"x\")"),
    (
        HEAD + "keywords = [\n  'x',\n  3]\n",
        "pyproject.toml:6: 'project.keywords[1]' must be a string (is 3)",
    ),
    (HEAD.replace("1.0", "1.x"), "pyproject.toml:3: 'project.version': \"1.x\" is not a version number"),
    (
        HEAD + "license = 'Nobody'\n",
        "pyproject.toml:4: 'project.license': \"Nobody\" is not an SPDX licence expression",
    ),
    (
        HEAD + "license = {text = 'x'}\nlicense-files = []\n",
        "pyproject.toml:4: 'project.license' must be an SPDX expression",
    ),
    (
        HEAD + "license-files = ['../x']\n",
        "pyproject.toml:4: 'project.license-files' has \"../x\" in it, which leads out",
    ),
    (
        HEAD + "license-files = ['LICENCE.x*']\n" + TOOL,
        "pyproject.toml:4: 'project.license-files' has \"LICENCE.x*\" in it, which matches no file",
    ),
    (HEAD + "requires-python = '3.8+'\n", "pyproject.toml:4: 'project.requires-python': \"3.8+\" is not"),
    (
        HEAD + "dependencies = ['a b']\n",
        "pyproject.toml:4: 'project.dependencies[0]': \"a b\" is not a requirement",
    ),
    (
        HEAD + 'description = "a\\u0007"\n',
        "pyproject.toml:4: 'project.description': \"a\\u{7}\" has a control character",
    ),
    (
        HEAD + "readme = 'README'\n",
        "pyproject.toml:4: 'project.readme' is \"README\", whose name does not say what it is",
    ),
    (
        HEAD + "readme = 'R.md'\n",
        "pyproject.toml:4: 'project.readme' is the file \"R.md\", which cannot be read: No such file",
    ),
    (HEAD + "dynamic = ['name']\n", "pyproject.toml:4: 'project.dynamic' must not have 'name' in it"),
    (
        HEAD + "dynamic = ['version']\n",
        "pyproject.toml:4: 'project.dynamic' has 'version' in it, which line 3 gives",
    ),
    (
        HEAD + "dynamic = ['readmee']\n",
        "pyproject.toml:4: 'project.dynamic' has 'readmee' in it, which is not a key of [project]: did you",
    ),
    (
        HEAD + "dynamic = ['readme']\n" + TOOL,
        "pyproject.toml:4: 'project.dynamic' has 'readme' in it, but neither",
    ),
    (
        HEAD + "entry-points.console_scripts.x = 'y'\n",
        "pyproject.toml:4: 'project.entry-points.console_scripts' must be 'project.scripts'",
    ),
    (
        HEAD + "authors = [{ nme = 'x' }]\n",
        "pyproject.toml:4: 'project.authors[0].nme' is neither 'name' nor 'email': did you mean 'name'?",
    ),
    (
        HEAD + "[tool.oxidist]\npakages = []\n",
        "pyproject.toml:5: 'tool.oxidist.pakages' is not a key of [tool.oxidist]: did you mean 'packages'?",
    ),
    (
        HEAD + "[tool.oxidist]\npackages = 'x'\n",
        "pyproject.toml:5: 'tool.oxidist.packages' must be a list of packages, or a table",
    ),
    (
        HEAD + "[tool.oxidist]\npackages = ['nosuch.x']\n",
        "pyproject.toml:5: 'tool.oxidist.packages[0]' is 'nosuch.x', but there is no folder 'nosuch/x'",
    ),
    (
        HEAD + "[tool.oxidist.packages]\nwhere = 'nosuch'\n",
        "'tool.oxidist.packages.where': there is no folder 'nosuch'",
    ),
    (
        HEAD + "[tool.oxidist.packages]\nwere = '.'\n",
        "pyproject.toml:5: 'tool.oxidist.packages.were' is not a key of 'packages': did you mean 'where'?",
    ),
    (
        HEAD + TOOL + "data-files = { d = ['nosuch*'] }\n",
        "pyproject.toml:6: 'tool.oxidist.data-files.d[0]': there is no file \"nosuch*\"",
    ),
    (
        HEAD + TOOL + "[tool.oxidist.buidl]\n",
        "pyproject.toml:6: 'tool.oxidist.buidl' is neither a key nor a command: invalid command 'buidl'",
    ),
    (
        HEAD + TOOL + "[tool.oxidist.bild_ext]\n",
        "pyproject.toml:6: 'tool.oxidist.bild_ext' is neither a key nor a command: "
        "invalid command 'bild_ext': did you mean 'build_ext'?\n",
    ),
    (
        HEAD + TOOL + "[tool.oxidist.build_ext]\njbs = 4\n",
        "command 'build_ext' has no option 'jbs': did you mean 'jobs'?",
    ),
    (
        HEAD + TOOL + "[tool.oxidist.build]\nbuild-bse = 'x'\n",
        "pyproject.toml:7: 'tool.oxidist.build': command 'build' has no option 'build_bse': did you mean",
    ),
    (
        HEAD + TOOL + "[tool.oxidist.build]\nbuild-base = { a = 1 }\n",
        "pyproject.toml:7: 'tool.oxidist.build.build-base' must be a string, a number",
    ),
    (
        HEAD + TOOL + "cmdclass = { x = 'y' }\n",
        "pyproject.toml:6: 'tool.oxidist.cmdclass.x' must be 'module:class' (is \"y\")",
    ),
    (
        HEAD + TOOL + "cmdclass = { x = 'y:z' }\n",
        "pyproject.toml:6: 'tool.oxidist.cmdclass.x': module 'y' cannot be imported: ModuleNotFoundError",
    ),
    (
        HEAD + TOOL + "cmdclass = { x = 'demo:z' }\n",
        "pyproject.toml:6: 'tool.oxidist.cmdclass.x': module 'demo' has no 'z'",
    ),
    (
        HEAD + TOOL + "[[tool.oxidist.ext-modules]]\nname = 'x'\n",
        "'tool.oxidist.ext-modules[0]' must have 'sources'",
    ),
    (
        HEAD + TOOL + "[[tool.oxidist.ext-modules]]\nsource = []\n",
        "'tool.oxidist.ext-modules[0].source' is not a key of an extension module: did you mean 'sources'?",
    ),
    (
        HEAD + TOOL + "dynamic.readme = { file = 'x' }\n",
        "'tool.oxidist.dynamic.readme' is for a field that 'project.dynamic' must have in it",
    ),
    (
        HEAD.replace("version = '1.0'", "").replace('version = "1.0"', "dynamic = ['version']")
        + TOOL
        + "dynamic.version = { attr = 'demo.nosuch' }\n",
        "'tool.oxidist.dynamic.version' is 'demo.nosuch', but module 'demo' has no 'nosuch'",
    ),
    (
        HEAD.replace('version = "1.0"', "dynamic = ['version']")
        + TOOL
        + "dynamic.version = { file = 'nosuch' }\n",
        "pyproject.toml:6: 'tool.oxidist.dynamic.version' is the file \"nosuch\", which cannot be read",
    ),
    (
        HEAD.replace("demo", "other") + "[tool.oxidist]\n",
        "pyproject.toml:1: there is no package or module named 'other' here or in 'src'",
    ),
    (HEAD + "[tool.oxidist]\nx = \n", "pyproject.toml:5: "),
]
