#include "base/array.h"
#include "encoder/directory.h"
#include "encoder/family.h"
#include "encoder/model_layout.h"
#include "weights/checkpoint.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool of_encoder(const struct model_tensor *p)
{
	return strncmp(p->name, model_prefix, strlen(model_prefix)) == 0;
}

/* Of a layer that is not there the list of tensors would be made first. */
static int check_depth(const struct encoder_shape *shape, const struct checkpoint *c, struct error *err)
{
	const size_t last = shape_own_layers(shape) - 1;
	char name[96], file[96];

	if (checkpoint_check_encoder(c, err) < 0)
		return -1;
	snprintf(name, sizeof name, "encoder.layer.%zu.output.dense.weight", last);
	model_spell(file, shape->family, last, name);
	return checkpoint_check(c, file, (size_t[]){ shape->hidden, shape->intermediate }, 2, err);
}

/* A masked language model goes on with the head that the file has; a classifier
 * is new, unless it is asked for. */
static bool is_read(const struct encoder_model *m, const struct model_tensor *p, const struct checkpoint *c)
{
	return of_encoder(p) || (m->head_kind == HEAD_MLM && checkpoint_has(c, p->file));
}

static bool is_known(const void *model, const char *name)
{
	const struct encoder_model *m = model;

	for (size_t i = 0; i < m->parameter_count; i++)
		if (strcmp(m->parameters[i].file, name) == 0)
			return true;
	return false;
}

/* Sizes that a config.json only claims are compared with the file's before any
 * memory is asked for. */
static int check_shapes(const struct encoder_model *m, const struct checkpoint *c, struct error *err)
{
	if (checkpoint_check_known(c, is_known, m, err) < 0)
		return -1;
	for (size_t i = 0; i < m->parameter_count; i++) {
		const struct model_tensor *p = &m->parameters[i];

		if (is_read(m, p, c) && checkpoint_check(c, p->file, p->shape, p->rank, err) < 0)
			return -1;
	}
	return 0;
}

static int read_weights(struct encoder_model *m, const struct checkpoint *c, uint64_t head_seed, struct error *err)
{
	for (size_t i = 0; i < m->parameter_count; i++) {
		const struct model_tensor *p = &m->parameters[i];

		if (!is_read(m, p, c))
			model_randomize_tensor(m, p, head_seed);
		else if (checkpoint_read(c, p->file, p->shape, p->rank, m->weights + p->offset, err) < 0)
			return -1;
	}
	return 0;
}

int model_load(struct encoder_model *out, const char *directory, enum head_kind head, size_t labels, size_t width,
	       uint64_t head_seed, struct error *err)
{
	struct encoder_shape shape;
	struct checkpoint *c = NULL;
	int rc = -1;

	*out = (struct encoder_model){ 0 };
	if (config_read(&shape, directory, err) < 0 || checkpoint_open(&c, directory, &shape.family->naming, err) < 0)
		return -1;
	if (check_depth(&shape, c, err) == 0 && model_lay_out(out, &shape, head, labels, width, 0, 0, err) == 0 &&
	    check_shapes(out, c, err) == 0 && model_make_weights(out, err) == 0)
		rc = read_weights(out, c, head_seed, err);
	out->has_old_head = head == HEAD_LINEAR && checkpoint_has(c, model_head_weight);
	checkpoint_close(c);
	if (rc < 0)
		model_release(out);
	return rc;
}

/* Rows of the file to rows of the model: label i is class classes[i]. */
static int read_head(struct encoder_model *m, const struct checkpoint *c, const size_t *classes, float *rows,
		     struct error *err)
{
	float *weight = m->weights + m->head.weight, *bias = m->weights + m->head.bias;

	for (size_t i = 0; i < m->parameter_count; i++) {
		const struct model_tensor *p = &m->parameters[i];

		if (strncmp(p->name, "head.", 5) == 0 &&
		    checkpoint_read(c, p->file, p->shape, p->rank, m->weights + p->offset, err) < 0)
			return -1;
	}
	if (checkpoint_read(c, model_head_weight, (size_t[]){ m->labels, m->width }, 2, rows, err) < 0)
		return -1;
	for (size_t i = 0; i < m->labels; i++)
		memcpy(weight + i * m->width, rows + classes[i] * m->width, m->width * sizeof *rows);
	if (checkpoint_read(c, model_head_bias, (size_t[]){ m->labels }, 1, rows, err) < 0)
		return -1;
	for (size_t i = 0; i < m->labels; i++)
		bias[i] = rows[classes[i]];
	return 0;
}

