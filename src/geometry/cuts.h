/* "labelA---labelB" in two. Labels may hold dashes themselves (-LRB-, a---b), so
 * that one text can often be cut in several places; what is known about all pairs
 * of a file tells the place. */
#ifndef GEOMETRY_CUTS_H
#define GEOMETRY_CUTS_H

#include "base/error.h"
#include "corpus/labels.h"

struct pair_text {
	const char *text;
	size_t line;  /* in the file, for errors */
	size_t first; /* the length of the first label; the second follows three dashes */
};

/* Finds `first` of all pairs. If they are those of n labels in the order (0,1),
 * (0,2), …, (1,2), …, each label stands in n − 1 of them, which leaves one way to
 * cut nearly always. Else a pair is cut where both parts are labels of `known`
 * (may be NULL), or of pairs that can be cut in one place only. A text without a
 * place, and one with several, are errors. */
int cuts_find(struct pair_text *pairs, size_t count, const struct labelset *known, const char *path,
	      struct error *err);

#endif
