"""What is done with the compiler classes for Windows, on which machine: for CPython's and for ours."""

from __future__ import annotations

from windows_compilers.machines import (
    BARE,
    CURRENT,
    DOTNET,
    GCC,
    NET,
    OF_6,
    OF_2003,
    OF_2008,
    OF_2008_64,
    REGISTRY_ONLY,
    TOOLS,
    Machine,
    gcc,
    made_by,
)

FIND_ALL = "m.find_executable = lambda name: name\n"
MSVC = "c = m.MSVCCompiler(None, 0, 1)\nc.initialize()\n"
MSVC9 = "c = m.MSVCCompiler(force=1)\nc.initialize()\n"
BCPP = "c = m.BCPPCompiler(force=1)\n"
CYGWIN = FIND_ALL + "c = m.CygwinCCompiler(force=1)\n"
MINGW = FIND_ALL + "c = m.Mingw32CCompiler(force=1)\n"

COMPILE = """
c.compile(['src/a.c', 'b.cpp', 'd/e.cc', 'f.cxx', 'last.c'], output_dir='build\\\\temp')
c.compile(['src\\\\a.c'], 'out', [('A', None), ('B', '1'), ('C',), ('D', '"x y"')], ['inc', 'in c'])
c.compile(['src/a.c', 'src/b.cpp'], debug=1, extra_preargs=['/first'], extra_postargs=['/last', '/Zp'])
c.define_macro('X', '2'), c.undefine_macro('Y'), c.add_include_dir('own')
c.compile(('C:\\\\abs\\\\a.c', '\\\\rooted\\\\b.c', '..\\\\up\\\\c.c'), macros=[('Z', '')], depends=['x.h'])
c.compile([])
c.compile(['a.f90'])
c.compile(['a.c'], output_dir=7)
c.compile(['a.c'], macros=(('A', '1'),))
c.compile(['a.c'], include_dirs='inc')
c.compile_options.append('/mine'), c.compile_options_debug.remove('/W3')
c.compile(['a.c']), c.compile(['a.c'], debug=True)
failing.append('b.c')
c.compile(['a.c', 'b.c', 'd.c'])
"""

RESOURCES = """
c.compile(['res/icon.rc', 'msg/texts.mc', 'a.c'], 'build', [('R', '1')], ['inc'])
c.compile(['texts.mc'])
c.compile(['res/icon.rc', 'msg/texts.mc'], debug=1)
failing.append('mc')
c.compile(['texts.mc'])
failing[:] = ['.rc']
c.compile(['texts.mc'])
c.compile(['icon.rc'])
"""

OBJECTS = """
c.object_filenames(['a.c', 'd/b.cpp', 'C:\\\\x\\\\y.cc', '\\\\z\\\\w.rc', 'C:rel.mc', '/s.cxx'])
c.object_filenames(['a.c', 'd/b.cpp', 'C:\\\\x\\\\y.rc'], 1, 'out')
c.object_filenames(('d/b.c',), strip_dir=0, output_dir='build/temp')
c.object_filenames(['a.c'], output_dir=None)
c.object_filenames([])
c.object_filenames(['a.f90'])
c.object_filenames(['noending'])
c.src_extensions.append('.asm')
c.object_filenames(['x.asm'])
c.compile(['x.asm'])
type(c).src_extensions
c.library_filename('z'), c.library_filename('d/z', output_dir='out'), c.library_filename('z', 'shared')
c.shared_object_filename('d/x', 1, 'out'), c.executable_filename('prog', output_dir='bin')
"""

