/* One part of a task's data, read into examples: a reader for each format. */
#ifndef CORPUS_READERS_H
#define CORPUS_READERS_H

#include "base/error.h"
#include "base/file.h"
#include "corpus/examples.h"
#include "corpus/task.h"

/* The sentences to take, from 1, both included. */
struct sentence_range {
	long first, last;
	long seen; /* how many the text has; the reader counts them */
};

/* Reads a text, which stays the caller's; `path` stands in errors. */
typedef int (*part_reader)(struct examples *out, const struct task *t, const struct mapping *text, const char *path,
			   struct sentence_range *range, struct error *err);

/* conllu: label upos (word) or deprel (pair). conllulex: ss or ss2 (word). A word
 * whose label is "_" stays in its sentence, is no example, and is counted. */
int read_conllu(struct examples *out, const struct task *t, const struct mapping *text, const char *path,
		struct sentence_range *range, struct error *err);
int read_conllulex(struct examples *out, const struct task *t, const struct mapping *text, const char *path,
		   struct sentence_range *range, struct error *err);

/* "COARSE:fine question …" a line; the label is COARSE:fine. UTF-8 where the whole
 * text is valid, else ISO-8859-1, unless the task says which; out->encoding is what
 * was taken. */
int read_trec(struct examples *out, const struct task *t, const struct mapping *text, const char *path,
	      struct sentence_range *range, struct error *err);

#endif
