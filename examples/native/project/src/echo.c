/* sounding._echo: how deep it is, from the time that an echo took. */

#define PY_SSIZE_T_CLEAN
#include <Python.h>

#include <math.h>

#include "echo.h"
#include "water.h"

/* What of a beam goes straight down. The tilt is in half turns. */
static double upright(double tilt) {
#ifdef HAVE_SINCOSPI
    double sine, cosine;
    sincospi(tilt, &sine, &cosine);
    return cosine;
#else
    return cos(3.14159265358979323846 * tilt);
#endif
}

static PyObject *depth(PyObject *self, PyObject *args, PyObject *kwargs) {
    static char *names[] = {"seconds", "temperature", "salinity", "draught", "tilt", NULL};
    double seconds, temperature = 10.0, salinity = water_salt(), draught = 0.0, tilt = 0.0;

    (void)self;
    if (!PyArg_ParseTupleAndKeywords(
            args, kwargs, "d|dddd", names, &seconds, &temperature, &salinity, &draught, &tilt))
        return NULL;
    double down = water_speed(temperature, salinity) * upright(tilt);
#ifdef HAVE_FMA
    return PyFloat_FromDouble(fma(down, seconds / ECHO_WAYS, draught));
#else
    return PyFloat_FromDouble(down * (seconds / ECHO_WAYS) + draught);
#endif
}

/* What this was compiled with. */
static PyObject *features(PyObject *self, PyObject *ignored) {
    (void)self;
    (void)ignored;
    return Py_BuildValue(
        "{s:l,s:O,s:O}",
        "c", __STDC_VERSION__,
#ifdef HAVE_FMA
        "fma", Py_True,
#else
        "fma", Py_False,
#endif
#ifdef HAVE_SINCOSPI
        "sincospi", Py_True
#else
        "sincospi", Py_False
#endif
    );
}

static PyMethodDef functions[] = {
    {"depth", (PyCFunction)(void (*)(void))depth, METH_VARARGS | METH_KEYWORDS, "The depth in metres."},
    {"features", features, METH_NOARGS, "What this module was compiled with."},
    {NULL, NULL, 0, NULL},
};

static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "sounding._echo", NULL, -1, functions};

PyMODINIT_FUNC PyInit__echo(void) {
    return PyModule_Create(&module);
}
