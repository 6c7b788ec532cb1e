/* Methods, what is missing, provenance, downloads. */
#include "report/content_part.h"

#include "base/array.h"
#include "base/file.h"
#include "base/sha256.h"
#include "base/table.h"
#include "report/tabulars_usage.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static int finish(struct document *d, struct tabular *g, bool folded, struct error *err)
{
	if (tabular_finish(g, err) < 0)
		return -1;
	document_grid(d, g, folded);
	return 0;
}

static bool has_stage(const struct content *c, const char *stage)
{
	for (size_t i = 0; i < c->in->cell_count; i++)
		if (strcmp(c->in->cells[i].stage, stage) == 0)
			return true;
	return false;
}

/* Held-out rows of a model's last epoch. */
static int add_pretraining(struct document *d, const struct content *c, struct error *err)
{
	static const struct tabular_column columns[] = {
		{ .heading = "Model" },
		{ .heading = "Epochs", .kind = COLUMN_NUMBER },
		{ .heading = "loss", .group = "Held-out masked pieces", .kind = COLUMN_NUMBER },
		{ .heading = "accuracy, %", .group = "Held-out masked pieces", .kind = COLUMN_NUMBER },
		{ .heading = "most frequent piece, %", .group = "Held-out masked pieces", .kind = COLUMN_NUMBER },
	};
	static const struct tabular_form form = {
		.id = "pretraining",
		.caption = "Pre-training on masked word pieces, after the last epoch.",
		TABULAR_COLUMNS(columns),
		.heads = 1,
	};
	struct table t;
	struct tabular g;

	if (record_read_table(&t, c->in->collected, "pretrain.csv", err) < 0)
		return -1;
	tabular_init(&g, &form);
	for (size_t row = 0; row < t.rows; row++) {
		bool last = strcmp(table_text_at(&t, row, "split"), "train") != 0;

		for (size_t later = row + 1; last && later < t.rows; later++)
			last = strcmp(table_text_at(&t, later, "model"), table_text_at(&t, row, "model")) != 0 ||
			       strcmp(table_text_at(&t, later, "split"), table_text_at(&t, row, "split")) != 0;
		if (!last)
			continue;
		tabular_add(&g, "%s", table_text_at(&t, row, "model"));
		tabular_add(&g, "%s", table_text_at(&t, row, "epoch"));
		tabular_number(&g, table_number_at(&t, row, "loss"), 3);
		tabular_number(&g, 100 * table_number_at(&t, row, "accuracy"), 1);
		tabular_number(&g, 100 * table_number_at(&t, row, "baseline"), 1);
	}
	table_release(&t);
	if (tabular_rows(&g) == 0 && has_stage(c, "pretrain"))
		document_missing(d, "A table of pre-training would stand here; no model has been pre-trained.");
	return finish(d, &g, false, err);
}

static int add_parameters(struct document *d, const struct content *c, struct error *err)
{
	static const struct tabular_column columns[] = {
		{ .heading = "Section" },
		{ .heading = "Parameter" },
		{ .heading = "Value" },
	};
	static const struct tabular_form form = {
		.id = "parameters",
		.caption = "Every parameter of the experiment, and what a model or a task has of its own.",
		TABULAR_COLUMNS(columns),
		.heads = 2,
		.listing = true,
	};
	struct tabular g;

	tabular_init(&g, &form);
	for (size_t i = 0; i < c->in->parameter_count; i++) {
		const struct report_parameter *p = &c->in->parameters[i];

		tabular_add(&g, "%s", p->section);
		tabular_add(&g, "%s", p->key);
		tabular_add(&g, "%s", p->value == NULL ? "–" : p->value);
	}
	return finish(d, &g, true, err);
}

static int write_methods(struct document *d, const struct content *c, const struct usage *u, struct error *err)
{
	document_section(d, 2, "methods", "Methods");
	document_section(d, 3, "method-data", "Representations");
	content_representation(d, u);
	if (add_pretraining(d, c, err) < 0 || content_usage(d, c, u, err) < 0)
		return -1;
	return add_parameters(d, c, err);
}

int content_methods(struct document *d, const struct content *c, struct error *err)
{
	struct usage u;
	int rc;

	if (usage_read(&u, c->in->cells, c->in->cell_count, err) < 0)
		return -1;
	rc = write_methods(d, c, &u, err);
	usage_release(&u);
	return rc;
}

