/* One part of a task's data, read into examples: a reader for each format. */
#ifndef CORPUS_READERS_H
#define CORPUS_READERS_H

#include "base/error.h"
#include "corpus/examples.h"
#include "corpus/task.h"

/* `first` and `last` bound the sentences taken, from 1, both included. */
typedef int (*part_reader)(struct examples *out, const struct task *t, const char *path, long first, long last,
			   struct error *err);

/* conllu: label upos (word) or deprel (pair). conllulex: ss or ss2 (word). */
int read_conllu(struct examples *out, const struct task *t, const char *path, long first, long last,
		struct error *err);
int read_conllulex(struct examples *out, const struct task *t, const char *path, long first, long last,
		   struct error *err);

/* "COARSE:fine question …" a line, ISO-8859-1; the label is COARSE:fine. */
int read_trec(struct examples *out, const struct task *t, const char *path, long first, long last, struct error *err);

#endif
