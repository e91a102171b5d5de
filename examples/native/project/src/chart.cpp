// sounding._chart: what several soundings of one place say together.

#define PY_SSIZE_T_CLEAN
#include <Python.h>

#include <algorithm>
#include <optional>
#include <vector>

static std::optional<std::vector<double>> numbers(PyObject *iterable) {
    std::vector<double> found;
    PyObject *iterator = PyObject_GetIter(iterable);
    if (!iterator)
        return std::nullopt;
    while (PyObject *item = PyIter_Next(iterator)) {
        found.push_back(PyFloat_AsDouble(item));
        Py_DECREF(item);
        if (PyErr_Occurred())
            break;
    }
    Py_DECREF(iterator);
    if (PyErr_Occurred())
        return std::nullopt;
    return found;
}

static PyObject *median(PyObject *, PyObject *depths) {
    auto found = numbers(depths);
    if (!found)
        return nullptr;
    if (found->empty()) {
        PyErr_SetString(PyExc_ValueError, "no soundings");
        return nullptr;
    }
    auto middle = found->begin() + static_cast<long>(found->size() / 2);
    std::nth_element(found->begin(), middle, found->end());
    return PyFloat_FromDouble(*middle);
}

static PyMethodDef functions[] = {
    {"median", median, METH_O, "The middle one of several depths."},
    {nullptr, nullptr, 0, nullptr},
};

static struct PyModuleDef module = {
    PyModuleDef_HEAD_INIT, "sounding._chart", nullptr, -1, functions, nullptr, nullptr, nullptr, nullptr,
};

PyMODINIT_FUNC PyInit__chart() {
    return PyModule_Create(&module);
}
