#include "encoder/family.h"

#include <stdio.h>
#include <string.h>

const struct family *const families[] = {
	&bert_family,
	&distilbert_family,
	&electra_family,
	&roberta_family,
	&camembert_family,
	&xlm_roberta_family,
	&mpnet_family,
	&albert_family,
	&modernbert_family,
	&deberta_family,
	NULL,
};

const struct family *family_of_type(const char *model_type)
{
	for (size_t i = 0; families[i] != NULL; i++)
		if (strcmp(families[i]->model_type, model_type) == 0)
			return families[i];
	return NULL;
}

const struct family *family_of_class(const char *class)
{
	for (size_t i = 0; families[i] != NULL; i++)
		if (strncmp(class, families[i]->class, strlen(families[i]->class)) == 0)
			return families[i];
	return NULL;
}

struct encoder_shape family_shape(const struct family *f)
{
	struct encoder_shape shape = f->start;

	shape.family = f;
	return shape;
}

static bool has_key(const struct size_key *key, size_t offset)
{
	for (; key != NULL && key->name != NULL; key++)
		if (key->offset == offset)
			return true;
	return false;
}

bool family_has_size(const struct family *f, size_t offset)
{
	return has_key(f->sizes, offset) || has_key(f->more_sizes, offset);
}

void family_names(char *out, size_t size)
{
	size_t used = 0;

	out[0] = '\0';
	for (size_t i = 0; families[i] != NULL && used < size; i++)
		used += (size_t)snprintf(out + used, size - used, "%s%s", i == 0 ? "" : ", ",
					 families[i]->model_type);
}
