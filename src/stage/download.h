/* One file brought by curl. A download that was cut goes on where it stopped. */
#ifndef STAGE_DOWNLOAD_H
#define STAGE_DOWNLOAD_H

#include "base/context.h"
#include "base/error.h"

/* Brings `url` to the file `part`, of which some, or all, may be there already.
 * Beside it "<part>.from" says which address it is of, and "<part>.head" what the
 * server said of it: what is there is only gone on with if the address is the same
 * and the server's entity tag is, too; a whole part without a record is taken if
 * its length is the server's.
 * Returns 1 if it is whole now, 0 if the server has no such file, which only its
 * status 404 says; any other answer is an error, and what was there stays. A stop
 * that the context asks for ends curl. `lock` (−1: none) stays open as long as
 * curl runs, even where this program ends before. */
int download(const char *url, const char *part, int lock, const struct context *ctx, struct error *err);

/* Removes what download keeps beside a part. */
void download_forget(const char *part);

/* An address below `base`, whose parts (NULL-ended) are escaped where an address
 * must be and joined by "/". In new memory; NULL if memory is short. */
char *download_address(const char *base, ...) __attribute__((sentinel));

#endif
