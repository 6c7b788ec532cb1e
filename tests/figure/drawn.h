/* Figures drawn into fresh directories, and their tables read again. */
#ifndef TESTS_FIGURE_DRAWN_H
#define TESTS_FIGURE_DRAWN_H

#include "figure/figure.h"
#include "figure/synthetic.h"

/* The files of one figure, in a fresh directory. */
static inline char *draw(const char *figure, const char *tables)
{
	struct context ctx = { .pool = pool_new(2) };
	char *path = support_folder();
	struct folder out;
	struct error err = { 0 };

	assert_int_equal(folder_open(&out, path, &err), 0);
	if (figure_draw(figure_find(figure), tables, "2022-05-22", &out, &ctx, &err) < 0)
		fail_msg("%s", err.text);
	folder_release(&out);
	pool_free(ctx.pool);
	return path;
}

static inline char *write_case(const struct synthetic *y)
{
	char *tables = support_folder();

	synthetic_write(y, tables);
	return tables;
}

static inline void read_drawn(struct table *t, const char *path, const char *name, const char *header)
{
	char *file = path_join(path, name);
	struct error err = { 0 };

	if (table_read_as(t, file, header, &err) < 0)
		fail_msg("%s", err.text);
	free(file);
}

static inline void read_collected(struct table *t, const char *path, const char *name)
{
	char *file = path_join(path, name);
	struct error err = { 0 };

	assert_int_equal(table_read(t, file, &err), 0);
	free(file);
}

#endif
