#include "probe/grid.h"

#include "base/array.h"
#include "base/json.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { HIDDEN_MAX = 4096 };

/* The named grids: all pairs of hidden sizes × all alphas. */
struct grid_product {
	const char *name;
	size_t sizes[4], size_count;
	double alphas[8];
	size_t alpha_count;
};

static const struct grid_product products[] = {
	{ "paper", { 32, 64, 128, 256 }, 4, { 1e-7, 1e-6, 1e-5, 1e-4, 1e-3, 1e-2, 1e-1, 1e0 }, 8 },
	{ "small", { 64, 256 }, 2, { 1e-5, 1e-3, 1e-1 }, 3 },
};

/* An entry as it was read, with the rank of its alpha and of its sizes by first
 * appearance, which is what ParameterGrid orders by. */
struct grid_entry {
	struct probe_setting setting;
	size_t alpha_rank, size_rank;
};

static int entry_compare(const void *a, const void *b)
{
	const struct grid_entry *x = a, *y = b;

	if (x->alpha_rank != y->alpha_rank)
		return x->alpha_rank < y->alpha_rank ? -1 : 1;
	return x->size_rank < y->size_rank ? -1 : x->size_rank > y->size_rank;
}

static int malformed(const char *token, size_t length, const char *why, struct error *err)
{
	return error_set(err, STATUS_INPUT, "grid: \"%.*s\": %s", (int)length, token, why);
}

static int size_parse(size_t *out, const char *text, size_t length)
{
	size_t value = 0;

	if (length == 0 || length > 4)
		return -1;
	for (size_t i = 0; i < length; i++) {
		if (text[i] < '0' || text[i] > '9')
			return -1;
		value = 10 * value + (size_t)(text[i] - '0');
	}
	*out = value;
	return value >= 1 && value <= HIDDEN_MAX ? 0 : -1;
}

/* "64x128" */
static int sizes_parse(struct probe_setting *out, const char *text, size_t length, struct error *err)
{
	const char *cross = memchr(text, 'x', length);

	if (cross == NULL || size_parse(&out->hidden1, text, (size_t)(cross - text)) < 0 ||
	    size_parse(&out->hidden2, cross + 1, length - (size_t)(cross - text) - 1) < 0)
		return malformed(text, length, "expected two hidden sizes of 1 to 4096, such as 64x128", err);
	return 0;
}

static int alpha_parse(double *out, const char *text, size_t length, struct error *err)
{
	char *copy = text_copy_n(text, length);
	int rc;

	if (copy == NULL)
		return error_memory(err, "grid");
	rc = number_parse(out, copy);
	free(copy);
	if (rc < 0 || !isfinite(*out) || *out < 0)
		return malformed(text, length, "expected an alpha of 0 or more, such as 1e-4", err);
	return 0;
}

static void entry_rank(struct grid_entry *entries, size_t at)
{
	struct grid_entry *e = &entries[at];

	e->alpha_rank = e->size_rank = at;
	for (size_t i = at; i-- > 0;) {
		if (entries[i].setting.alpha == e->setting.alpha)
			e->alpha_rank = entries[i].alpha_rank;
		if (entries[i].setting.hidden1 == e->setting.hidden1 &&
		    entries[i].setting.hidden2 == e->setting.hidden2)
			e->size_rank = entries[i].size_rank;
	}
}

/* Reads "HxH:alpha,alpha;HxH:alpha" into entries (room for one a separator). */
static int entries_parse(struct grid_entry *entries, size_t *count, const char *text, struct error *err)
{
	struct probe_setting s = { 0 };
	const char *at = text;

	*count = 0;
	for (;;) {
		size_t length = strcspn(at, ",;");
		const char *colon = memchr(at, ':', length);
		const char *alpha = colon == NULL ? at : colon + 1;

		if (colon != NULL && sizes_parse(&s, at, (size_t)(colon - at), err) < 0)
			return -1;
		if (colon == NULL && (at == text || at[-1] == ';'))
			return malformed(at, length, "expected hidden sizes and an alpha, such as 64x64:1e-4", err);
		if (alpha_parse(&s.alpha, alpha, length - (size_t)(alpha - at), err) < 0)
			return -1;
		entries[*count].setting = s;
		entry_rank(entries, *count);
		for (size_t i = 0; i < *count; i++)
			if (entries[i].alpha_rank == entries[*count].alpha_rank &&
			    entries[i].size_rank == entries[*count].size_rank)
				return malformed(at, length, "this setting stands in the grid twice", err);
		(*count)++;
		if (at[length] == '\0')
			return 0;
		at += length + 1;
	}
}

static int grid_of_product(struct probe_grid *out, const struct grid_product *p, struct error *err)
{
	out->items = array_new(p->alpha_count, p->size_count * p->size_count, sizeof *out->items);
	if (out->items == NULL)
		return error_memory(err, "grid");
	for (size_t a = 0; a < p->alpha_count; a++)
		for (size_t i = 0; i < p->size_count; i++)
			for (size_t j = 0; j < p->size_count; j++)
				out->items[out->count++] =
					(struct probe_setting){ p->sizes[i], p->sizes[j], p->alphas[a] };
	return 0;
}

int grid_parse(struct probe_grid *out, const char *text, struct error *err)
{
	struct grid_entry *entries;
	size_t room = 1;
	int rc;

	*out = (struct probe_grid){ 0 };
	for (size_t i = 0; i < sizeof products / sizeof *products; i++)
		if (strcmp(text, products[i].name) == 0)
			return grid_of_product(out, &products[i], err);
	for (const char *c = text; *c != '\0'; c++)
		room += *c == ',' || *c == ';';
	entries = array_new(room, 1, sizeof *entries);
	if (entries == NULL)
		return error_memory(err, "grid");
	rc = entries_parse(entries, &out->count, text, err);
	if (rc == 0) {
		qsort(entries, out->count, sizeof *entries, entry_compare);
		out->items = array_new(out->count, 1, sizeof *out->items);
		rc = out->items == NULL ? error_memory(err, "grid") : 0;
	}
	for (size_t i = 0; rc == 0 && i < out->count; i++)
		out->items[i] = entries[i].setting;
	free(entries);
	return rc;
}

int grid_linear(struct probe_grid *out, const struct probe_grid *g, struct error *err)
{
	*out = (struct probe_grid){ .items = array_new(g->count, 1, sizeof *out->items) };
	if (out->items == NULL)
		return error_memory(err, "grid");
	for (size_t i = 0; i < g->count; i++) {
		size_t k = 0;

		while (k < out->count && out->items[k].alpha != g->items[i].alpha)
			k++;
		if (k == out->count)
			out->items[out->count++] = (struct probe_setting){ .alpha = g->items[i].alpha };
	}
	return 0;
}

void grid_release(struct probe_grid *g)
{
	free(g->items);
	*g = (struct probe_grid){ 0 };
}
