#include "geometry/assignment.h"

#include "base/array.h"
#include "base/file.h"
#include "base/json.h"

#include <stdlib.h>
#include <string.h>

static uint32_t row_limit(const struct points *p)
{
	uint32_t rows = 0;

	for (size_t i = 0; i < p->count; i++)
		rows = p->row[i] >= rows ? p->row[i] + 1 : rows;
	return rows;
}

int assignment_number(uint32_t *cluster, size_t *clusters, const uint32_t *key, const struct points *p)
{
	uint32_t rows = row_limit(p);
	uint32_t *number = array_new(p->count, 1, sizeof *number);
	uint32_t *at_row = array_new(rows, 1, sizeof *at_row); /* a point, from 1 */
	int rc = number == NULL || at_row == NULL ? -1 : 0;

	*clusters = 0;
	for (size_t i = 0; rc == 0 && i < p->count; i++)
		at_row[p->row[i]] = (uint32_t)i + 1;
	for (uint32_t r = 0; rc == 0 && r < rows; r++)
		if (at_row[r] > 0 && number[key[at_row[r] - 1]] == 0)
			number[key[at_row[r] - 1]] = (uint32_t)++ * clusters;
	for (size_t i = 0; rc == 0 && i < p->count; i++)
		cluster[i] = number[key[i]] - 1;
	free(number);
	free(at_row);
	return rc;
}

int assignment_by_label(uint32_t *cluster, size_t *clusters, const struct points *p)
{
	uint32_t *key = array_new(p->count, 1, sizeof *key);
	int rc = -1;

	for (size_t i = 0; key != NULL && i < p->count; i++)
		key[i] = p->start[p->label[i]];
	if (key != NULL)
		rc = assignment_number(cluster, clusters, key, p);
	free(key);
	return rc;
}

/* A number read from the file, and the point it is for. */
struct numbered {
	long number;
	uint32_t point;
};

static int numbered_compare(const void *a, const void *b)
{
	const struct numbered *x = a, *y = b;

	if (x->number != y->number)
		return x->number < y->number ? -1 : 1;
	return x->point < y->point ? -1 : x->point > y->point;
}

int assignment_parse(long *numbers, const struct mapping *text, const char *path, size_t rows, struct error *err)
{
	struct line line = { 0 };
	size_t count = 0;

	if (text_check(text, path, err) < 0)
		return -1;
	for (; row_next(&line, text); count++) {
		char number[32] = { 0 };

		if (count >= rows)
			continue;
		if (line.length < sizeof number)
			memcpy(number, line.data, line.length);
		if (integer_parse(&numbers[count], number) < 0 || numbers[count] < -1)
			return error_set(err, STATUS_INPUT, "%s:%zu: not a cluster number", path, line.number);
	}
	if (count != rows)
		return error_set(err, STATUS_INPUT, "%s: %zu lines, but there are %zu examples", path, count, rows);
	return 0;
}

static int read_numbers(long *numbers, const char *path, size_t rows, struct error *err)
{
	struct mapping map;
	int rc;

	if (mapping_open(&map, path, err) < 0)
		return -1;
	rc = assignment_parse(numbers, &map, path, rows, err);
	mapping_close(&map);
	return rc;
}

int assignment_leave_out(int *label, const char *path, size_t rows, struct error *err)
{
	long *numbers = array_new(rows, 1, sizeof *numbers);
	int rc = numbers == NULL ? error_memory(err, path) : read_numbers(numbers, path, rows, err);

	for (size_t r = 0; rc == 0 && r < rows; r++)
		if (numbers[r] < 0)
			label[r] = -1;
	free(numbers);
	return rc;
}

/* Points of one number get the first of them as their key. */
static int keys_of(uint32_t *key, const long *numbers, const struct points *p, const char *path, struct error *err)
{
	struct numbered *list = array_new(p->count, 1, sizeof *list);
	int rc = 0;

	if (list == NULL)
		return error_memory(err, path);
	for (size_t i = 0; i < p->count; i++)
		list[i] = (struct numbered){ numbers[p->row[i]], (uint32_t)i };
	qsort(list, p->count, sizeof *list, numbered_compare);
	for (size_t i = 0, first = 0; rc == 0 && i < p->count; i++) {
		if (list[i].number != list[first].number)
			first = i;
		key[list[i].point] = list[first].point;
		if (list[i].number < 0)
			rc = error_set(err, STATUS_INPUT, "%s:%u: the example has no cluster", path,
				       p->row[list[i].point] + 1);
		else if (p->label[list[i].point] != p->label[list[first].point])
			rc = error_set(err, STATUS_INPUT, "%s:%u: cluster %ld has points of two labels", path,
				       p->row[list[i].point] + 1, list[i].number);
	}
	free(list);
	return rc;
}

int assignment_read(uint32_t **cluster, size_t *clusters, const char *path, const struct points *p, size_t rows,
		    struct error *err)
{
	long *numbers = array_new(rows, 1, sizeof *numbers);
	uint32_t *key = array_new(p->count, 1, sizeof *key);
	int rc = 0;

	*cluster = array_new(p->count, 1, sizeof **cluster);
	if (*cluster == NULL || numbers == NULL || key == NULL)
		rc = error_memory(err, path);
	if (rc == 0)
		rc = read_numbers(numbers, path, rows, err);
	if (rc == 0)
		rc = keys_of(key, numbers, p, path, err);
	if (rc == 0 && assignment_number(*cluster, clusters, key, p) < 0)
		rc = error_memory(err, path);
	if (rc < 0) {
		free(*cluster);
		*cluster = NULL;
	}
	free(numbers);
	free(key);
	return rc;
}

int assignment_write(struct folder *out, const char *name, const uint32_t *cluster, const struct points *p,
		     size_t rows, struct error *err)
{
	struct output *o;
	long *numbers = array_new(rows, 1, sizeof *numbers);

	if (numbers == NULL)
		return error_memory(err, name);
	if (output_open(&o, out, name, err) < 0) {
		free(numbers);
		return -1;
	}
	for (size_t r = 0; r < rows; r++)
		numbers[r] = -1;
	for (size_t i = 0; i < p->count; i++)
		numbers[p->row[i]] = (long)cluster[i];
	for (size_t r = 0; r < rows; r++)
		output_format(o, "%ld\n", numbers[r]);
	free(numbers);
	return output_commit(o, err);
}