LINK = """
c.link('shared_object', ['b/x.obj', 'b/y.obj'], 'x.pyd', 'out', ['z', 'libs\\\\z'], ['libs', 'C:\\\\l b'])
c.link('shared_object', ['b/x.obj'], 'out/x.pyd', export_symbols=['PyInit_x', 'other'], build_temp='unused')
c.link('shared_object', ['x.obj'], 'x.pyd', export_symbols=[], debug=1)
c.link('shared_library', ['b/x.obj'], 'x.dll', debug=True, extra_preargs=['/pre'], extra_postargs=['/post'])
c.link('shared_library', ('b/x.obj',), 'd\\\\x.dll', 'out', debug=0)
c.link('executable', ['b/x.obj'], 'x.exe', export_symbols=['f'])
c.link('executable', ['b/x.obj'], 'x.exe', debug=1)
c.link_shared_object(['b/x.obj'], 'pkg/x.cp310-win_amd64.pyd', output_dir='lib', target_lang='c++')
c.link_shared_lib(['b/x.obj'], 'z', output_dir='lib', export_symbols=['f'])
c.link_executable(['b/x.obj'], 'prog', output_dir='bin', libraries=['z'])
c.add_library('user32'), c.add_library_dir('own'), c.add_link_object('extra.obj')
c.link('shared_object', ['x.obj'], 'x.pyd', libraries=('z',), library_dirs=('more',))
c.link('shared_object', ['x.obj'], 'x.pyd', libraries=['gone\\\\z'])
c.link('shared_object', ['x.obj'], 'x.pyd', runtime_library_dirs=['rt'])
c.link('shared_object', 'x.obj', 'x.pyd')
c.link('shared_object', ['x.obj'], 'x.pyd', libraries='z')
c.link('shared_object', ['x.obj'], 'x.pyd', output_dir=3)
c.ldflags_shared.append('/mine')
c.link('shared_object', ['x.obj'], 'x.pyd')
failing.append('/OUT')
c.link('shared_object', ['x.obj'], 'x.pyd')
c.create_static_lib(['x.obj'], 'x')
"""

STATIC = """
c.create_static_lib(['b/x.obj', 'y.obj'], 'z')
c.create_static_lib(('x.obj',), 'd/z', 'out', debug=1, target_lang='c')
c.create_static_lib(['x.obj'], 'z', '')
failing.append('z.lib')
c.create_static_lib(['x.obj'], 'z', 'out')
c.create_static_lib('x.obj', 'z')
"""

LIBRARIES = """
c.find_library_file(['none', 'libs'], 'z')
c.find_library_file(['libs'], 'ssl', 1)
c.find_library_file(['libs'], 'ssl', debug=0)
c.find_library_file(['libs'], 'z', debug=1)
c.find_library_file(['none'], 'z')
c.library_option('z'), c.library_dir_option('d d')
c.runtime_library_dir_option('rt')
"""

STATE = "vars(c)\n"

UP_TO_DATE = """
c.force = 0
c.link('shared_object', ['x.obj'], 'x.pyd', 'out')
c.create_static_lib(['x.obj'], 'z', 'out')
"""

MANIFESTS = """
assembly = '<assemblyIdentity type="win32" name="%s" version="9"></assemblyIdentity>'
dependency = "<dependency>\\n<dependentAssembly>\\n" + assembly + "\\n</dependentAssembly>\\n</dependency>\\n"
crt, mfc = dependency % "Microsoft.VC90.CRT", dependency % "Microsoft.VC90.MFC"
single = crt.replace("></assemblyIdentity>", "/>").replace(chr(34), chr(39))
import io
def manifest(name, text):
    with io.open(name, "w") as stream:
        stream.write("<assembly>\\n" + text + "</assembly>\\n")
def left(name):
    with io.open(name) as stream:
        return stream.read()
manifest("crt", crt), manifest("both", crt + mfc)
manifest("none", ""), manifest("single", single + crt + mfc)
[c._remove_visual_c_ref(name) for name in ("crt", "both", "none", "single", "missing")]
[left(name) for name in ("crt", "both", "none", "single")]
words = ["/a"]
c.manifest_setup_ldargs("out\\\\x.pyd", "b", words), words
c.manifest_get_embed_info("shared_object", ["/a"])
c.manifest_get_embed_info("executable", ["/a", "/MANIFESTFILE:d:\\\\crt", "/MANIFESTFILE:both"])
c.manifest_get_embed_info("shared_object", ["/MANIFESTFILE:both"])
c.manifest_get_embed_info("shared_object", ["/MANIFESTFILE:crt"])
manifest("b\\\\x.pyd.manifest", mfc)
c.link("shared_object", ["b\\\\x.obj"], "out\\\\x.pyd")
failing.append("mt.exe")
c.link("shared_object", ["b\\\\x.obj"], "out\\\\x.pyd")
"""

