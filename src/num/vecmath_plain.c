#include "num/vecmath_body.h"
