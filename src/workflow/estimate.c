#include "workflow/estimate.h"

#include "base/array.h"
#include "num/product.h"
#include "workflow/cost.h"
#include "workflow/examine.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/statvfs.h>
#include <time.h>
#include <unistd.h>

static double processor_seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* Operations a second of one thread on a product, of processor time: the best of
 * some runs, since others may use the machine. */
static double measure_speed(void)
{
	enum { ROWS = 512, SIZE = 384, RUNS = 20 };
	float *x = array_new(ROWS + 2 * SIZE, SIZE, sizeof *x), *y = array_new(ROWS, SIZE, sizeof *y);
	double best = 0;

	for (int run = 0; x != NULL && y != NULL && run < RUNS; run++) {
		double start = processor_seconds(), seconds;

		product_nt(matrix_of(y, ROWS, SIZE), matrix_of(x, ROWS, SIZE), matrix_of(x + ROWS * SIZE, SIZE, SIZE),
			   false);
		seconds = processor_seconds() - start;
		if (seconds > 0)
			best = fmax(best, 2.0 * ROWS * SIZE * SIZE / seconds);
	}
	free(x);
	free(y);
	return best > 0 ? best : 5e10;
}

struct total {
	double operations[STAGE_COUNT], bytes, memory;
	size_t cells[STAGE_COUNT], run[STAGE_COUNT];
};

static int add_up(struct store *s, struct total *t, struct error *err)
{
	for (size_t i = 0; i < s->plan->count; i++) {
		const struct cell *c = &s->plan->cells[i];
		struct cost cost;

		t->cells[c->stage->id]++;
		if (examine_cell(s, i, true)->state == CELL_CURRENT)
			continue;
		t->run[c->stage->id]++;
		if (cost_of(&cost, s, i, err) < 0)
			return -1;
		t->operations[c->stage->id] += cost.operations;
		t->bytes += cost.bytes;
		t->memory = fmax(t->memory, cost.memory);
	}
	return 0;
}

/* Where the cache lies, or will lie once it is made: where its parent does. */
static double disk_free(const struct experiment *e)
{
	char *place = text_copy(e->cache), *slash;
	struct statvfs fs;
	bool found = false;

	while (place != NULL && !(found = statvfs(place, &fs) == 0) && (slash = strrchr(place, '/')) > place)
		*slash = '\0';
	if (!found && place != NULL)
		found = statvfs(place[0] == '/' ? "/" : ".", &fs) == 0;
	free(place);
	return found ? (double)fs.f_bavail * (double)fs.f_frsize : -1;
}

int estimate_print(struct store *s, FILE *to, struct error *err)
{
	struct total t = { 0 };
	double speed = measure_speed(), threads = (double)sysconf(_SC_NPROCESSORS_ONLN), hours = 0;

	if (add_up(s, &t, err) < 0)
		return -1;
	fprintf(to, "%-12s %6s %9s %8s\n", "stage", "cells", "would run", "minutes");
	for (size_t i = 0; i < STAGE_COUNT; i++) {
		/* The part of the product's speed that the stages reach, all in all. */
		double h = t.operations[i] / (0.7 * speed * threads) / 3600;

		if (t.cells[i] > 0)
			fprintf(to, "%-12s %6zu %9zu %8.1f\n", stage_of((enum stage_id)i)->name, t.cells[i], t.run[i],
				60 * h);
		hours += h;
	}
	fprintf(to,
		"%s: about %.*f %s on %.0f processors (measured: %.0f GFLOP/s each), %.1f GB of disk, %.1f GB of "
		"memory a cell\n",
		s->plan->experiment->name, hours < 2 ? 0 : 1, hours < 2 ? ceil(60 * hours) : hours,
		hours < 2 ? "minutes" : "hours", threads, speed / 1e9, t.bytes / 1e9, t.memory / 1e9);
	return 0;
}

int estimate_check_room(struct store *s, struct error *err)
{
	struct total t = { 0 };
	double room = disk_free(s->plan->experiment);

	if (add_up(s, &t, err) < 0)
		return -1;
	if (room < 0)
		return error_errno(err, s->plan->experiment->cache, "write");
	if (t.bytes > room)
		return error_set(err, STATUS_MACHINE, "%s: %.1f GB are free, the experiment needs about %.1f GB",
				 s->plan->experiment->cache, room / 1e9, t.bytes / 1e9);
	return 0;
}