int content_missing(struct document *d, const struct content *c, struct error *err)
{
	static const struct tabular_column columns[] = { { .heading = "Cell" }, { .heading = "Why" } };
	static const struct tabular_form form = {
		.id = "missing-cells",
		.caption = "Cells that could not be read.",
		TABULAR_COLUMNS(columns),
		.heads = 1,
		.listing = true,
	};
	struct tabular g;
	size_t i;
	json_t *item;

	document_section(d, 2, "missing", "What is missing");
	if (json_array_size(c->missing) == 0) {
		document_text(d, "Nothing: every cell of the experiment was read.");
		return 0;
	}
	document_text(
		d, "These cells were not there, were out of date, had failed, or could not be read. Everything that "
		   "depends on them is left out of tables and figures.");
	tabular_init(&g, &form);
	json_array_foreach(c->missing, i, item)
	{
		const char *cell = json_string_value(json_object_get(item, "cell"));
		const char *why = json_string_value(json_object_get(item, "why"));

		tabular_add(&g, "%s", cell == NULL ? "" : cell);
		tabular_add(&g, "%s", why == NULL ? "" : why);
	}
	return finish(d, &g, false, err);
}

int content_provenance(struct document *d, const struct content *c, struct error *err)
{
	static const struct tabular_column columns[] = {
		{ .heading = "Cell" },
		{ .heading = "State" },
		{ .heading = "SHA-256 of the manifest" },
	};
	static const struct tabular_form form = {
		.id = "cells",
		.caption = "Cells of the experiment and their manifests.",
		TABULAR_COLUMNS(columns),
		.heads = 1,
		.listing = true,
	};
	struct graph graph;
	struct tabular g;

	document_section(d, 2, "provenance", "Provenance");
	document_text(
		d, "Each cell is one stage on one point of the grid. Its manifest names the digests of what it read "
		   "and wrote, its parameters, and the digest of the program.");
	document_text(
		d,
		"make reproduce EXPERIMENT=%s makes this report again, of an experiment that comes with the program; "
		"of another, EXPERIMENT is its file.",
		json_string_value(json_object_get(c->experiment, "name")));
	document_text(d, "What the stages took, and on which processors, is not the same twice, and stands on a page "
			 "of its own beside this one.");
	document_link(d, "times/index.html", "Times of the stages");
	d->screen = true;
	document_text(
		d, "In the graph a square is a cell and leads to its manifest, as the table below it does; a line "
		   "leads from a cell to one that reads it; collect reads what all before it wrote. An empty square "
		   "is a cell that is not up to date.");
	if (graph_init(&graph, c->in->cells, c->in->cell_count, err) < 0)
		return -1;
	document_graph(d, &graph);
	tabular_init(&g, &form);
	for (size_t i = 0; i < c->in->cell_count; i++) {
		const struct report_cell *cell = &c->in->cells[i];
		char digest[65] = "–";
		uint64_t bytes;

		if (cell->manifest != NULL && sha256_file(digest, &bytes, cell->manifest, err) < 0) {
			tabular_release(&g);
			return -1;
		}
		tabular_add(&g, "%s", cell->name);
		if (cell->manifest != NULL)
			tabular_link(&g, "manifests/%s.json", cell->name);
		tabular_add(&g, "%s", cell->state == NULL ? "" : cell->state);
		tabular_add(&g, "%s", digest);
	}
	return finish(d, &g, true, err);
}

void content_downloads(struct document *d)
{
	size_t blocks = d->count;

	d->screen = true;
	document_section(d, 2, "downloads", "Downloads");
	document_link(d, "report.pdf", "This report as PDF, A4");
	document_link(d, "report-letter.pdf", "This report as PDF, US letter");
	document_link(d, "tables/results.csv", "All measures of all cells (CSV)");
	for (size_t i = 0; i < blocks; i++) {
		const char *id = d->blocks[i].grid.id, *caption = d->blocks[i].grid.caption;
		char *csv, *latex;

		if (d->blocks[i].kind != BLOCK_GRID || d->blocks[i].grid.listing)
			continue;
		csv = text_format("tables/%s.csv", id);
		latex = text_format("tables/%s.tex", id);
		if (csv == NULL || latex == NULL) {
			d->broken = true;
		} else {
			int length = (int)strcspn(caption, ".");

			document_link(d, csv, "%.*s (CSV)", length, caption);
			document_link(d, latex, "%.*s (LaTeX, booktabs)", length, caption);
		}
		free(csv);
		free(latex);
	}
	document_link(d, "tables/claims.json", "Claims and verdicts (JSON)");
	document_link(d, "cite.bib", "References to the paper and to the program (BibTeX)");
	document_link(d, "ro-crate-metadata.json", "Description of this folder (RO-Crate)");
	document_link(d, "SHA256SUMS", "Digests of every file but the times’");
}
