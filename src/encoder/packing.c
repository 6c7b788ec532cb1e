#include "encoder/packing.h"

#include "base/array.h"

#include <stdint.h>
#include <stdlib.h>

enum { PER_LAYER = 4 };

/* The weights of a layer in the order of struct packed_layer. */
static struct matrix weight_of(const struct encoder_model *m, size_t layer, size_t which)
{
	const size_t h = m->shape.hidden, wide = m->shape.intermediate, up = shape_up(&m->shape);
	const struct layer_places *l = &m->layers[layer];
	const struct matrix all[PER_LAYER] = {
		matrix_of(m->weights + l->qkv, 3 * h, h),
		matrix_of(m->weights + l->out, h, h),
		matrix_of(m->weights + l->up, up, h),
		matrix_of(m->weights + l->down, h, wide),
	};

	return all[which];
}

/* Without rows where the embeddings are not projected. */
static struct matrix project_of(const struct encoder_model *m)
{
	if (!shape_is_projected(&m->shape))
		return (struct matrix){ 0 };
	return matrix_of(m->weights + m->project, m->shape.hidden, m->shape.embedding);
}

static struct packed *slot_of(struct packed_layer *layer, size_t which)
{
	struct packed *const all[PER_LAYER] = { &layer->qkv, &layer->out, &layer->up, &layer->down };

	return all[which];
}

int packing_init(struct packing *out, const struct encoder_model *m, bool backward, struct error *err)
{
	const size_t layers = shape_own_layers(&m->shape);
	const struct matrix project = project_of(m);
	size_t next = 0;

	*out = (struct packing){ 0 };
	for (size_t i = 0; i < PER_LAYER; i++) {
		const struct matrix w = weight_of(m, 0, i);

		out->size += layers * packed_size(w.rows, w.columns);
		if (backward)
			out->size += layers * packed_size(w.columns, w.rows);
	}
	if (project.rows > 0)
		out->size += packed_size(project.rows, project.columns) +
			     (backward ? packed_size(project.columns, project.rows) : 0);
	out->panels = array_new(out->size, 1, sizeof *out->panels);
	out->forward = array_new(layers, 1, sizeof *out->forward);
	out->backward = backward ? array_new(layers, 1, sizeof *out->backward) : NULL;
	if (out->panels == NULL || out->forward == NULL || (backward && out->backward == NULL)) {
		packing_release(out);
		return error_memory(err, "packed weights");
	}
	for (size_t l = 0; l < layers; l++)
		for (size_t i = 0; i < PER_LAYER; i++) {
			const struct matrix w = weight_of(m, l, i);

			slot_of(&out->forward[l], i)->panels = out->panels + next;
			next += packed_size(w.rows, w.columns);
			if (!backward)
				continue;
			slot_of(&out->backward[l], i)->panels = out->panels + next;
			next += packed_size(w.columns, w.rows);
		}
	if (project.rows > 0) {
		out->project[0].panels = out->panels + next;
		next += packed_size(project.rows, project.columns);
		out->project[1].panels = backward ? out->panels + next : NULL;
	}
	return 0;
}

void packing_release(struct packing *p)
{
	free(p->forward);
	free(p->backward);
	free(p->panels);
	*p = (struct packing){ 0 };
}

struct filling {
	struct packing *packing;
	const struct encoder_model *model;
};

static void fill(struct packed *forward, struct packed *backward, struct matrix w)
{
	*forward = packed_nt((float *)(uintptr_t)forward->panels, w);
	if (backward != NULL)
		*backward = packed_nn((float *)(uintptr_t)backward->panels, w);
}

static void fill_task(void *arg, size_t task, unsigned thread)
{
	const struct filling *f = arg;
	struct packing *p = f->packing;
	const size_t layer = task / PER_LAYER, which = task % PER_LAYER;

	(void)thread;
	if (layer == shape_own_layers(&f->model->shape))
		fill(&p->project[0], p->backward != NULL ? &p->project[1] : NULL, project_of(f->model));
	else
		fill(slot_of(&p->forward[layer], which),
		     p->backward != NULL ? slot_of(&p->backward[layer], which) : NULL,
		     weight_of(f->model, layer, which));
}

void packing_fill(struct packing *p, const struct encoder_model *m, struct pool *pool)
{
	struct filling f = { p, m };

	pool_run(pool, PER_LAYER * shape_own_layers(&m->shape) + (shape_is_projected(&m->shape) ? 1 : 0), fill_task,
		 &f);
}

const struct packed_layer *packing_layer(const struct packing *p, const struct encoder_model *m, size_t layer,
					 bool backward)
{
	return &(backward ? p->backward : p->forward)[m->shape.shared ? 0 : layer];
}
