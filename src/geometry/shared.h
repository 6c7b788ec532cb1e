/* The long loop of a question of hulls, the products of a direction with all points,
 * shared with threads that have nothing else to do. Every sum is one thread's, in its
 * order, so that the bytes are those of one thread. */
#ifndef GEOMETRY_SHARED_H
#define GEOMETRY_SHARED_H

#include "base/pool.h"
#include "geometry/kernels.h"

/* Who asks: a thread of a pool, within a task of pool_run_helped. Without a pool: one
 * that is alone. */
struct asker {
	struct pool *pool;
	unsigned thread;
};

/* As kernel_dots. */
void shared_dots(const struct asker *by, double *out, const float *data, size_t stride, const uint32_t *index,
		 size_t count, const double *w);

#endif
