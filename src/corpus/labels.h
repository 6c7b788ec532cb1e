/* Label sets: the labels of a training part, in bytewise order. */
#ifndef CORPUS_LABELS_H
#define CORPUS_LABELS_H

#include "base/error.h"
#include "base/file.h"
#include "base/output.h"
#include "corpus/examples.h"

struct labelset {
	char **names; /* (count), bytewise sorted, distinct */
	size_t count;
};

int labelset_of(struct labelset *out, const char *const *labels, size_t count, struct error *err);
int labelset_of_examples(struct labelset *out, const struct examples *e, struct error *err);
/* A label a line. */
int labelset_read(struct labelset *out, const char *path, struct error *err);
int labelset_write(const struct labelset *s, struct folder *folder, const char *name, struct error *err);
int labelset_find(const struct labelset *s, const char *label); /* index, or -1 */
void labelset_release(struct labelset *s);

/* labels.txt: a label a line, one for each example. A line "text TAB label" (the
 * entities file of the DirectProbe authors) gives its label. Blanks around a label
 * are no part of it; a file of nothing but labels in quotes is an error. */
struct labels {
	char **names; /* (count) */
	size_t count;
};
int labels_read(struct labels *out, const char *path, struct error *err);

/* As labels_read, from bytes in memory; `path` stands in errors. */
int labels_parse(struct labels *out, const struct mapping *text, const char *path, struct error *err);
int labels_write(const char *const *names, size_t count, struct folder *folder, const char *name, struct error *err);
void labels_release(struct labels *l);

#endif
