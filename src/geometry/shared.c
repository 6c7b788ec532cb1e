#include "geometry/shared.h"

/* What a part has at least, in products: it takes some microseconds, many times what
 * another thread needs to see it. */
enum { PART = 1 << 14 };

/* Parts for every thread, so that one that comes late takes fewer. */
enum { PARTS_A_THREAD = 2 };

struct dots {
	double *out;
	const float *data;
	const uint32_t *index;
	const double *w;
	size_t stride, count, each; /* points: all, and of a part */
};

static void part_of(void *arg, size_t part)
{
	const struct dots *d = arg;
	const size_t from = part * d->each, left = d->count - from;

	kernel_dots(d->out + from, d->data, d->stride, d->index + from, left < d->each ? left : d->each, d->w);
}

void shared_dots(const struct asker *by, double *out, const float *data, size_t stride, const uint32_t *index,
		 size_t count, const double *w)
{
	struct dots d = { out, data, index, w, stride, count, count };
	size_t parts = by->pool == NULL ? 0 : count * stride / PART;

	if (parts < 2) {
		kernel_dots(out, data, stride, index, count, w);
		return;
	}
	if (parts > (size_t)PARTS_A_THREAD * pool_threads(by->pool))
		parts = (size_t)PARTS_A_THREAD * pool_threads(by->pool);
	d.each = (count / parts + KERNEL_LANES) / KERNEL_LANES * KERNEL_LANES;
	pool_share(by->pool, by->thread, (count + d.each - 1) / d.each, part_of, &d);
}