UNIX_COMPILE = """
c.compile(['src/a.c', 'b.cpp', 'icon.RC', 'bin.res'], 'build', [('A', '1')], ['inc'])
c.compile(['a.c'], debug=1, extra_preargs=['-first'], extra_postargs=['-last'])
c.compile(['a.f90'])
c.object_filenames(['A.C', 'd/B.cpp', 'C:\\\\x\\\\y.c', 'icon.rc', 'bin.res'])
c.object_filenames(['d/a.c', 'd/icon.rc'], 1, 'out'), c.object_filenames(['a.c'], output_dir=None)
failing.extend(['b.c', 'windres'])
c.compile(['a.c', 'b.c'])
c.compile(['icon.rc'])
"""

UNIX_LINK = """
c.dll_libraries = ['runtime']
c.link('shared_object', ['b/x.o', 'y.o'], 'x.pyd', 'out', ['z'], ['libs'])
c.link('shared_object', ['b/x.o'], 'out/x.pyd', export_symbols=['PyInit_x', 'other'], target_lang='c++')
c.link('shared_object', ['x.o'], 'x.pyd', export_symbols=[], debug=1)
c.link('shared_library', ['b/x.o'], 'libx.dll', extra_preargs=['-pre'], extra_postargs=['-post'])
c.link('executable', ['b/x.o'], 'x.exe', export_symbols=['f'])
c.link_executable(['b/x.o'], 'prog', debug=1, libraries=['z'], runtime_library_dirs=[])
libraries, before = ['z'], ['-pre']
c.link('shared_object', ['x.o'], 'x.pyd', libraries=libraries, extra_preargs=before), libraries, before
c.create_static_lib(['x.o'], 'z', 'out')
c.linker_so.append('-mine')
c.link('shared_object', ['x.o'], 'x.pyd')
failing.append('-mine')
c.link('shared_object', ['x.o'], 'x.pyd')
"""

VERSIONS = """
m.get_versions()
m._find_exe_version('gcc -dumpversion')
m.RE_VERSION.pattern
m.is_cygwingcc()
m.check_config_h()
m.get_msvcr()
"""

BCPP_PREPROCESS = """
c.preprocess('a.c')
c.preprocess('a.c', 'out/a.i', [('A', '1')], ['inc'], ['-pre'], ['-post'])
c.force = 0
c.preprocess('a.c', 'a.i')
failing.append('cpp32')
c.preprocess('a.c')
"""

Session = tuple[Machine, str, str]

