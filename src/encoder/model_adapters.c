#include "base/array.h"
#include "base/random.h"
#include "encoder/model_layout.h"
#include "num/product.h"

#include <math.h>
#include <string.h>

/* A, by its own stream; B is zero as all that is new. */
static void begin_adapter(struct encoder_model *m, const struct adapter *a, uint64_t seed)
{
	const float bound = 1.0f / sqrtf((float)a->columns);
	struct stream s;

	for (size_t i = 0; i < m->parameter_count; i++)
		if (m->parameters[i].offset == a->a)
			stream_init(&s, seed ^ seed_derive(0, m->parameters[i].name, "weights"));
	for (size_t i = 0; i < m->adapters.rank * a->columns; i++)
		m->weights[a->a + i] = (float)(2.0 * stream_uniform(&s) - 1.0) * bound;
}

/* The weights and bases of a model that has adapters, from one that has none. */
static int fill_adapted(struct encoder_model *m, const struct encoder_model *plain, uint64_t seed, struct error *err)
{
	struct adapters *all = &m->adapters;
	size_t floats = 0, rows = 0;

	for (size_t i = 0; i < all->count; i++) {
		all->items[i].base = floats;
		floats += all->items[i].rows * all->items[i].columns;
		rows = all->items[i].rows > rows ? all->items[i].rows : rows;
	}
	all->bases = array_new(floats, 1, sizeof *all->bases);
	all->spare = array_new(rows, all->rank, sizeof *all->spare);
	if (all->bases == NULL || all->spare == NULL || model_make_weights(m, err) < 0)
		return error_memory(err, model_memory);
	for (size_t i = 0, k = 0; i < m->parameter_count; i++)
		if (!m->parameters[i].adapter) {
			memcpy(m->weights + m->parameters[i].offset, plain->weights + plain->parameters[k].offset,
			       m->parameters[i].count * sizeof *m->weights);
			k++;
		}
	for (size_t i = 0; i < all->count; i++) {
		const struct adapter *a = &all->items[i];

		memcpy(all->bases + a->base, m->weights + a->weight, a->rows * a->columns * sizeof *all->bases);
		begin_adapter(m, a, seed);
	}
	return 0;
}

int model_adapt(struct encoder_model *m, unsigned matrices, size_t rank, double scale, uint64_t seed,
		struct error *err)
{
	struct encoder_model adapted = { 0 };

	if (model_lay_out(&adapted, &m->shape, m->head_kind, m->labels, m->width, matrices, rank, err) < 0 ||
	    fill_adapted(&adapted, m, seed, err) < 0) {
		model_release(&adapted);
		return -1;
	}
	adapted.adapters.scale = scale;
	adapted.has_old_head = m->has_old_head;
	model_release(m);
	*m = adapted;
	return 0;
}

void model_merge(struct encoder_model *m)
{
	const struct adapters *all = &m->adapters;

	for (size_t i = 0; i < all->count; i++) {
		const struct adapter *a = &all->items[i];
		const struct matrix w = matrix_of(m->weights + a->weight, a->rows, a->columns);

		for (size_t k = 0; k < a->rows * all->rank; k++)
			all->spare[k] = (float)all->scale * m->weights[a->b + k];
		memcpy(w.data, all->bases + a->base, a->rows * a->columns * sizeof *w.data);
		product_nn(w, matrix_of(all->spare, a->rows, all->rank),
			   matrix_of(m->weights + a->a, all->rank, a->columns), true);
	}
}
