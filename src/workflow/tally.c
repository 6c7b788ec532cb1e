#include "workflow/tally.h"

#include "base/array.h"
#include "base/file.h"
#include "base/json.h"
#include "workflow/examine.h"

#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static const char file_name[] = "tally";

/* The seconds of a cell's last run; 0 where there is no record. */
static double recorded(const struct experiment *e, const struct cell *c)
{
	char *path = text_format("%s/%s/run.json", e->cache, c->name);
	json_t *run = NULL;
	struct error ignored;
	double seconds = 0;

	if (path != NULL && file_exists(path) && json_read(&run, path, &ignored) == 0)
		seconds = json_number_value(json_object_get(run, "seconds"));
	json_decref(run);
	free(path);
	return seconds;
}

int tally_begin(struct store *s, struct error *err)
{
	const struct experiment *e = s->plan->experiment;
	struct folder folder = { 0 };
	struct output *o;
	int rc = -1;

	if (folder_open(&folder, e->cache, err) == 0 && output_open(&o, &folder, file_name, err) == 0) {
		for (size_t i = 0; i < s->plan->count; i++)
			if (examine_cell(s, i, true)->state != CELL_CURRENT)
				output_format(o, "todo %.3f %s\n", recorded(e, &s->plan->cells[i]),
					      s->plan->cells[i].name);
		rc = output_commit(o, err);
	}
	folder_release(&folder);
	return rc;
}

/* One write, so that lines of several processes do not mix. */
static void append(const struct experiment *e, const char *word, double number, const char *cell)
{
	char *path = path_join(e->cache, file_name), *line = text_format("%s %.3f %s\n", word, number, cell);
	int fd = path == NULL || line == NULL ? -1 : open(path, O_WRONLY | O_APPEND | O_CLOEXEC);

	if (fd >= 0) {
		if (write(fd, line, strlen(line)) < 0)
			(void)0; /* the status line does without it */
		close(fd);
	}
	free(path);
	free(line);
}

void tally_start(const struct experiment *e, const char *cell)
{
	append(e, "start", (double)time(NULL), cell);
}

void tally_end(const struct experiment *e, const char *cell, double seconds)
{
	append(e, "end", seconds, cell);
}

struct entry {
	char *cell;
	double seconds; /* of its last run, or of this one once it has ended; 0: unknown */
	double started; /* 0: not running */
	bool done;
};

struct entries {
	struct entry *items;
	size_t count, capacity;
};

static void take_line(struct entries *all, const struct line *line)
{
	char *text = text_copy_n(line->data, line->length), word[8];
	struct entry *found = NULL;
	double number;
	int at = 0;

	if (text == NULL || sscanf(text, "%7s %lf %n", word, &number, &at) != 2 || text[at] == '\0') {
		free(text);
		return;
	}
	for (size_t i = 0; found == NULL && i < all->count; i++)
		if (strcmp(all->items[i].cell, text + at) == 0)
			found = &all->items[i];
	if (found == NULL && strcmp(word, "todo") == 0 &&
	    array_reserve(&all->items, &all->capacity, all->count + 1, sizeof *all->items) == 0) {
		char *cell = text_copy(text + at);

		if (cell != NULL)
			all->items[all->count++] = (struct entry){ .cell = cell, .seconds = number };
	} else if (found != NULL && strcmp(word, "start") == 0) {
		found->started = number;
		found->done = false;
	} else if (found != NULL && strcmp(word, "end") == 0) {
		found->seconds = number;
		found->started = 0;
		found->done = true;
	}
	free(text);
}

static bool same_stage(const char *a, const char *b)
{
	size_t n = strcspn(a, "/");

	return n == strcspn(b, "/") && strncmp(a, b, n) == 0;
}

/* The mean seconds of the known cells, of one stage or (NULL) of all; 0: none. */
static double mean(const struct entries *all, const char *cell)
{
	double sum = 0;
	size_t known = 0;

	for (size_t i = 0; i < all->count; i++)
		if (all->items[i].seconds > 0 && (cell == NULL || same_stage(cell, all->items[i].cell))) {
			sum += all->items[i].seconds;
			known++;
		}
	return known > 0 ? sum / (double)known : 0;
}

static double expected(const struct entries *all, const struct entry *e)
{
	double stage = e->seconds > 0 ? e->seconds : mean(all, e->cell);

	return stage > 0 ? stage : mean(all, NULL);
}

static void add_up(struct tally *out, const struct entries *all)
{
	double oldest = INFINITY, now = (double)time(NULL);

	out->total = all->count;
	out->left = mean(all, NULL) > 0 ? 0 : NAN;
	for (size_t i = 0; i < all->count; i++) {
		const struct entry *e = &all->items[i];

		if (e->done) {
			out->done++;
			continue;
		}
		out->left += fmax(expected(all, e) - (e->started > 0 ? now - e->started : 0), 0);
		out->running += e->started > 0;
		if (e->started > 0 && e->started < oldest) {
			oldest = e->started;
			snprintf(out->first, sizeof out->first, "%s", e->cell);
		}
	}
}

void tally_read(struct tally *out, const struct experiment *e)
{
	char *path = path_join(e->cache, file_name);
	struct entries all = { 0 };
	struct line line = { 0 };
	struct mapping map;
	struct error ignored;

	*out = (struct tally){ .left = NAN };
	if (path != NULL && file_exists(path) && mapping_open(&map, path, &ignored) == 0) {
		while (line_next(&line, &map))
			take_line(&all, &line);
		mapping_close(&map);
		add_up(out, &all);
	}
	for (size_t i = 0; i < all.count; i++)
		free(all.items[i].cell);
	free(all.items);
	free(path);
}
