#include "workflow/rules.h"

#include <string.h>

/* LAUNCH is read by the shell alone, not by make. A cell that is launched has the
 * processors it was granted; the others share this machine's, or stay out of the way
 * of a cluster's login node. */
static const char head[] = "# Written by tunescope plan. Needs TUNESCOPE (the program) and FILE\n"
			   "# (the file) in the environment; LAUNCH may stand before the cells of some stages.\n\n"
			   "JOBS    = 1\n"
			   "THREADS = $(if $(LAUNCH),--threads 1)\n"
			   "run     = $(if $(filter 1,$(V)),,@)\"$$TUNESCOPE\" run --experiment \"$$FILE\" "
			   "--jobs $(JOBS) $(QUIET) $(if $(2),$@ -- $(2),$(THREADS) $@)\n\n";

static bool is_reader(const struct cell *c)
{
	return stage_reads_all(c->stage);
}

static void write_list(const struct plan *p, FILE *to, const char *target, int stage)
{
	fprintf(to, "%s:", target);
	for (size_t i = 0; i < p->count; i++)
		if (stage < 0 ? !is_reader(&p->cells[i]) : (int)p->cells[i].stage->id == stage)
			fprintf(to, " %s", p->cells[i].name);
	fputs("\n", to);
}

void rules_write(const struct plan *p, FILE *to)
{
	const char *launched = experiment_get(p->experiment, "launch", "stages", NULL, NULL);

	fputs(head, to);
	fputs(".PHONY: cells", to);
	for (size_t s = 0; s < STAGE_COUNT; s++)
		fprintf(to, " %s", stage_of((enum stage_id)s)->name);
	for (size_t i = 0; i < p->count; i++)
		fprintf(to, " %s", p->cells[i].name);
	fputs("\n\n", to);
	write_list(p, to, "cells", -1);
	for (size_t s = 0; s < STAGE_COUNT; s++)
		if (plan_find(p, stage_of((enum stage_id)s)->name) == NULL)
			write_list(p, to, stage_of((enum stage_id)s)->name, (int)s);
	for (size_t i = 0; i < p->count; i++) {
		const struct cell *c = &p->cells[i];

		fprintf(to, "\n%s:", c->name);
		for (size_t n = 0; n < c->need_count; n++)
			if (c->stage->reader == READER_NO || c->stage->reader == READER_OF_TABLES)
				fprintf(to, " %s", p->cells[c->needs[n]].name);
		fprintf(to, "\n\t$(call run,%s,%s)\n", c->stage->name,
			list_has(launched, c->stage->name) ? "$(value LAUNCH)" : "");
	}
}

void rules_write_graph(const struct plan *p, FILE *to)
{
	fputs("digraph plan {\n\trankdir = LR;\n\tnode [shape = box, fontname = \"DejaVu Sans\"];\n", to);
	for (size_t i = 0; i < p->count; i++)
		for (size_t n = 0; n < p->cells[i].need_count; n++)
			fprintf(to, "\t\"%s\" -> \"%s\";\n", p->cells[p->cells[i].needs[n]].name, p->cells[i].name);
	fputs("}\n", to);
}