SESSIONS: dict[str, Session] = {
    "2015: compile": (CURRENT, "_msvccompiler", MSVC + COMPILE),
    "2015: resources": (CURRENT, "_msvccompiler", MSVC + RESOURCES),
    "2015: object files": (CURRENT, "_msvccompiler", MSVC + OBJECTS),
    "2015: link": (CURRENT, "_msvccompiler", MSVC + LINK),
    "2015: static libraries": (CURRENT, "_msvccompiler", MSVC + STATIC),
    "2015: libraries": (CURRENT, "_msvccompiler", MSVC + LIBRARIES),
    "2015: initialized when first needed": (
        CURRENT,
        "_msvccompiler",
        "c = m.MSVCCompiler()\nvars(c)\nc.compile(['a.c'])\nvars(c)\nc.initialize()\n",
    ),
    "2015: initialized by a link": (
        CURRENT,
        "_msvccompiler",
        "c = m.MSVCCompiler(force=1)\nc.link('executable', ['a.obj'], 'a.exe')\n"
        "c = m.MSVCCompiler(force=1)\nc.create_static_lib(['a.obj'], 'a')\n",
    ),
    "2015: every platform": (
        CURRENT,
        "_msvccompiler",
        "m.PLAT_TO_VCVARS, m.PLAT_SPEC_TO_RUNTIME\n"
        "for name in [*m.PLAT_TO_VCVARS, None]:\n    m.MSVCCompiler().initialize(name)\n"
        "m.MSVCCompiler().initialize('linux-x86_64')\n"
        "m.PLAT_TO_VCVARS['win-new'] = 'x86_new'\nc = m.MSVCCompiler()\nc.initialize('win-new')\n",
    ),
    "2015: nothing to do": (
        {**CURRENT, "up to date": True},
        "_msvccompiler",
        MSVC + UP_TO_DATE,
    ),
    "2015: from the registry": (
        REGISTRY_ONLY,
        "_msvccompiler",
        "m._find_vc2015()\nm._find_vc2017()\nm._find_vcvarsall('x86')\n" + MSVC + STATE,
    ),
    "2015: two in the registry": (
        {**REGISTRY_ONLY, "folders": ["C:\\VC14", "C:\\gone"], "files": []},
        "_msvccompiler",
        "m._find_vc2015()\nm._find_vcvarsall('x86')\n" + MSVC,
    ),
    "2015: not there": (
        BARE,
        "_msvccompiler",
        "m._find_vc2015()\nm._find_vc2017()\nm._find_vcvarsall('x86')\nm._get_vc_env('x86')\n" + MSVC,
    ),
    "2015: vswhere fails": (
        {**CURRENT, "outputs": {"vswhere.exe": None}},
        "_msvccompiler",
        "m._find_vc2017()\n" + MSVC,
    ),
    "2015: vswhere tells a folder that is not there": (
        {**CURRENT, "folders": []},
        "_msvccompiler",
        "m._find_vc2017()\n",
    ),
    "2015: without its script": (
        {**CURRENT, "files": []},
        "_msvccompiler",
        "m._find_vcvarsall('x86')\n" + MSVC,
    ),
    "2015: the script fails": (
        {**CURRENT, "outputs": {"vswhere.exe": "C:\\VS22", "vcvarsall.bat": None}},
        "_msvccompiler",
        "m._get_vc_env('x86')\n",
    ),
    "2015: the SDK is set up": (
        {**BARE, "environ": {"PATH": TOOLS, "LIB": "L", "INCLUDE": "I;J\\", "DISTUTILS_USE_SDK": "1"}},
        "_msvccompiler",
        "m._get_vc_env('x86')\n" + MSVC + STATE + "c.compile(['a.c'])\nenviron['path']\n",
    ),
    "2015: programs": (
        CURRENT,
        "_msvccompiler",
        f"m._find_exe('cl.exe', ['none', {TOOLS!r}])\nm._find_exe('cl.exe')\nm._find_exe('own.exe', [])\n",
    ),
    "2015: its functions replaced": (
        BARE,
        "_msvccompiler",
        "m._find_vcvarsall = lambda spec: (None, None)\nm._get_vc_env('x86')\n"
        "m._get_vc_env = lambda spec: {'path': spec, 'include': 'i', 'lib': 'l'}\n"
        "m._find_exe = lambda exe, paths=None: 'my-' + exe\n" + MSVC + STATE + "c.compile(['a.c'])\n"
        "m._get_vc_env = lambda spec: {}\nm.MSVCCompiler().initialize()\n",
    ),
    "2015: a subclass": (
        CURRENT,
        "_msvccompiler",
        "class C(m.MSVCCompiler):\n"
        "    _c_extensions = ['.c', '.C']\n"
        "    def _setup_compile(self, *args):\n"
        "        answer = super()._setup_compile(*args)\n"
        "        answer[4].pop('b.obj')\n"
        "        return answer\n"
        "    def library_filename(self, *args, **kw):\n"
        "        return 'my' + super().library_filename(*args, **kw)\n"
        "    def spawn(self, cmd):\n"
        "        return super().spawn(['wrapper', *cmd])\n"
        "c = C(force=1)\n"
        "c.compile(['a.c', 'b.c', 'd.cpp'])\n"
        "c.link('shared_object', ['a.obj'], 'a.pyd', libraries=['z'], export_symbols=['f'])\n"
        "c.create_static_lib(['a.obj'], 'z')\n",
    ),
    "2008: compile": (OF_2008, "msvc9compiler", MSVC9 + COMPILE),
    "2008: resources": (OF_2008, "msvc9compiler", MSVC9 + RESOURCES),
    "2008: object files": (OF_2008, "msvc9compiler", MSVC9 + OBJECTS),
    "2008: link": (OF_2008, "msvc9compiler", MSVC9 + LINK),
    "2008: static libraries": (OF_2008, "msvc9compiler", MSVC9 + STATIC),
    "2008: libraries": (OF_2008, "msvc9compiler", MSVC9 + LIBRARIES),
    "2008: manifests": (OF_2008, "msvc9compiler", MSVC9 + MANIFESTS),
    "2008: nothing to do": ({**OF_2008, "up to date": True}, "msvc9compiler", MSVC9 + UP_TO_DATE),
    "2008: state": (
        OF_2008,
        "msvc9compiler",
        "m.VERSION, m.VS_BASE, m.WINSDK_BASE, m.NET_BASE, m.NATIVE_WIN64, m.HKEYS, m.PLAT_TO_VCVARS\n"
        "c = m.MSVCCompiler()\nvars(c)\nc.initialize()\nvars(c)\n"
        "environ['lib'], environ['include'], environ['path']\nc.initialize()\n",
    ),
    "2008: for 64 bits": (
        OF_2008,
        "msvc9compiler",
        "c = m.MSVCCompiler()\nc.initialize('win-amd64')\n" + STATE,
    ),
    "2008: from 64 bits": (
        OF_2008_64,
        "msvc9compiler",
        "c = m.MSVCCompiler()\nc.initialize()\nc = m.MSVCCompiler()\nc.initialize('win32')\n"
        "m.MSVCCompiler().initialize('win-arm64')\n",
    ),
    "2008: told that it is x86": (
        OF_2008,
        "msvc9compiler",
        "c = m.MSVCCompiler(force=1)\nc._MSVCCompiler__arch = 'x86'\n"
        "c.compile(['a.c'])\nc.compile(['a.c'], debug=1)\n",
    ),
    "2008: the SDK is set up": (
        {**OF_2008, "environ": {"PATH": "C:\\sdk", "DISTUTILS_USE_SDK": "1", "MSSdk": "1"}},
        "msvc9compiler",
        MSVC9 + STATE,
    ),
    "2008: from a variable": (
        {
            **OF_2008,
            "registry": {},
            "environ": {"VS90COMNTOOLS": "C:\\VS9\\Common7\\Tools", "PATH": "C:\\own"},
            "folders": ["C:\\VS9\\Common7\\Tools", "C:\\VS9\\VC"],
            "files": ["C:\\VS9\\VC\\vcvarsall.bat"],
        },
        "msvc9compiler",
        "m.find_vcvarsall(9.0)\n" + MSVC9 + STATE,
    ),
    "2008: a variable that is wrong": (
        {**OF_2008, "registry": {}, "environ": {"VS90COMNTOOLS": "C:\\VS9\\t"}, "folders": ["C:\\VS9\\t"]},
        "msvc9compiler",
        "m.find_vcvarsall(9.0)\nm.find_vcvarsall(8.0)\nm.query_vcvarsall(9.0)\n",
    ),
    "2008: a script that says too little": (
        {**OF_2008, "outputs": {"vcvarsall.bat": "PATH=x\r\n"}},
        "msvc9compiler",
        "m.query_vcvarsall(9.0, 'amd64')\n",
    ),
    "2008: the registry": (
        OF_2008,
        "msvc9compiler",
        "m.Reg.get_value(m.VS_BASE % 9.0, 'clr version')\nm.Reg.get_value('none', 'x')\n"
        "m.Reg.read_keys('HKEY_LOCAL_MACHINE', m.VS_BASE % 9.0)\nm.Reg.read_keys('HKEY_USERS', 'none')\n"
        "m.Reg.read_values('HKEY_LOCAL_MACHINE', m.NET_BASE)\n"
        "m.Reg.convert_mbcs('x'), m.Reg.convert_mbcs(3)\n"
        "x = m.MacroExpander(9.0)\nx.macros, x.vsbase\n"
        "x.sub('$(VCInstallDir)/bin $(WindowsSdkDir) $(Other)')\n",
    ),
    "2008: settings that lack the SDK": (
        {**OF_2008, "registry": {**OF_2008["registry"], NET: {"values": [["InstallRoot", "C:\\NET"]]}}},
        "msvc9compiler",
        "m.MacroExpander(9.0)\n",
    ),
    "2008: settings of 2003": (OF_2008, "msvc9compiler", "m.MacroExpander(7.1)\n"),
    "2008: functions": (
        OF_2008,
        "msvc9compiler",
        "m.normalize_and_reduce_paths(['a', 'a\\\\', 'b/../a', 'c'])\nm.removeDuplicates('a;b;a;;c;')\n"
        "m.get_build_version()\n",
    ),
    "2003: compile": (OF_2003, "msvccompiler", "c = m.MSVCCompiler(force=1)\nc.initialize()\n" + COMPILE),
    "2003: resources": (OF_2003, "msvccompiler", "c = m.MSVCCompiler(force=1)\n" + RESOURCES),
    "2003: object files": (OF_2003, "msvccompiler", "c = m.MSVCCompiler(force=1)\n" + OBJECTS),
    "2003: link": (OF_2003, "msvccompiler", "c = m.MSVCCompiler(force=1)\n" + LINK),
    "2003: static libraries": (OF_2003, "msvccompiler", "c = m.MSVCCompiler(force=1)\n" + STATIC),
    "2003: libraries": (OF_2003, "msvccompiler", "c = m.MSVCCompiler(force=1)\n" + LIBRARIES),
    "2003: state": (
        OF_2003,
        "msvccompiler",
        "c = m.MSVCCompiler()\nvars(c)\nc.initialize()\nvars(c)\n"
        "environ['path'], environ['lib'], environ['include']\n"
        "m.get_build_version(), m.get_build_architecture()\nm.MacroExpander(7.1).macros\n"
        "c.get_msvc_paths('library')\nm.MSVCCompiler().set_path_env_var('lib')\nm.HKEYS, m._can_read_reg\n"
        "m.read_keys('HKEY_LOCAL_MACHINE', 'Software\\\\Microsoft\\\\NET Framework Setup\\\\Product')\n",
    ),
    "2003: settings that lack the SDK": (
        {**OF_2003, "registry": {**OF_2003["registry"], DOTNET: {"values": [["InstallRoot", "C:\\NET"]]}}},
        "msvccompiler",
        "m.MSVCCompiler()\n",
    ),
    "2003: no settings": (
        {**OF_2003, "registry": {}},
        "msvccompiler",
        "c = m.MSVCCompiler()\nc.initialize()\nc.get_msvc_paths('path')\n",
    ),
    "2003: nothing to do": (
        {**OF_2003, "up to date": True},
        "msvccompiler",
        "c = m.MSVCCompiler()\n" + UP_TO_DATE,
    ),
    "6: all": (
        OF_6,
        "msvccompiler",
        "m.get_build_version()\nc = m.MSVCCompiler(force=1)\nc.initialize()\nvars(c)\n"
        "c.compile(['a.c', 'b.rc'])\nc.link('shared_object', ['a.obj'], 'a.pyd', debug=1)\n",
    ),
    "6: started never": (
        {**OF_6, "registry": {"HKEY_USERS\\Software\\Microsoft\\Devstudio\\6.0": {}}},
        "msvccompiler",
        "c = m.MSVCCompiler()\nc.initialize()\n",
    ),
    "2003, 64 bits: the SDK must be set up": (
        made_by("MSC v.1310 64 bit (AMD64)", OF_2003),
        "msvccompiler",
        "m.get_build_architecture()\nc = m.MSVCCompiler(force=1)\nvars(c)\n"
        "environ.update(DISTUTILS_USE_SDK='1', MSSDK='1')\nc.compile(['a.c'])\nvars(c)\n",
    ),
    "old modules in a current Python": (
        CURRENT,
        "msvccompiler",
        "m.MSVCCompiler, m.OldMSVCCompiler, m.MacroExpander\nm.get_build_version()\n",
    ),
    "Borland: compile": (
        {**BARE},
        "bcppcompiler",
        BCPP + COMPILE.replace("'/W3'", "'/Od'") + "failing[:] = ['brcc32']\nc.compile(['x.RC'])\n",
    ),
    "Borland: resources": (
        BARE,
        "bcppcompiler",
        BCPP + "c.compile(['d/icon.rc', 'x.res', 'a.c'], output_dir='b')\n"
        "c.object_filenames(['A.C', 'd/B.CPP', 'C:\\\\x\\\\y.rc', 'z.RES'], 0, None)\n"
        "c.object_filenames(['d/a.c', 'd/b.rc', 'd/c.res'], 1, 'out')\nc.object_filenames(['a.f90'])\n",
    ),
    "Borland: link": (
        {**BARE, "files": ["libs\\z_bcpp.lib", "libs\\z.lib", "libs\\y.lib", "libs\\y_d_bcpp.lib"]},
        "bcppcompiler",
        BCPP + "c.link('shared_object', ['b/x.obj', 'r.res'], 'x.pyd', None, ['z', 'y', 'none'], ['libs'])\n"
        "c.link('shared_object', ['x.obj'], 'x.pyd', None, ['y'], ['libs/'], debug=1)\n" + LINK,
    ),
    "Borland: static libraries": (BARE, "bcppcompiler", BCPP + STATIC + STATE),
    "Borland: libraries": (
        {**BARE, "files": ["libs\\z_bcpp.lib", "libs\\z.lib", "libs\\y.lib", "libs\\y_d.lib"]},
        "bcppcompiler",
        BCPP + "[c.find_library_file(['x', 'libs'], name, debug) for name in 'xyz' for debug in (0, 1)]\n",
    ),
    "Borland: preprocess": (BARE, "bcppcompiler", BCPP + BCPP_PREPROCESS),
    "Borland: nothing to do": ({**BARE, "up to date": True}, "bcppcompiler", BCPP + UP_TO_DATE),
    "Cygwin: compile": (GCC, "cygwinccompiler", CYGWIN + UNIX_COMPILE),
    "Cygwin: link": (GCC, "cygwinccompiler", CYGWIN + UNIX_LINK),
    "Cygwin: state": (GCC, "cygwinccompiler", CYGWIN + STATE + VERSIONS),
    "Cygwin: an ld without -shared": (gcc(ld="2.12"), "cygwinccompiler", CYGWIN + UNIX_LINK + STATE),
    "Cygwin: an ld that needs dllwrap": (gcc(ld="2.10.9"), "cygwinccompiler", CYGWIN + UNIX_LINK + STATE),
    "Cygwin: an old gcc": (gcc(gcc="2.91.57"), "cygwinccompiler", CYGWIN + STATE),
    "MinGW: compile": (GCC, "cygwinccompiler", MINGW + UNIX_COMPILE),
    "MinGW: link": (GCC, "cygwinccompiler", MINGW + UNIX_LINK),
    "MinGW: state": (GCC, "cygwinccompiler", MINGW + STATE + VERSIONS),
    "MinGW: an ld without -shared": (gcc(ld="2.12"), "cygwinccompiler", MINGW + STATE),
    "MinGW: an ld that needs dllwrap": (gcc(ld="2.10.9"), "cygwinccompiler", MINGW + UNIX_LINK + STATE),
    "MinGW: an old gcc": (gcc(gcc="2.91.57"), "cygwinccompiler", MINGW + STATE),
    "MinGW: Cygwin's gcc": (
        gcc(machine="x86_64-pc-cygwin\n"),
        "cygwinccompiler",
        MINGW + "m.is_cygwingcc()\n",
    ),
    "GCC: programs that are not there": (
        GCC,
        "cygwinccompiler",
        "m.find_executable = lambda name: None\nm.get_versions()\n",
    ),
    "GCC: a program that tells no version": (
        gcc(ld="something"),
        "cygwinccompiler",
        FIND_ALL + "m.get_versions()\n",
    ),
    "GCC: a Python that it did not make": (
        made_by("MSC v.1600 64 bit (AMD64)", GCC),
        "cygwinccompiler",
        "from distutils import sysconfig\n"
        "import io\n"
        "def header(text):\n    with io.open('pyconfig.h', 'w') as stream:\n        stream.write(text)\n"
        "sysconfig.get_config_h_filename = lambda: 'pyconfig.h'\n"
        "m.check_config_h()\nheader('nothing')\nm.check_config_h()\n"
        + CYGWIN
        + STATE
        + "header('x __GNUC__')\nm.check_config_h()\n"
        + MINGW
        + STATE,
    ),
    **{
        f"the C runtime of {version}": (
            made_by(f"MSC v.{version} 64 bit (AMD64)", GCC),
            "cygwinccompiler",
            "m.get_msvcr()\n",
        )
        for version in ("1300", "1310", "1400", "1500", "1600", "1700")
    },
    **{
        f"the version of {version}": (made_by(f"MSC v.{version} 64 bit (AMD64)", BARE), "msvccompiler", code)
        for version, code in {
            "1200": "m.get_build_version()\n",
            "1300": "m.get_build_version()\n",
            "1400": "m.get_build_version(), m.MSVCCompiler\n",
            "1600": "m.get_build_version()\n",
            "1900": "m.get_build_version()\n",
        }.items()
    },
}

# Where the texts of messages are our own.
OWN_WORDS = {"2003: settings that lack the SDK", "2008: settings that lack the SDK", "6: started never"}
