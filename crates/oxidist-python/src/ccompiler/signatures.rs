//! The methods that every class of compilers has with the same parameters, declared once.
//!
//! ```ignore
//! declare_methods! { MsvcCompiler {
//!     __new__ => CCompiler::base;
//!     /// What Python's `help` says of it.
//!     link => link;
//!     compile => windows::compile(&GENERATION);
//! } }
//! ```
//!
//! gives the class the Python methods `link` and `compile`, which hand the instance, what stands in parentheses,
//! and what they are called with (a struct of `calls`) to the function behind the arrow. `__new__` names the
//! function that makes the part of an instance which belongs to the class that this one extends.

/// See the module.
macro_rules! declare_methods {
    // Each method is a block of its own, by the rule with its name.
    ($class:ident {
        $($(#[$($doc:tt)*])* $method:ident => $($own:ident)::+ $(($($extra:expr),*))?;)+
    }) => {
        $($crate::ccompiler::declare_methods! {
            @ $method $class [$(#[$($doc)*])*] $($own)::+, ($($($extra,)*)?)
        })+
    };

    (@ __new__ $class:ident [] $base:expr, ()) => {
        #[::pyo3::pymethods]
        impl $class {
            #[new]
            #[pyo3(signature = (*_args, **_kwargs))]
            fn new(
                _args: &::pyo3::Bound<'_, ::pyo3::types::PyTuple>,
                _kwargs: Option<&::pyo3::Bound<'_, ::pyo3::types::PyDict>>,
            ) -> ::pyo3::PyClassInitializer<Self> {
                $base().add_subclass($class)
            }
        }
    };

    (@ __init__ $class:ident [$($doc:tt)*] $own:expr, ($($extra:expr,)*)) => {
        #[::pyo3::pymethods]
        impl $class {
            $($doc)*
            #[pyo3(signature = (
                verbose = $crate::ccompiler::Given::Default,
                dry_run = $crate::ccompiler::Given::Default,
                force = $crate::ccompiler::Given::Default
            ))]
            fn __init__<'py>(
                slf: &::pyo3::Bound<'py, Self>,
                verbose: $crate::ccompiler::Given<'py>,
                dry_run: $crate::ccompiler::Given<'py>,
                force: $crate::ccompiler::Given<'py>,
            ) -> ::pyo3::PyResult<()> {
                let py = slf.py();
                let call = $crate::ccompiler::InitArguments {
                    verbose: verbose.or(py, 0)?,
                    dry_run: dry_run.or(py, 0)?,
                    force: force.or(py, 0)?,
                };
                $own(slf.as_any(), $($extra,)* call)
            }
        }
    };

    (@ object_filenames $class:ident [$($doc:tt)*] $own:expr, ($($extra:expr,)*)) => {
        #[::pyo3::pymethods]
        impl $class {
            $($doc)*
            #[pyo3(
                signature = (
                    source_filenames,
                    strip_dir = $crate::value::Flag(false),
                    output_dir = $crate::ccompiler::Given::Default
                ),
                text_signature = "($self, source_filenames, strip_dir=0, output_dir='')"
            )]
            fn object_filenames<'py>(
                slf: &::pyo3::Bound<'py, Self>,
                source_filenames: ::pyo3::Bound<'py, ::pyo3::PyAny>,
                strip_dir: $crate::value::Flag,
                output_dir: $crate::ccompiler::Given<'py>,
            ) -> ::pyo3::PyResult<::pyo3::Bound<'py, ::pyo3::types::PyList>> {
                let output_dir = output_dir.or(slf.py(), "")?;
                let strip_dir = strip_dir.0;
                let call = $crate::ccompiler::NameArguments { source_filenames, strip_dir, output_dir };
                $own(slf.as_any(), $($extra,)* call)
            }
        }
    };

    (@ preprocess $class:ident [$($doc:tt)*] $own:expr, ($($extra:expr,)*)) => {
        #[::pyo3::pymethods]
        impl $class {
            $($doc)*
            #[pyo3(signature = (
                source,
                output_file = None,
                macros = None,
                include_dirs = None,
                extra_preargs = None,
                extra_postargs = None
            ))]
            fn preprocess<'py>(
                slf: &::pyo3::Bound<'py, Self>,
                source: ::pyo3::Bound<'py, ::pyo3::PyAny>,
                output_file: Option<::pyo3::Bound<'py, ::pyo3::PyAny>>,
                macros: Option<::pyo3::Bound<'py, ::pyo3::PyAny>>,
                include_dirs: Option<::pyo3::Bound<'py, ::pyo3::PyAny>>,
                extra_preargs: Option<::pyo3::Bound<'py, ::pyo3::PyAny>>,
                extra_postargs: Option<::pyo3::Bound<'py, ::pyo3::PyAny>>,
            ) -> ::pyo3::PyResult<()> {
                let call = $crate::ccompiler::PreprocessArguments {
                    source,
                    output_file,
                    macros,
                    include_dirs,
                    extra_preargs,
                    extra_postargs,
                };
                $own(slf.as_any(), $($extra,)* call)
            }
        }
    };

    (@ compile $class:ident [$($doc:tt)*] $own:expr, ($($extra:expr,)*)) => {
        #[::pyo3::pymethods]
        impl $class {
            $($doc)*
            #[pyo3(
                signature = (
                    sources,
                    output_dir = None,
                    macros = None,
                    include_dirs = None,
                    debug = $crate::ccompiler::Given::Default,
                    extra_preargs = None,
                    extra_postargs = None,
                    depends = None
                ),
                text_signature = "($self, sources, output_dir=None, macros=None, include_dirs=None, debug=0, extra_preargs=None, extra_postargs=None, depends=None)"
            )]
            #[allow(clippy::too_many_arguments)] // distutils' own parameter list
            fn compile<'py>(
                slf: &::pyo3::Bound<'py, Self>,
                sources: ::pyo3::Bound<'py, ::pyo3::PyAny>,
                output_dir: Option<::pyo3::Bound<'py, ::pyo3::PyAny>>,
                macros: Option<::pyo3::Bound<'py, ::pyo3::PyAny>>,
                include_dirs: Option<::pyo3::Bound<'py, ::pyo3::PyAny>>,
                debug: $crate::ccompiler::Given<'py>,
                extra_preargs: Option<::pyo3::Bound<'py, ::pyo3::PyAny>>,
                extra_postargs: Option<::pyo3::Bound<'py, ::pyo3::PyAny>>,
                depends: Option<::pyo3::Bound<'py, ::pyo3::PyAny>>,
            ) -> ::pyo3::PyResult<::pyo3::Bound<'py, ::pyo3::PyAny>> {
                let call = $crate::ccompiler::CompileArguments {
                    sources,
                    output_dir,
                    macros,
                    include_dirs,
                    debug: debug.or(slf.py(), 0)?,
                    extra_preargs,
                    extra_postargs,
                    depends,
                };
                $own(slf.as_any(), $($extra,)* call)
            }
        }
    };

    (@ _compile $class:ident [$($doc:tt)*] $own:expr, ($($extra:expr,)*)) => {
        #[::pyo3::pymethods]
        impl $class {
            $($doc)*
            fn _compile<'py>(
                slf: &::pyo3::Bound<'py, Self>,
                obj: &::pyo3::Bound<'py, ::pyo3::PyAny>,
                src: &::pyo3::Bound<'py, ::pyo3::PyAny>,
                ext: &::pyo3::Bound<'py, ::pyo3::PyAny>,
                cc_args: &::pyo3::Bound<'py, ::pyo3::PyAny>,
                extra_postargs: &::pyo3::Bound<'py, ::pyo3::PyAny>,
                pp_opts: &::pyo3::Bound<'py, ::pyo3::PyAny>,
            ) -> ::pyo3::PyResult<()> {
                let _ = pp_opts;
                let call = $crate::ccompiler::ObjectArguments {
                    object: obj,
                    source: src,
                    ending: ext,
                    cc_args,
                    extra_postargs,
                };
                $own(slf.as_any(), $($extra,)* call)
            }
        }
    };

    (@ create_static_lib $class:ident [$($doc:tt)*] $own:expr, ($($extra:expr,)*)) => {
        #[::pyo3::pymethods]
        impl $class {
            $($doc)*
            #[pyo3(
                signature = (
                    objects,
                    output_libname,
                    output_dir = None,
                    debug = $crate::ccompiler::Given::Default,
                    target_lang = None
                ),
                text_signature = "($self, objects, output_libname, output_dir=None, debug=0, target_lang=None)"
            )]
            fn create_static_lib<'py>(
                slf: &::pyo3::Bound<'py, Self>,
                objects: ::pyo3::Bound<'py, ::pyo3::PyAny>,
                output_libname: ::pyo3::Bound<'py, ::pyo3::PyAny>,
                output_dir: Option<::pyo3::Bound<'py, ::pyo3::PyAny>>,
                debug: $crate::ccompiler::Given<'py>,
                target_lang: Option<::pyo3::Bound<'py, ::pyo3::PyAny>>,
            ) -> ::pyo3::PyResult<()> {
                let _ = (debug, target_lang);
                let call = $crate::ccompiler::ArchiveArguments { objects, output_libname, output_dir };
                $own(slf.as_any(), $($extra,)* call)
            }
        }
    };

    (@ link $class:ident [$($doc:tt)*] $own:expr, ($($extra:expr,)*)) => {
        $crate::ccompiler::declare_methods! {
            @linking $class [$($doc)*] link (slf; target_desc, | objects, output_filename)
            "($self, target_desc, objects, output_filename, output_dir=None, libraries=None, library_dirs=None, runtime_library_dirs=None, export_symbols=None, debug=0, extra_preargs=None, extra_postargs=None, build_temp=None, target_lang=None)";
            target_desc, output_filename, $own, ($($extra,)*)
        }
    };

    (@ link_shared_lib $class:ident [$($doc:tt)*] $own:expr, ($target:expr, $name:expr,)) => {
        $crate::ccompiler::declare_methods! {
            @linking $class [$($doc)*] link_shared_lib (slf; | objects, output_libname)
            "($self, objects, output_libname, output_dir=None, libraries=None, library_dirs=None, runtime_library_dirs=None, export_symbols=None, debug=0, extra_preargs=None, extra_postargs=None, build_temp=None, target_lang=None)";
            $target(slf.py())?, $name(slf.as_any(), output_libname)?, $own, ()
        }
    };

    (@ link_shared_object $class:ident [$($doc:tt)*] $own:expr, ($target:expr,)) => {
        $crate::ccompiler::declare_methods! {
            @linking $class [$($doc)*] link_shared_object (slf; | objects, output_filename)
            "($self, objects, output_filename, output_dir=None, libraries=None, library_dirs=None, runtime_library_dirs=None, export_symbols=None, debug=0, extra_preargs=None, extra_postargs=None, build_temp=None, target_lang=None)";
            $target(slf.py())?, output_filename, $own, ()
        }
    };

    // `link` and those that name its target themselves.
    (@linking $class:ident [$($doc:tt)*]
        $method:ident ($slf:ident; $($target_desc:ident,)? | $objects:ident, $output:ident) $text:literal;
        $target:expr, $output_filename:expr, $own:expr, ($($extra:expr,)*)
    ) => {
        #[::pyo3::pymethods]
        impl $class {
            $($doc)*
            #[pyo3(
                signature = (
                    $($target_desc,)?
                    $objects,
                    $output,
                    output_dir = None,
                    libraries = None,
                    library_dirs = None,
                    runtime_library_dirs = None,
                    export_symbols = None,
                    debug = $crate::ccompiler::Given::Default,
                    extra_preargs = None,
                    extra_postargs = None,
                    build_temp = None,
                    target_lang = None
                ),
                text_signature = $text
            )]
            #[allow(clippy::too_many_arguments)] // distutils' own parameter list
            fn $method<'py>(
                $slf: &::pyo3::Bound<'py, Self>,
                $($target_desc: ::pyo3::Bound<'py, ::pyo3::PyAny>,)?
                $objects: ::pyo3::Bound<'py, ::pyo3::PyAny>,
                $output: ::pyo3::Bound<'py, ::pyo3::PyAny>,
                output_dir: Option<::pyo3::Bound<'py, ::pyo3::PyAny>>,
                libraries: Option<::pyo3::Bound<'py, ::pyo3::PyAny>>,
                library_dirs: Option<::pyo3::Bound<'py, ::pyo3::PyAny>>,
                runtime_library_dirs: Option<::pyo3::Bound<'py, ::pyo3::PyAny>>,
                export_symbols: Option<::pyo3::Bound<'py, ::pyo3::PyAny>>,
                debug: $crate::ccompiler::Given<'py>,
                extra_preargs: Option<::pyo3::Bound<'py, ::pyo3::PyAny>>,
                extra_postargs: Option<::pyo3::Bound<'py, ::pyo3::PyAny>>,
                build_temp: Option<::pyo3::Bound<'py, ::pyo3::PyAny>>,
                target_lang: Option<::pyo3::Bound<'py, ::pyo3::PyAny>>,
            ) -> ::pyo3::PyResult<()> {
                let py = $slf.py();
                let call = $crate::ccompiler::LinkArguments {
                    target_desc: $target,
                    objects: $objects,
                    output_filename: $output_filename,
                    output_dir: $crate::ccompiler::or_none(py, output_dir),
                    libraries: $crate::ccompiler::or_none(py, libraries),
                    library_dirs: $crate::ccompiler::or_none(py, library_dirs),
                    runtime_library_dirs: $crate::ccompiler::or_none(py, runtime_library_dirs),
                    export_symbols: $crate::ccompiler::or_none(py, export_symbols),
                    debug: debug.or(py, 0)?,
                    extra_preargs: $crate::ccompiler::or_none(py, extra_preargs),
                    extra_postargs: $crate::ccompiler::or_none(py, extra_postargs),
                    build_temp: $crate::ccompiler::or_none(py, build_temp),
                    target_lang: $crate::ccompiler::or_none(py, target_lang),
                };
                $own($slf.as_any(), $($extra,)* call)
            }
        }
    };

    (@ find_library_file $class:ident [$($doc:tt)*] $own:expr, ($($extra:expr,)*)) => {
        #[::pyo3::pymethods]
        impl $class {
            $($doc)*
            #[pyo3(
                signature = (dirs, lib, debug = $crate::ccompiler::Given::Default),
                text_signature = "($self, dirs, lib, debug=0)"
            )]
            fn find_library_file<'py>(
                slf: &::pyo3::Bound<'py, Self>,
                dirs: ::pyo3::Bound<'py, ::pyo3::PyAny>,
                lib: ::pyo3::Bound<'py, ::pyo3::PyAny>,
                debug: $crate::ccompiler::Given<'py>,
            ) -> ::pyo3::PyResult<Option<::pyo3::Bound<'py, ::pyo3::PyAny>>> {
                let call = $crate::ccompiler::FindArguments { dirs, lib, debug: debug.or(slf.py(), 0)? };
                $own(slf.as_any(), $($extra,)* call)
            }
        }
    };

    (@ library_option $class:ident [$($doc:tt)*] $own:expr, ($($extra:expr,)*)) => {
        $crate::ccompiler::declare_methods! {
            @option $class [$($doc)*] library_option (lib) $own, ($($extra,)*)
        }
    };

    (@ library_dir_option $class:ident [$($doc:tt)*] $own:expr, ($($extra:expr,)*)) => {
        $crate::ccompiler::declare_methods! {
            @option $class [$($doc)*] library_dir_option (dir) $own, ($($extra,)*)
        }
    };

    (@ runtime_library_dir_option $class:ident [$($doc:tt)*] $own:expr, ($($extra:expr,)*)) => {
        $crate::ccompiler::declare_methods! {
            @option $class [$($doc)*] runtime_library_dir_option (dir) $own, ($($extra,)*)
        }
    };

    // What the linker is told of one library or folder.
    (@option $class:ident [$($doc:tt)*] $method:ident ($of:ident) $own:expr, ($($extra:expr,)*)) => {
        #[::pyo3::pymethods]
        impl $class {
            $($doc)*
            fn $method<'py>(
                slf: &::pyo3::Bound<'py, Self>,
                $of: &::pyo3::Bound<'py, ::pyo3::PyAny>,
            ) -> ::pyo3::PyResult<::pyo3::Bound<'py, ::pyo3::PyAny>> {
                $own(slf.as_any(), $($extra,)* $of)
            }
        }
    };
}

pub(crate) use declare_methods;
