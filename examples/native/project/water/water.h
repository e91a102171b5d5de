/* How fast sound is in water. */
#ifndef WATER_H
#define WATER_H

/* Metres in a second, at a temperature in degrees Celsius and a salinity in parts in a thousand. */
double water_speed(double temperature, double salinity);

/* The salinity of the open sea. */
double water_salt(void);

#endif
