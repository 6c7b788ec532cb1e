/* What is kept beside the questions: rosters of clusters, and directions with the points
 * that they came from. */
#include "geometry/directions.h"
#include "geometry/roster.h"
#include "support.h"

#include "base/array.h"

#include <math.h>

enum { LABELS = 2, EACH = 6, POINTS = LABELS * EACH };

/* Label 0 stands at 0, label 1 at 10, 20, 30, … on a line; every point a cluster. */
struct scene {
	struct points points;
	struct cluster whole[LABELS], clusters[POINTS];
	uint32_t index[POINTS];
	uint16_t known[POINTS][LABELS];
	struct roster roster;
};

static void scene_open(struct scene *l)
{
	struct error err = { 0 };
	float x[POINTS] = { 0 };
	int label[POINTS];

	for (int i = 0; i < POINTS; i++) {
		label[i] = i / EACH;
		x[i] = i < EACH ? 0.01f * (float)i : 10.0f * (float)(i - EACH + 1);
	}
	*l = (struct scene){ 0 };
	assert_int_equal(points_init(&l->points, matrix_of(x, POINTS, 1), label, LABELS, "line", &err), 0);
	for (uint32_t i = 0; i < POINTS; i++)
		l->index[i] = i;
	for (size_t k = 0; k < LABELS; k++)
		assert_int_equal(cluster_init(&l->whole[k], &l->points, l->index + k * EACH, EACH), 0);
	assert_int_equal(roster_init(&l->roster, &l->points, l->whole), 0);
	for (size_t i = 0; i < POINTS; i++) {
		assert_int_equal(cluster_init(&l->clusters[i], &l->points, l->index + i, 1), 0);
		l->clusters[i].whole = l->known[i];
		roster_add(&l->roster, &l->clusters[i]);
	}
}

static void scene_close(struct scene *l)
{
	roster_release(&l->roster);
	for (size_t k = 0; k < LABELS; k++)
		cluster_release(&l->whole[k]);
	points_release(&l->points);
}

/* The clusters of label 1 that are offered within a reach of label 0's centre, a bit each. */
static unsigned offered(const struct scene *l, float reach)
{
	unsigned found = 0;

	for (size_t at = 0; (at = roster_within(&l->roster, 1, at, 0, reach)) < l->roster.counts[1]; at++)
		found |= 1u << (roster_at(&l->roster, 1, at)->id - EACH);
	return found;
}

static void far_clusters_are_passed_over(void **state)
{
	struct scene l;

	(void)state;
	scene_open(&l);
	assert_int_equal(offered(&l, INFINITY), 0x3f);
	assert_int_equal(offered(&l, 35.0f), 0x07);
	assert_int_equal(offered(&l, 5.0f), 0);
	assert_true(roster_reach(&l.roster, &l.clusters[EACH - 1]) >= 0.025f);
	assert_true(roster_reach(&l.roster, &l.clusters[EACH - 1]) < 0.026f);
	scene_close(&l);
}

static void what_is_apart_stays_so_in_another_seat(void **state)
{
	struct scene l;

	(void)state;
	scene_open(&l);
	roster_close(&l.roster, &l.clusters[EACH + 5], 0);
	assert_int_equal(roster_closed(&l.roster, 1, 0), 1);
	assert_int_equal(roster_closed(&l.roster, 0, 1), 0);
	roster_drop(&l.roster, &l.clusters[EACH + 1]); /* the last takes its seat */
	assert_int_equal(offered(&l, 1000.0f), 0x1d);
	assert_int_equal(roster_closed(&l.roster, 1, 0), 1);
	roster_drop(&l.roster, &l.clusters[EACH + 5]);
	assert_int_equal(roster_closed(&l.roster, 1, 0), 0);
	l.known[EACH + 1][0] = WHOLE_APART;
	roster_add(&l.roster, &l.clusters[EACH + 1]);
	assert_int_equal(roster_closed(&l.roster, 1, 0), 1);
	assert_int_equal(offered(&l, 1000.0f), 0x1d);
	scene_close(&l);
}

static void directions_keep_what_they_came_from(void **state)
{
	double vector[8] = { 1.0 }, weight[3] = { 0.25, 0.75, 1.0 };
	uint32_t point[3] = { 4, 2, 9 };
	uint8_t side[3] = { 0, 0, 1 };
	const struct hull_start weights = { point, side, weight, 3 };
	struct directions d;
	struct direction kept;

	(void)state;
	assert_int_equal(directions_init(&d, 16, 8), 0);
	assert_false(directions_find(&kept, &d, 7));
	directions_put(&d, 7, vector, &weights);
	assert_true(directions_find(&kept, &d, 7));
	assert_memory_equal(kept.vector, vector, sizeof vector);
	assert_int_equal(kept.weights->count, 3);
	assert_ptr_not_equal(kept.weights->point, point);
	assert_memory_equal(kept.weights->point, point, sizeof point);
	assert_memory_equal(kept.weights->side, side, sizeof side);
	assert_memory_equal(kept.weights->weight, weight, sizeof weight);
	directions_put(&d, 7, vector, NULL);
	assert_true(directions_find(&kept, &d, 7));
	assert_null(kept.weights);
	directions_release(&d);
}

static void starts_are_kept_while_there_is_room(void **state)
{
	double weight[3] = { 0.25, 0.75, 1.0 };
	uint32_t point[3] = { 4, 2, 9 };
	uint8_t side[3] = { 0, 0, 1 };
	const struct hull_start three = { point, side, weight, 3 }, two = { point, side, weight, 2 };
	struct hull_start a = { 0 }, b = { 0 };
	size_t room = 5;

	(void)state;
	hull_start_replace(&a, &three, &room);
	hull_start_replace(&b, &three, &room);
	assert_int_equal(a.count, 3);
	assert_int_equal(b.count, 0);
	assert_int_equal(room, 2);
	hull_start_replace(&b, &two, &room);
	hull_start_replace(&a, NULL, &room);
	assert_int_equal(a.count, 0);
	assert_int_equal(b.count, 2);
	assert_int_equal(room, 3);
	hull_start_release(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(far_clusters_are_passed_over),
		cmocka_unit_test(what_is_apart_stays_so_in_another_seat),
		cmocka_unit_test(directions_keep_what_they_came_from),
		cmocka_unit_test(starts_are_kept_while_there_is_room),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