int model_keep_head(struct encoder_model *m, const char *directory, const char *const *labels, struct error *err)
{
	size_t *classes = array_new(m->labels, 1, sizeof *classes);
	float *rows = array_new(m->labels, m->width, sizeof *rows);
	struct checkpoint *c = NULL;
	int rc = -1;

	if (classes == NULL || rows == NULL)
		error_memory(err, "head of the encoder");
	else if (checkpoint_open(&c, directory, &m->shape.family->naming, err) == 0 &&
		 checkpoint_check(c, model_head_weight, (size_t[]){ m->labels, m->width }, 2, err) == 0 &&
		 (rc = config_match_labels(classes, directory, labels, m->labels, err)) >= 0 &&
		 read_head(m, c, classes, rows, err) < 0)
		rc = -1;
	m->has_old_head = false;
	checkpoint_close(c);
	free(classes);
	free(rows);
	return rc;
}

int model_check_vocabulary(const struct encoder_model *m, const struct tokenizer *t, const char *directory,
			   struct error *err)
{
	const struct added_tokens *added = tokenizer_added(t);

	for (size_t i = 0; i < added->count; i++)
		if ((size_t)added->items[i].id >= m->shape.vocabulary &&
		    (size_t)added->items[i].id >= tokenizer_vocabulary_size(t))
			return error_set(err, STATUS_INPUT,
					 "%s: added token %s has id %d, but vocab_size is %zu: it has no embedding",
					 directory, added->items[i].content, added->items[i].id, m->shape.vocabulary);
	if (tokenizer_vocabulary_size(t) > m->shape.vocabulary)
		return error_set(err, STATUS_INPUT, "%s: %s has %zu pieces, but vocab_size is %zu", directory,
				 tokenizer_file(t), tokenizer_vocabulary_size(t), m->shape.vocabulary);
	return 0;
}

int model_check(const char *directory, const struct tokenizer *t, struct error *err)
{
	struct encoder_model m = { 0 };
	struct encoder_shape shape;
	struct checkpoint *c = NULL;
	int rc = -1;

	if (config_read(&shape, directory, err) < 0 || checkpoint_open(&c, directory, &shape.family->naming, err) < 0)
		return -1;
	if (check_depth(&shape, c, err) == 0 && model_lay_out(&m, &shape, HEAD_NONE, 0, 0, 0, 0, err) == 0 &&
	    check_shapes(&m, c, err) == 0)
		rc = model_check_vocabulary(&m, t, directory, err);
	checkpoint_close(c);
	model_release(&m);
	return rc;
}

int model_save(const struct encoder_model *m, const char *const *label_names, const char *tokenizer,
	       struct folder *folder, const char *prefix, struct error *err)
{
	struct named_tensor *tensors = array_new(m->parameter_count, 1, sizeof *tensors);
	char *name = text_format("%smodel.safetensors", prefix);
	size_t count = 0;
	int rc = -1;

	if (tensors == NULL || name == NULL) {
		error_memory(err, "list of tensors");
		goto done;
	}
	for (size_t i = 0; i < m->parameter_count; i++) {
		const struct model_tensor *p = &m->parameters[i];

		if (p->adapter || (!of_encoder(p) && m->head_kind != HEAD_LINEAR))
			continue;
		tensors[count] =
			(struct named_tensor){ .name = p->file, .rank = p->rank, .data = m->weights + p->offset };
		memcpy(tensors[count++].shape, p->shape, sizeof p->shape);
	}
	if (config_write(&m->shape, label_names, label_names != NULL ? m->labels : 0, folder, prefix, err) < 0 ||
	    tokenizer_files_write(tokenizer, folder, prefix, err) < 0 ||
	    safetensors_write(tensors, count, folder, name, err) < 0)
		goto done;
	rc = 0;
done:
	free(tensors);
	free(name);
	return rc;
}
