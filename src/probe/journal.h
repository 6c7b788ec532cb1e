/* The work file of a probe: results of finished tasks, so that an interrupted
 * run goes on where it was. It belongs to one set of inputs, named by a digest;
 * a file of other inputs, or a torn record at its end, is dropped. */
#ifndef PROBE_JOURNAL_H
#define PROBE_JOURNAL_H

#include "base/error.h"

#include <stddef.h>
#include <stdint.h>

struct journal;

/* Its name: "probe.work". */
extern const char journal_name[];

/* Opens the file in a directory, or starts it. `digest` has 64 characters. */
int journal_open(struct journal **out, const char *directory, const char *digest, struct error *err);

/* The record of a task, or NULL; it stays valid until the journal is closed. */
const void *journal_find(const struct journal *j, uint64_t task, size_t *size);

/* The same of bytes that lie in memory: how many of them hold, 0 where they are not
 * of the digest; and the record of a task among those. */
size_t journal_valid(const char *data, size_t size, const char *digest);
const char *journal_record(const char *data, size_t valid, uint64_t task, size_t *size);

/* Appends a record. A failure is kept for journal_close. Not to be called from
 * two threads at once. */
void journal_add(struct journal *j, uint64_t task, const void *data, size_t size);

/* Frees `j`. Reports a failed write, which costs only the chance to go on, and
 * nothing once all is `finished`. NULL is allowed. */
int journal_close(struct journal *j, int finished, struct error *err);

#endif
