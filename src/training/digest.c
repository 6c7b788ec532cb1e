#include "training/digest.h"

#include "encoder/family.h"

#include "base/sha256.h"

#include <stdarg.h>
#include <stdio.h>

void digest_init(struct digest *d)
{
	d->sha256 = sha256_new();
}

void digest_bytes(struct digest *d, const void *data, size_t size)
{
	if (d->sha256 != NULL && size > 0)
		sha256_add(d->sha256, data, size);
}

void digest_format(struct digest *d, const char *format, ...)
{
	char text[512];
	va_list args;
	int length;

	va_start(args, format);
	length = vsnprintf(text, sizeof text, format, args);
	va_end(args);
	if (length > 0)
		digest_bytes(d, text, (size_t)length < sizeof text ? (size_t)length : sizeof text - 1);
}

void digest_model(struct digest *d, const struct encoder_model *m)
{
	const struct encoder_shape *c = &m->shape;

	digest_format(d, ";%s;%zu;%zu;%zu;%zu;%zu;%zu;%zu;%d;%a;%a;%a;%a;%d;%zu;%zu;", c->family->model_type,
		      c->hidden, c->layers, c->heads, c->intermediate, c->vocabulary, c->positions, c->types,
		      (int)c->activation, c->layer_norm_eps, c->hidden_dropout, c->attention_dropout, c->head_dropout,
		      (int)m->head_kind, m->labels, m->width);
	digest_bytes(d, m->weights, m->size * sizeof *m->weights);
}

void digest_encoding(struct digest *d, const struct encoding *e)
{
	digest_format(d, ";%d;%zu;%zu;", (int)e->kind, e->sentences, e->count);
	digest_bytes(d, e->start, (e->sentences + 1) * sizeof *e->start);
	digest_bytes(d, e->ids, e->start[e->sentences] * sizeof *e->ids);
	digest_bytes(d, e->first, (e->sentences + 1) * sizeof *e->first);
	for (size_t i = 0; i < e->count; i++) {
		digest_bytes(d, &e->examples[i].a, sizeof e->examples[i].a);
		digest_bytes(d, &e->examples[i].b, sizeof e->examples[i].b);
	}
}

void digest_end(struct digest *d, char hex[65])
{
	hex[0] = '\0';
	if (d->sha256 != NULL)
		sha256_end(d->sha256, hex);
	d->sha256 = NULL;
}
