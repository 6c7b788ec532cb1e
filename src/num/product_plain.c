#include "num/product_body.h"
