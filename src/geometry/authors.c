#include "geometry/authors.h"

#include "base/array.h"
#include "base/file.h"
#include "base/json.h"
#include "corpus/lines.h"
#include "geometry/cuts.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* The lines of a file: pairs of labels, which are cuts of its text, and their
 * distances. */
struct lines {
	char *text;
	struct pair_text *pairs; /* (count) */
	double *distances;       /* (count) */
	size_t count, capacity, distance_capacity;
};

static void lines_release(struct lines *l)
{
	free(l->text);
	free(l->pairs);
	free(l->distances);
}

bool authors_wrote(const char *path)
{
	struct error ignored;
	struct mapping map;
	struct line line = { 0 };
	bool found;

	if (mapping_open(&map, path, &ignored) < 0)
		return false;
	found = line_next(&line, &map) && memmem(line.data, line.length, "---", 3) != NULL;
	mapping_close(&map);
	return found;
}

/* Labels may hold commas: the distance follows the last one. */
static int add_line(struct lines *l, char *text, size_t number, const char *path, struct error *err)
{
	char *comma = strrchr(text, ',');
	double distance;

	if (comma == NULL || number_parse(&distance, comma + 1) < 0 || !(distance >= 0.0) || isinf(distance))
		return error_set(err, STATUS_INPUT, "%s:%zu: expected labelA---labelB,distance", path, number);
	*comma = '\0';
	if (array_reserve(&l->pairs, &l->capacity, l->count + 1, sizeof *l->pairs) < 0 ||
	    array_reserve(&l->distances, &l->distance_capacity, l->count + 1, sizeof *l->distances) < 0)
		return error_memory(err, path);
	l->pairs[l->count] = (struct pair_text){ .text = text, .line = number };
	l->distances[l->count++] = distance;
	return 0;
}

static int read_lines(struct lines *l, const struct mapping *map, const char *path, struct error *err)
{
	struct line line = { 0 };
	char *to;

	l->text = to = malloc(map->size + 1);
	if (to == NULL)
		return error_memory(err, path);
	while (row_next(&line, map)) {
		memcpy(to, line.data, line.length);
		to[line.length] = '\0';
		if (line_check_utf8(path, &line, err) < 0 || add_line(l, to, line.number, path, err) < 0)
			return -1;
		to += line.length + 1;
	}
	return 0;
}

/* Rows for the pairs that have a distance, and the labels of all. */
static int fill(struct table *out, struct labelset *names, const struct lines *l, const char *path, struct error *err)
{
	char **labels = array_new(l->count, 2, sizeof *labels);
	int rc = labels == NULL ? error_memory(err, path) : 0;

	for (size_t i = 0; rc == 0 && i < l->count; i++) {
		const struct pair_text *p = &l->pairs[i];
		char *a = labels[2 * i] = text_copy_n(p->text, p->first);
		char *b = labels[2 * i + 1] = text_copy(p->text + p->first + 3);

		if (a == NULL || b == NULL) {
			rc = error_memory(err, path);
		} else if (l->distances[i] > 0.0) {
			table_add_integer(out, 0);
			table_add(out, a);
			table_add(out, b);
			table_add_number(out, l->distances[i]);
		}
	}
	if (rc == 0)
		rc = labelset_of(names, (const char *const *)labels, 2 * l->count, err);
	for (size_t i = 0; labels != NULL && i < 2 * l->count; i++)
		free(labels[i]);
	free(labels);
	return rc;
}

int authors_parse(struct table *out, struct labelset *names, const struct mapping *text, const char *path,
		  const struct labelset *known, struct error *err)
{
	struct lines lines = { 0 };
	int rc = text_check(text, path, err);

	*out = (struct table){ 0 };
	if (rc == 0)
		rc = table_init(out, "layer,label_a,label_b,distance", err);
	if (rc == 0)
		rc = read_lines(&lines, text, path, err);
	if (rc == 0)
		rc = cuts_find(lines.pairs, lines.count, known, path, err);
	if (rc == 0)
		rc = fill(out, names, &lines, path, err);
	lines_release(&lines);
	if (rc < 0)
		table_release(out);
	return rc;
}

int authors_read(struct table *out, struct labelset *names, const char *path, const struct labelset *known,
		 struct error *err)
{
	struct mapping map;
	int rc;

	if (mapping_open(&map, path, err) < 0)
		return -1;
	rc = authors_parse(out, names, &map, path, known, err);
	mapping_close(&map);
	return rc;
}

int authors_write(struct folder *out, const char *name, const struct labelset *names, const struct measures *m,
		  struct error *err)
{
	struct output *o;

	if (output_open(&o, out, name, err) < 0)
		return -1;
	for (size_t i = 0; i < m->labels; i++)
		for (size_t j = i + 1; j < m->labels; j++) {
			double distance = m->distance[i * m->labels + j];
			char number[32];

			number_format(number, isnan(distance) ? 0.0 : distance);
			output_format(o, "%s---%s,%s\n", names->names[i], names->names[j], number);
		}
	return output_commit(o, err);
}
