#include "report/report.h"

#include "base/array.h"
#include "base/file.h"
#include "base/json.h"
#include "report/content.h"
#include "report/crate.h"
#include "report/grids.h"
#include "report/page.h"
#include "report/pdf.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>

static int copy_file(struct folder *out, const char *name, const char *path, struct error *err)
{
	struct mapping map;
	int rc;

	if (mapping_open(&map, path, err) < 0)
		return -1;
	rc = output_file(out, name, map.data, map.size, err);
	mapping_close(&map);
	return rc;
}

/* "<prefix>/<name>" in the report's folder, from "<directory>/<name>". */
static int copy_named(struct folder *out, const char *prefix, const char *directory, const char *name,
		      struct error *err)
{
	char *to = path_join(prefix, name), *from = path_join(directory, name);
	int rc = to == NULL || from == NULL ? error_memory(err, name) : copy_file(out, to, from, err);

	free(to);
	free(from);
	return rc;
}

static bool ends_with(const char *name, const char *end)
{
	size_t n = strlen(name), m = strlen(end);

	return n >= m && strcmp(name + n - m, end) == 0;
}

static int is_table(const struct dirent *entry)
{
	return ends_with(entry->d_name, ".csv") || ends_with(entry->d_name, ".tex") ||
	       (ends_with(entry->d_name, ".json") && strcmp(entry->d_name, "manifest.json") != 0 &&
		strcmp(entry->d_name, "run.json") != 0);
}

static int copy_tables(const struct report_input *in, struct folder *out, struct error *err)
{
	struct dirent **entries;
	int count = scandir(in->collected, &entries, is_table, alphasort), rc = 0;

	if (count < 0)
		return error_errno(err, in->collected, "read");
	for (int i = 0; i < count; i++) {
		if (rc == 0)
			rc = copy_named(out, "tables", in->collected, entries[i]->d_name, err);
		free(entries[i]);
	}
	free(entries);
	return rc;
}

static int copy_figures(const struct document *d, struct folder *out, struct error *err)
{
	static const char *const formats[] = { "svg", "pdf", "png", "csv" };

	for (size_t i = 0; i < d->count; i++) {
		const struct exhibit *x = &d->blocks[i].exhibit;

		for (size_t k = 0; k < x->count; k++)
			for (size_t f = 0; f < sizeof formats / sizeof formats[0]; f++) {
				char *name = text_format("%s.%s", x->views[k].file, formats[f]);
				char *prefix = path_join("figures", x->name);
				int rc = name == NULL || prefix == NULL
						 ? error_memory(err, "figures")
						 : copy_named(out, prefix, x->directory, name, err);

				free(name);
				free(prefix);
				if (rc < 0)
					return -1;
			}
	}
	return 0;
}

static int copy_manifests(const struct report_input *in, struct folder *out, struct error *err)
{
	for (size_t i = 0; i < in->cell_count; i++) {
		char *name;
		int rc;

		if (in->cells[i].manifest == NULL)
			continue;
		name = text_format("manifests/%s.json", in->cells[i].name);
		rc = name == NULL ? error_memory(err, "manifests") : copy_file(out, name, in->cells[i].manifest, err);
		free(name);
		if (rc < 0)
			return -1;
	}
	return 0;
}

/* cite.bib: the paper whose method it is, and the program. */
static int write_citation(const struct report_input *in, struct folder *out, struct error *err)
{
	char *text = text_format(
		"@inproceedings{zhou-srikumar-2022-closer,\n"
		"  title     = {A Closer Look at How Fine-tuning Changes {BERT}},\n"
		"  author    = {Zhou, Yichu and Srikumar, Vivek},\n"
		"  booktitle = {Proceedings of the 60th Annual Meeting of the Association for Computational "
		"Linguistics},\n"
		"  year      = {2022}\n"
		"}\n\n"
		"@software{tunescope,\n"
		"  title   = {Tunescope: how fine-tuning changes encoders},\n"
		"  version = {%s}\n"
		"}\n",
		in->version == NULL ? "" : in->version);
	int rc = text == NULL ? error_memory(err, "cite.bib") : output_file(out, "cite.bib", text, strlen(text), err);

	free(text);
	return rc;
}

/* What the content is written from, read and released together. */
struct sources {
	struct evidence evidence, paper;
	json_t *experiment, *missing;
};

static void sources_release(struct sources *s)
{
	evidence_release(&s->evidence);
	evidence_release(&s->paper);
	json_decref(s->experiment);
	json_decref(s->missing);
}

static int sources_read(struct sources *s, const struct report_input *in, struct error *err)
{
	char *experiment = path_join(in->collected, "experiment.json"),
	     *missing = path_join(in->collected, "missing.json");
	char *paper = path_join(in->assets, "paper-table7.csv");
	int rc = -1;

	*s = (struct sources){ 0 };
	if (experiment == NULL || missing == NULL || paper == NULL)
		error_memory(err, in->collected);
	else if (json_read(&s->experiment, experiment, err) == 0 && json_read(&s->missing, missing, err) == 0 &&
		 evidence_read(&s->evidence, in->collected, err) == 0 &&
		 evidence_read_pairs(&s->paper, paper, err) == 0)
		rc = 0;
	if (rc < 0)
		sources_release(s);
	free(experiment);
	free(missing);
	free(paper);
	return rc;
}

int report_run(const struct report_input *in, struct folder *out, const struct context *ctx, struct error *err)
{
	struct document d = { 0 };
	struct missing missing = { 0 };
	struct sources s;
	int rc = -1;

	context_progress(ctx, "report", 0, 4, "");
	if (sources_read(&s, in, err) < 0)
		return -1;
	if (content_write(&d, &(struct content){ in, &s.evidence, &s.paper, s.experiment, s.missing }, err) < 0 ||
	    copy_tables(in, out, err) < 0 || grids_write(&d, out, err) < 0 || copy_figures(&d, out, err) < 0 ||
	    copy_manifests(in, out, err) < 0 || write_citation(in, out, err) < 0)
		goto done;
	context_progress(ctx, "report", 1, 4, "page");
	if (page_write(&d, in->assets, in->collected, out, err) < 0)
		goto done;
	context_progress(ctx, "report", 2, 4, "PDF");
	if (pdf_write(&d, in->collected, &missing, out, err) < 0)
		goto done;
	context_progress(ctx, "report", 3, 4, "RO-Crate");
	if (crate_write(&d, in, out, err) < 0)
		goto done;
	context_progress(ctx, "report", 4, 4, "");
	missing_warn(&missing, ctx);
	rc = 0;
done:
	missing_release(&missing);
	document_release(&d);
	sources_release(&s);
	return rc;
}
