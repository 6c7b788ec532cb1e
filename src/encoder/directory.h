/* A model directory as a whole: which of its files count, and whether they fit
 * one another. */
#ifndef ENCODER_DIRECTORY_H
#define ENCODER_DIRECTORY_H

#include "base/error.h"
#include "base/output.h"

#include <stdbool.h>
#include <stddef.h>

/* Names below the directory, sorted. */
struct model_files {
	char **names; /* (count) */
	size_t count, capacity;
	bool lacking; /* after an error: because a file that is needed is not there */
};

/* The files that decide what is computed from a model directory: configuration,
 * tokenizer, weights with every shard. Another model_type is an error before
 * anything is missed; a file that is needed and is not there is an error that
 * names it. */
int model_files_list(struct model_files *out, const char *directory, struct error *err);
/* The same without the tokenizer's, of a directory that may have none; and those alone. */
int model_files_list_encoder(struct model_files *out, const char *directory, struct error *err);
int model_files_list_tokenizer(struct model_files *out, const char *directory, struct error *err);
void model_files_release(struct model_files *f);

/* Opens configuration, tokenizer and the header of the weights, and checks that
 * they fit one another (size of the vocabulary, shapes, every tensor that is
 * needed). The weights themselves are not read. */
int model_directory_check(const char *directory, struct error *err);
/* The same with the tokenizer of another. */
int model_directory_check_with(const char *directory, const char *tokenizer, struct error *err);

/* Writes the tokenizer of a model directory below the prefix, so that it is read
 * again with the same pieces, here and by transformers: tokenizer.json with what
 * stands beside it, where that is what was read; else vocab.txt, and in
 * tokenizer_config.json all that the files beside it said. */
int tokenizer_files_write(const char *model, struct folder *folder, const char *prefix, struct error *err);

#endif
