/* The bytes of resume.bin, little-endian: the magic line; the digest of the
 * inputs; the counts below; weights, first and second moments (size floats each)
 * and the trainer's active rows (active bytes); then texts: the cells of the loss
 * table, those of the results, and name and digest of each file committed so far.
 * A text is a u64 of its length and that many bytes. What follows is the seal
 * alone: the SHA-256 of all that is before it, in hexadecimal. */
#ifndef TRAINING_RESUME_FILE_H
#define TRAINING_RESUME_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define RESUME_MAGIC "tunescope resume 2\n"
#define RESUME_SEAL 64

struct resume_counts {
	uint64_t done, size, active, loss_cells, result_cells, artefacts;
};

struct resume_text {
	const char *data;
	size_t length;
};

/* What is left of the bytes; at is NULL once they were too few. */
struct resume_cursor {
	const char *at, *end;
};

struct resume_view {
	struct resume_text inputs;
	struct resume_counts counts;
	const char *weights, *moments1, *moments2; /* floats, at any alignment */
	const char *active;
	struct resume_cursor texts; /* loss_cells + result_cells + 2 · artefacts of them */
};

/* Points into the bytes, which are a file's without its seal. False if they are no
 * whole state. */
bool resume_view(struct resume_view *out, const char *data, size_t size);

/* Steps to the next text; false if there is none. */
bool resume_next(struct resume_cursor *c, struct resume_text *text);

#endif
