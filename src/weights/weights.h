/* A weights file as it was found: a directory of tensors over storages. What
 * the readers of the three forms fill in, and checkpoint.h reads from. */
#ifndef WEIGHTS_WEIGHTS_H
#define WEIGHTS_WEIGHTS_H

#include "base/error.h"
#include "base/file.h"
#include "weights/elements.h"

#include <stddef.h>

enum { MOST_DIMENSIONS = 8 };

struct zip;
struct encoder_naming;

/* A run of bytes: in the file itself, or an entry of its zip. */
struct storage {
	const char *data; /* NULL: entry `entry` of the zip */
	size_t bytes;
	size_t entry;
};

struct tensor {
	char *name;    /* in the one form that checkpoint.h describes; NULL until weights_index */
	char *written; /* as the file has it */
	const struct element *type;
	unsigned rank;
	size_t shape[MOST_DIMENSIONS];
	size_t stride[MOST_DIMENSIONS]; /* elements */
	size_t storage;                 /* index */
	size_t offset;                  /* bytes from the storage's beginning; all elements lie within it */
};

/* Bytes of a zip's entry: many tensors may lie in one. */
struct loaded {
	char *data;
	size_t storage; /* index */
};

/* A weights file, or several that an index names: then only `path`, the index's,
 * and `shards` are set. */
struct checkpoint {
	char *path;                          /* of the weights file */
	const struct encoder_naming *naming; /* NULL until weights_index */
	struct mapping file;                 /* empty where the bytes are the caller's */
	struct zip *zip;                     /* of the zip form */
	struct tensor *tensors;              /* (count), by name once the file is read */
	size_t count, capacity;
	struct storage *storages;
	size_t storage_count, storage_capacity;
	struct loaded *loaded;      /* the entry of a zip that was read last; data NULL until one was */
	struct checkpoint **shards; /* (shard_count) */
	size_t shard_count, shard_capacity;
};

/* Both copy what they are given. A name that is empty or holds control
 * characters is an error. */
int weights_add(struct checkpoint *c, const char *written, size_t length, const struct tensor *tensor,
		struct error *err);
int weights_add_storage(struct checkpoint *c, struct storage storage, struct error *err);

/* Brings the names to the one form, of all shards together, and sorts the tensors.
 * Two that have one name are an error. */
int weights_index(struct checkpoint *c, const struct encoder_naming *naming, struct error *err);

/* The shards that model.safetensors.index.json or pytorch_model.bin.index.json
 * names, each once, sorted, in new memory. A name that leads out of the index's
 * folder is an error. */
struct shard_names {
	char **names; /* (count) */
	size_t count, capacity;
};
int shard_names_read(struct shard_names *out, const char *index, struct error *err);
void shard_names_release(struct shard_names *s);

/* Opens what an index names. A shard that is not there, and a tensor that a
 * shard lacks, are errors by name. Names are not yet of one form. */
int shards_open(struct checkpoint *c, const char *folder, struct error *err);

/* The elements of a shape, and the strides of C order, in elements. -1 if the
 * number of bytes overflows. */
int shape_measure(size_t *count, size_t *stride, const size_t *shape, unsigned rank, size_t width);

/* The readers. The bytes stay where they are as long as the checkpoint. */
int safetensors_read(struct checkpoint *c, const char *data, size_t size, struct error *err);
int torch_zip_read(struct checkpoint *c, const char *data, size_t size, struct error *err);
int torch_legacy_read(struct checkpoint *c, const char *data, size_t size, struct error *err);

/* The bytes of a zip's entry, into `out` of storage->bytes. */
int torch_zip_load(const struct checkpoint *c, const struct storage *storage, char *out, struct error *err);
void torch_zip_close(struct zip *zip);

/* An empty directory of the file at a path; NULL if memory is short. */
struct checkpoint *weights_new(const char *path);
void weights_close(struct checkpoint *c);

/* Reads a weights file that lies in memory and that `path` names in messages. Names
 * are not yet of one form. */
enum weights_form { WEIGHTS_SAFETENSORS, WEIGHTS_TORCH };
int weights_parse(struct checkpoint **out, const char *path, enum weights_form form, const char *data, size_t size,
		  struct error *err);

/* The same with weights_index: what checkpoint_open does once a file is mapped. */
int checkpoint_parse(struct checkpoint **out, const char *path, enum weights_form form,
		     const struct encoder_naming *naming, const char *data, size_t size, struct error *err);

#endif
