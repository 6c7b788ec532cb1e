#include "encoder/pack.h"

#include "base/array.h"

#include <stdlib.h>

static int longer_first(const void *a, const void *b)
{
	const struct packed_sentence *x = a, *y = b;

	if (x->length != y->length)
		return x->length > y->length ? -1 : 1;
	return x->source < y->source ? -1 : x->source > y->source;
}

static int by_row(const void *a, const void *b)
{
	const struct packed_sentence *x = a, *y = b;

	if (x->row != y->row)
		return x->row < y->row ? -1 : 1;
	return longer_first(a, b);
}

/* An even number of groups, since machines have even numbers of processors. */
static size_t groups_for(size_t rows, size_t rows_wanted, size_t sentences)
{
	size_t pairs = (rows + rows_wanted) / (2 * rows_wanted), groups = pairs > 0 ? 2 * pairs : 2;

	return groups < sentences ? groups : sentences;
}

static size_t lightest(const struct pack *p)
{
	size_t best = 0;

	for (size_t g = 1; g < p->group_count; g++)
		if (p->groups[g].rows < p->groups[best].rows)
			best = g;
	return best;
}

/* Sets rows and offsets, once every sentence's `row` holds its group. */
static void lay_out(struct pack *p)
{
	size_t row = 0, scores = 0, next = 0;

	qsort(p->sentences, p->count, sizeof *p->sentences, by_row);
	p->tallest = 0;
	for (size_t g = 0; g < p->group_count; g++) {
		struct group *group = &p->groups[g];

		*group = (struct group){ .first = next, .row = row, .scores = scores };
		for (; next < p->count && p->sentences[next].row == g; next++) {
			struct packed_sentence *s = &p->sentences[next];

			s->row = row;
			s->scores = scores;
			row += s->length;
			scores += s->length * s->length;
			group->count++;
		}
		group->rows = row - group->row;
		group->score_count = scores - group->scores;
		p->tallest = group->rows > p->tallest ? group->rows : p->tallest;
	}
	p->rows = row;
	p->scores = scores;
}

int pack_fill(struct pack *p, const struct packed_sentence *sentences, size_t count, size_t rows_wanted,
	      struct error *err)
{
	size_t rows = 0;

	if (array_reserve(&p->sentences, &p->capacity, count, sizeof *p->sentences) < 0)
		return error_memory(err, "batch of sentences");
	for (size_t i = 0; i < count; i++) {
		p->sentences[i] = sentences[i];
		rows += sentences[i].length;
	}
	p->count = count;
	p->group_count = groups_for(rows, rows_wanted, count);
	if (array_reserve(&p->groups, &p->group_capacity, p->group_count, sizeof *p->groups) < 0)
		return error_memory(err, "batch of sentences");
	qsort(p->sentences, count, sizeof *p->sentences, longer_first);
	p->longest = count > 0 ? p->sentences[0].length : 0;
	for (size_t g = 0; g < p->group_count; g++)
		p->groups[g].rows = 0;
	for (size_t i = 0; i < count; i++) {
		p->sentences[i].row = lightest(p);
		p->groups[p->sentences[i].row].rows += p->sentences[i].length;
	}
	lay_out(p);
	return 0;
}

void pack_release(struct pack *p)
{
	free(p->sentences);
	free(p->groups);
	*p = (struct pack){ 0 };
}
