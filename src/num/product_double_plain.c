#define KERNEL product_double_plain
#define ELEMENT double

#include "num/product_body.h"
