/* One file brought by curl. A download that was cut goes on where it stopped. */
#ifndef STAGE_DOWNLOAD_H
#define STAGE_DOWNLOAD_H

#include "base/error.h"

/* Brings `url` to the file `part`, of which some, or all, may be there already.
 * Returns 1 if it is whole now, 0 if the server has no such file, which only its
 * status 404 says; any other answer is an error, and what was there stays. */
int download(const char *url, const char *part, struct error *err);

/* An address below `base`, whose parts (NULL-ended) are escaped where an address
 * must be and joined by "/". In new memory; NULL if memory is short. */
char *download_address(const char *base, ...) __attribute__((sentinel));

#endif
