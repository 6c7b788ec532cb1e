#define KERNEL product_plain
#define ELEMENT float

#include "num/product_body.h"
