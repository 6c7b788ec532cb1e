/* What this program is: its version, and for every stage the digest of the
 * sources that decide its numbers. The build generates both. */
#ifndef WORKFLOW_PROGRAM_H
#define WORKFLOW_PROGRAM_H

struct program_digest {
	const char *stage;  /* NULL ends the table */
	const char *sha256; /* 64 hexadecimal digits */
};

extern const char program_version[];
extern const struct program_digest program_digests[];

#endif
