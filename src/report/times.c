#include "report/times.h"

#include "base/array.h"
#include "base/file.h"
#include "base/json.h"
#include "report/grids.h"
#include "report/page.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* What run.json tells of a cell's last run. */
struct record {
	const struct times_cell *cell;
	json_t *run; /* NULL: there is none */
};

struct records {
	struct record *items; /* (count) */
	size_t count;
};

static void records_release(struct records *r)
{
	for (size_t i = 0; r->items != NULL && i < r->count; i++)
		json_decref(r->items[i].run);
	free(r->items);
}

static int records_read(struct records *out, const struct times_input *in, struct error *err)
{
	*out = (struct records){ array_new(in->cell_count, 1, sizeof *out->items), in->cell_count };
	if (out->items == NULL)
		return error_memory(err, "the times");
	for (size_t i = 0; i < in->cell_count; i++) {
		char *path = text_format("%s/%s/run.json", in->cache, in->cells[i].name);
		int rc = path == NULL        ? error_memory(err, in->cells[i].name)
			 : file_exists(path) ? json_read(&out->items[i].run, path, err)
					     : 0;

		out->items[i].cell = &in->cells[i];
		free(path);
		if (rc < 0)
			return -1;
	}
	return 0;
}

static double number(const struct record *r, const char *key)
{
	const json_t *value = json_object_get(r->run, key);

	return json_is_number(value) ? json_number_value(value) : NAN;
}

static const char *text(const struct record *r, const char *key)
{
	const char *value = json_string_value(json_object_get(r->run, key));

	return value == NULL ? "–" : value;
}

enum { MEBIBYTE = 1 << 20 };

/* Of one stage. */
struct total {
	size_t cells;
	double seconds, longest, processor, memory;
};

static void add_total(struct tabular *g, const char *stage, const struct total *t)
{
	tabular_add(g, "%s", stage);
	tabular_number(g, (double)t->cells, 0);
	tabular_number(g, t->seconds, 1);
	tabular_number(g, t->longest, 1);
	tabular_number(g, t->processor, 1);
	tabular_number(g, t->memory / MEBIBYTE, 0);
}

static int add_stages(struct document *d, const struct records *records, struct error *err)
{
	static const struct tabular_column columns[] = {
		{ .heading = "Stage" },
		{ .heading = "Cells", .kind = COLUMN_NUMBER },
		{ .heading = "all", .group = "Time, s", .kind = COLUMN_NUMBER },
		{ .heading = "longest cell", .group = "Time, s", .kind = COLUMN_NUMBER },
		{ .heading = "Processors’ time, s", .kind = COLUMN_NUMBER },
		{ .heading = "Largest memory, MiB", .kind = COLUMN_NUMBER },
	};
	static const struct tabular_form form = {
		.id = "stages",
		.caption = "What the stages took.",
		.note = "Cells that ran side by side add up to more time than passed.",
		TABULAR_COLUMNS(columns),
		.heads = 1,
		.listing = true,
	};
	struct total all = { 0 };
	struct tabular g;

	tabular_init(&g, &form);
	for (size_t i = 0; i < records->count;) {
		const char *stage = records->items[i].cell->stage;
		struct total of = { 0 };

		for (; i < records->count && strcmp(records->items[i].cell->stage, stage) == 0; i++) {
			const struct record *r = &records->items[i];
			double seconds = number(r, "seconds");

			if (isnan(seconds))
				continue;
			of.cells++;
			of.seconds += seconds;
			of.longest = fmax(of.longest, seconds);
			of.processor += fmax(number(r, "cpu_seconds"), 0.0);
			of.memory = fmax(of.memory, number(r, "memory_bytes"));
		}
		add_total(&g, stage, &of);
		all.cells += of.cells;
		all.seconds += of.seconds;
		all.longest = fmax(all.longest, of.longest);
		all.processor += of.processor;
		all.memory = fmax(all.memory, of.memory);
	}
	add_total(&g, "all", &all);
	if (tabular_finish(&g, err) < 0)
		return -1;
	document_grid(d, &g, false);
	return 0;
}

static int add_cells(struct document *d, const struct records *records, struct error *err)
{
	static const struct tabular_column columns[] = {
		{ .heading = "Cell" },
		{ .heading = "Began" },
		{ .heading = "Time, s", .kind = COLUMN_NUMBER },
		{ .heading = "Processors’ time, s", .kind = COLUMN_NUMBER },
		{ .heading = "Memory, MiB", .kind = COLUMN_NUMBER },
		{ .heading = "Threads", .kind = COLUMN_NUMBER },
		{ .heading = "Processor" },
		{ .heading = "Linux" },
	};
	static const struct tabular_form form = {
		.id = "cells",
		.caption = "Every cell.",
		.note = "A dash: it has not run here.",
		TABULAR_COLUMNS(columns),
		.heads = 1,
		.listing = true,
	};
	struct tabular g;

	tabular_init(&g, &form);
	for (size_t i = 0; i < records->count; i++) {
		const struct record *r = &records->items[i];

		tabular_add(&g, "%s", r->cell->name);
		tabular_add(&g, "%s", text(r, "started"));
		tabular_number(&g, number(r, "seconds"), 2);
		tabular_number(&g, number(r, "cpu_seconds"), 2);
		tabular_number(&g, number(r, "memory_bytes") / MEBIBYTE, 0);
		tabular_number(&g, number(r, "threads"), 0);
		tabular_add(&g, "%s", text(r, "cpu"));
		tabular_add(&g, "%s", text(r, "system"));
	}
	if (tabular_finish(&g, err) < 0)
		return -1;
	document_grid(d, &g, false);
	return 0;
}

static int write_content(struct document *d, const struct records *r, struct error *err)
{
	document_section(d, 2, "times", "Times");
	document_text(d,
		      "These are of the last run of every cell. They differ from run to run: nothing in the report "
		      "stands on them, and no manifest has a digest of this page.");
	document_link(d, "../index.html", "The report");
	if (add_stages(d, r, err) < 0)
		return -1;
	document_section(d, 2, "cells", "Cells");
	return add_cells(d, r, err) < 0 ? -1 : document_check(d, err);
}

int times_write(const struct times_input *in, struct folder *out, struct error *err)
{
	struct document d = { .name = text_copy(in->experiment),
			      .title = text_format("%s: times of the stages", in->title),
			      .version = text_copy(in->version),
			      .unpaged = true };
	struct records records;
	int rc = records_read(&records, in, err);

	if (rc == 0 && (d.name == NULL || d.title == NULL || d.version == NULL))
		rc = error_memory(err, "the times");
	if (rc == 0)
		rc = write_content(&d, &records, err);
	if (rc == 0)
		rc = grids_write(&d, out, err);
	if (rc == 0)
		rc = page_write(&d, in->assets, out->path, out, err);
	records_release(&records);
	document_release(&d);
	return rc;
}
