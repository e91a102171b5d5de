/* Heights of the water: a sum of cosines, which is what Python would take its time for. */

#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <math.h>
#include <stdlib.h>

/* pyproject.toml says it to the compiler: by the hour, or by the quarter of an hour. */
#ifdef TIDE_HOURLY
#define PER_DAY 24
#else
#define PER_DAY 96
#endif

static const double TURN = 6.283185307179586;

static int
add_wave(PyObject *wave, double *heights)
{
    double amplitude, period, phase;
    if (!PyArg_ParseTuple(wave, "ddd;a wave is (amplitude, period, phase)", &amplitude, &period, &phase)) {
        return -1;
    }
    for (int step = 0; step < PER_DAY; step++) {
        double hours = 24.0 * step / PER_DAY;
        heights[step] += amplitude * cos(TURN * (hours - phase) / period);
    }
    return 0;
}

static PyObject *
heights(PyObject *module, PyObject *waves)
{
    PyObject *iterator = PyObject_GetIter(waves), *wave;
    if (iterator == NULL) {
        return NULL;
    }
    double *sums = calloc(PER_DAY, sizeof *sums);
    if (sums == NULL) {
        Py_DECREF(iterator);
        return PyErr_NoMemory();
    }
    int failed = 0;
    while (!failed && (wave = PyIter_Next(iterator)) != NULL) {
        failed = add_wave(wave, sums);
        Py_DECREF(wave);
    }
    Py_DECREF(iterator);
    if (failed || PyErr_Occurred()) {
        free(sums);
        return NULL;
    }
    PyObject *list = PyList_New(PER_DAY);
    for (int step = 0; list != NULL && step < PER_DAY; step++) {
        PyObject *height = PyFloat_FromDouble(sums[step]);
        if (height == NULL) {
            Py_CLEAR(list);
            break;
        }
        PyList_SET_ITEM(list, step, height);
    }
    free(sums);
    return list;
}

static PyMethodDef methods[] = {
    {"heights", heights, METH_O, "The heights of a day, in metres, of [(amplitude, period, phase)]."},
    {NULL, NULL, 0, NULL},
};

static struct PyModuleDef definition = {PyModuleDef_HEAD_INIT, "tide._curve", NULL, -1, methods};

PyMODINIT_FUNC
PyInit__curve(void)
{
    PyObject *module = PyModule_Create(&definition);
    if (module != NULL && PyModule_AddIntConstant(module, "PER_DAY", PER_DAY) < 0) {
        Py_CLEAR(module);
    }
    return module;
}
