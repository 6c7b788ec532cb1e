/* Text that grows: sentences, markup, LaTeX. The first failure of memory is
 * kept, and prose_take reports it. */
#ifndef FINDINGS_PROSE_H
#define FINDINGS_PROSE_H

#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>

struct prose {
	char *text; /* (capacity), `length` used and a zero behind; NULL while empty */
	size_t length, capacity;
	bool broken; /* memory was short */
};

void prose_add(struct prose *p, const char *text);
void prose_add_n(struct prose *p, const char *text, size_t length);
void prose_format(struct prose *p, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* The next item of an enumeration: `separator` stands before every one but
 * the first of this prose. */
void prose_item(struct prose *p, const char *separator, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* The text so far, "" if there is none. */
const char *prose_text(const struct prose *p);

/* "pair" for one, "pairs" for another number. */
const char *prose_noun(size_t count, const char *one, const char *many);

/* Gives the text away ("" at least) and leaves the prose empty. */
int prose_take(char **out, struct prose *p, struct error *err);
void prose_release(struct prose *p);

/* A number as people read it: `digits` decimals, a true minus sign (U+2212),
 * "–" for a NaN. The same text stands in sentences and in tables. */
struct shown {
	char text[48];
};
struct shown show(double value, int digits);
struct shown show_signed(double value, int digits); /* "+1.2", "−1.2" */
/* A p-value: three decimals, "< 0.001" below. */
struct shown show_p(double p);

#endif
