/* Digests of files, remembered by (path, size, times of modification and of
 * change in ns, inode, device), so that a second run reads no large file again.
 * The time of change cannot be put back, as that of modification can. The memory
 * is one text file of lines "sha256 size mtime ctime inode device path", to which
 * processes append; the last line of a path counts. It only ever saves work: a
 * line that does not fit the file is not used, nor is one remembered of a file
 * that changed just before it was read, which might change again in the same tick
 * of the clock. */
#ifndef WORKFLOW_DIGESTS_H
#define WORKFLOW_DIGESTS_H

#include "base/error.h"

#include <stdbool.h>
#include <stdint.h>

struct digests;

/* `path`: the memory's file; NULL remembers nothing on disk. */
struct digests *digests_open(const char *path);

/* Appends what is new to the file, and frees. */
void digests_close(struct digests *d);

/* The digest of a file: remembered, or computed now. */
int digests_of(struct digests *d, const char *path, char hex[65], struct error *err);

/* The digest of a file's bytes as they are now, whatever is remembered. */
int digests_anew(struct digests *d, const char *path, char hex[65], struct error *err);

/* Takes over a digest that was computed while the file was written. */
void digests_remember(struct digests *d, const char *path, const char hex[65]);

#endif
