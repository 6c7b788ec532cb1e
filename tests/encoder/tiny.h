/* What the encoder's tests share: the fixture tiny-bert, tensors of a file by
 * their names, and numbers that are close. */
#ifndef TESTS_ENCODER_TINY_H
#define TESTS_ENCODER_TINY_H

#include "weights/shape.h"
#include "support.h"

#include "base/json.h"
#include "weights/checkpoint.h"
#include "num/npy.h"

#include <math.h>
#include <string.h>

#define TINY FIXTURES "/tiny-bert"

/* Copies a file; what tests change they change in a copy. */
static inline void tiny_copy(const char *from, const char *folder_path, const char *name)
{
	struct error err = { 0 };
	struct mapping map;
	struct folder folder;

	assert_ok(mapping_open(&map, from, &err), err);
	assert_ok(folder_open(&folder, folder_path, &err), err);
	assert_ok(output_file(&folder, name, map.data, map.size, &err), err);
	folder_release(&folder);
	mapping_close(&map);
}

/* The tensors of a fixture file, which need not be a model. */
static inline struct checkpoint *tiny_tensors(const char *file, char **directory)
{
	struct error err = { 0 };
	struct checkpoint *c;
	char *path = text_format("%s/%s", TINY, file);

	*directory = support_folder();
	tiny_copy(path, *directory, "model.safetensors");
	assert_ok(checkpoint_open(&c, *directory, &bert_family.naming, &err), err);
	free(path);
	return c;
}

/* One tensor in new memory. */
static inline float *tiny_tensor(const struct checkpoint *c, const char *name, size_t *count)
{
	struct error err = { 0 };
	size_t shape[4];
	int rank = shape_in(c, name, shape);
	float *data;

	if (rank < 0)
		fail_msg("no tensor %s in the fixture", name);
	*count = 1;
	for (int i = 0; i < rank; i++)
		*count *= shape[i];
	data = array_new(*count, 1, sizeof *data);
	assert_ok(checkpoint_read(c, name, shape, (unsigned)rank, data, &err), err);
	return data;
}

/* ‖x − y‖/‖y‖. */
static inline double tiny_distance(const float *x, const float *y, size_t n)
{
	double difference = 0.0, size = 0.0;

	for (size_t i = 0; i < n; i++) {
		difference += ((double)x[i] - (double)y[i]) * ((double)x[i] - (double)y[i]);
		size += (double)y[i] * (double)y[i];
	}
	return sqrt(difference / (size > 0.0 ? size : 1.0));
}

/* A copy of the model directory, whose config says another activation, or
 * other probabilities of dropout, or has another head. */
static inline char *tiny_model(const char *activation, double dropout)
{
	struct error err = { 0 };
	char *path = support_folder();
	struct folder folder;
	json_t *config;

	tiny_copy(TINY "/model.safetensors", path, "model.safetensors");
	tiny_copy(TINY "/vocab.txt", path, "vocab.txt");
	tiny_copy(TINY "/tokenizer_config.json", path, "tokenizer_config.json");
	assert_ok(json_read(&config, TINY "/config.json", &err), err);
	json_object_set_new(config, "hidden_act", json_string(activation));
	json_object_set_new(config, "hidden_dropout_prob", json_real(dropout));
	json_object_set_new(config, "attention_probs_dropout_prob", json_real(dropout));
	assert_ok(folder_open(&folder, path, &err), err);
	assert_ok(json_write(&folder, "config.json", config, &err), err);
	folder_release(&folder);
	json_decref(config);
	return path;
}

#endif
