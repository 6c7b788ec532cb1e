#include "encoder/model.h"

#include "base/array.h"
#include "base/random.h"
#include "encoder/model_layout.h"

#include <stdlib.h>
#include <string.h>

int model_make_weights(struct encoder_model *m, struct error *err)
{
	m->weights = array_new(m->size, 1, sizeof *m->weights);
	return m->weights == NULL ? error_memory(err, model_memory) : 0;
}

int model_init(struct encoder_model *out, const struct encoder_shape *shape, enum head_kind head, size_t labels,
	       size_t width, struct error *err)
{
	if (model_lay_out(out, shape, head, labels, width, 0, 0, err) == 0 && model_make_weights(out, err) == 0)
		return 0;
	model_release(out);
	return -1;
}

void model_release(struct encoder_model *m)
{
	free(m->parameters);
	free(m->layers);
	free(m->weights);
	free(m->adapters.items);
	free(m->adapters.bases);
	free(m->adapters.spare);
	*m = (struct encoder_model){ 0 };
}

void model_randomize_tensor(struct encoder_model *m, const struct model_tensor *p, uint64_t seed)
{
	float *w = m->weights + p->offset;
	const char norm[] = "orm.weight"; /* "LayerNorm.weight" */
	const size_t length = strlen(p->name), end = sizeof norm - 1;
	const float fixed = length >= end && strcmp(p->name + length - end, norm) == 0 ? 1.0f : 0.0f;
	struct stream s;

	if (p->rank == 1) {
		for (size_t i = 0; i < p->count; i++)
			w[i] = fixed;
		return;
	}
	stream_init(&s, seed ^ seed_derive(0, p->name, "weights"));
	for (size_t i = 0; i < p->count; i++)
		w[i] = (float)(stream_normal(&s) * m->shape.initializer_range);
}

void model_randomize(struct encoder_model *m, uint64_t seed)
{
	for (size_t i = 0; i < m->parameter_count; i++)
		model_randomize_tensor(m, &m->parameters[i], seed);
	if (m->shape.pad_id >= 0 && (size_t)m->shape.pad_id < m->shape.vocabulary)
		memset(m->weights + m->words + (size_t)m->shape.pad_id * m->shape.embedding, 0,
		       m->shape.embedding * sizeof *m->weights);
}

void model_reinit(struct encoder_model *m, size_t layers, uint64_t seed)
{
	for (size_t i = 0; i < m->parameter_count; i++) {
		const struct model_tensor *p = &m->parameters[i];

		if (p->layer > (int)(m->shape.layers - layers) && p->layer <= (int)m->shape.layers)
			model_randomize_tensor(m, p, seed);
	}
}
