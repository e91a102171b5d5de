"""distutils.compat.numpy: what older releases of numpy.distutils import from later copies of distutils."""

from distutils.ccompiler import compiler_class as compiler_class
