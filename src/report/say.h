/* Sentences generated from the numbers, and what they share. */
#ifndef REPORT_SAY_H
#define REPORT_SAY_H

#include "report/document.h"
#include "findings/evidence.h"

void say_accuracy(struct document *d, const struct evidence *e);
void say_clusters(struct document *d, const struct evidence *e);
void say_margins(struct document *d, const struct evidence *e);
void say_transfer(struct document *d, const struct evidence *e);
void say_layers(struct document *d, const struct evidence *e);

/* A number of the sentence that comes next: notes where the table has it, and
 * returns it. */
struct shown say_cell(struct document *d, const char *table, size_t row, const char *column, struct shown number);
struct shown say_count(struct document *d, enum citation_rule rule, const char *table, const char *column,
		       const char *other, double count);

#endif
