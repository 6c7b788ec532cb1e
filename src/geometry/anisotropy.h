/* Anisotropy (Ethayarajh 2019): the mean cosine of two different points. */
#ifndef GEOMETRY_ANISOTROPY_H
#define GEOMETRY_ANISOTROPY_H

#include "geometry/points.h"

/* Over all pairs, and not a sample of them: of the unit vectors u of n points it is
 * (‖Σ u‖² − n) / (n (n − 1)). NaN for fewer than two points, with a point at the origin,
 * and if memory is short. */
double anisotropy(const struct points *p);

#endif
