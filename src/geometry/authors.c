#include "geometry/authors.h"

#include "base/array.h"
#include "base/file.h"
#include "base/json.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* A line cut into its parts; `text` holds them. */
struct pair_line {
	char *text;
	const char *a, *b;
	double distance;
};

/* Labels may hold commas and dashes: the distance follows the last comma, and
 * there must be one place only to cut the rest in two. False if there is not. */
static bool cut(struct pair_line *out, char *text)
{
	static const char between[] = "---";
	char *comma = strrchr(text, ','), *at = NULL;

	if (comma == NULL || number_parse(&out->distance, comma + 1) < 0 || !(out->distance >= 0.0))
		return false;
	*comma = '\0';
	for (char *p = text + 1; text[0] != '\0' && (p = strstr(p, between)) != NULL; p++) {
		if (p[strlen(between)] == '\0')
			break;
		if (at != NULL)
			return false;
		at = p;
	}
	if (at == NULL)
		return false;
	*at = '\0';
	out->a = text;
	out->b = at + strlen(between);
	return true;
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

/* Adds a line's labels, and its row if it has a distance. */
static int add_line(struct table *out, const char ***names, size_t *count, size_t *capacity, struct pair_line *line)
{
	if (array_reserve(names, capacity, *count + 2, sizeof **names) < 0)
		return -1;
	(*names)[(*count)++] = text_copy(line->a);
	(*names)[(*count)++] = text_copy(line->b);
	if ((*names)[*count - 2] == NULL || (*names)[*count - 1] == NULL)
		return -1;
	if (line->distance > 0.0) {
		table_add_integer(out, 0);
		table_add(out, line->a);
		table_add(out, line->b);
		table_add_number(out, line->distance);
	}
	return 0;
}

static int read_lines(struct table *out, const char ***names, size_t *count, const struct mapping *map,
		      const char *path, struct error *err)
{
	struct line line = { 0 };
	size_t capacity = 0;

	while (line_next(&line, map)) {
		struct pair_line pair = { .text = text_copy_n(line.data, line.length) };
		int rc = 0;

		if (pair.text == NULL)
			return error_memory(err, path);
		if (!cut(&pair, pair.text))
			rc = error_set(err, STATUS_INPUT, "%s:%zu: expected labelA---labelB,distance", path,
				       line.number);
		else if (add_line(out, names, count, &capacity, &pair) < 0)
			rc = error_memory(err, path);
		free(pair.text);
		if (rc < 0)
			return -1;
	}
	return 0;
}

int authors_read(struct table *out, struct labelset *names, const char *path, struct error *err)
{
	struct mapping map;
	const char **labels = NULL;
	size_t count = 0;
	int rc;

	if (mapping_open(&map, path, err) < 0)
		return -1;
	rc = table_init(out, "layer,label_a,label_b,distance", err);
	if (rc == 0)
		rc = read_lines(out, &labels, &count, &map, path, err);
	if (rc == 0)
		rc = labelset_of(names, labels, count, err);
	for (size_t i = 0; i < count; i++)
		free((void *)(uintptr_t)labels[i]);
	free(labels);
	mapping_close(&map);
	if (rc < 0)
		table_release(out);
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
