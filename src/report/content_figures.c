#include "report/content_part.h"

#include "figure/figure.h"

#include <string.h>

static int add_figure(struct document *d, const struct content *c, const char *name, struct error *err)
{
	const char *why = "no such figure in the plan";

	for (size_t i = 0; i < c->in->figure_count; i++) {
		const struct report_figure *f = &c->in->figures[i];
		struct exhibit x;

		if (strcmp(f->name, name) != 0)
			continue;
		if (f->directory == NULL) {
			why = f->why == NULL ? "missing" : f->why;
			break;
		}
		if (exhibit_read(&x, f->name, f->directory, err) < 0)
			return -1;
		document_exhibit(d, &x);
		return 0;
	}
	document_missing(d, "The figure “%s” would stand here; its cell figures/%s is %s.", name, name, why);
	return 0;
}

int content_figures(struct document *d, const struct content *c, const char *section, struct error *err)
{
	for (size_t i = 0; i < figure_count(); i++)
		if (strcmp(figure_at(i)->section, section) == 0 && add_figure(d, c, figure_at(i)->name, err) < 0)
			return -1;
	return 0;
}
