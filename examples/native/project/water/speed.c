#include "water.h"

double water_salt(void) {
    return SALT;
}

double water_speed(double temperature, double salinity) {
    double warm = temperature * (4.6 + temperature * (-0.055 + temperature * 0.00029));
    return 1449.2 + warm + (1.34 - 0.01 * temperature) * (salinity - 35.0);
}
