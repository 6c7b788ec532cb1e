#include "corpus/grammar.h"

#include "base/sha256.h"
#include "corpus/builder.h"

#include <stdio.h>
#include <stdlib.h>

/* The tenth of all sentences that this one belongs to, by its words. */
static unsigned tenth_of(const struct grammar_sentence *s)
{
	char text[GRAMMAR_TOKENS * GRAMMAR_FORM], hex[65];
	size_t n = 0;
	unsigned value;

	for (int i = 0; i < s->count; i++)
		n += (size_t)snprintf(text + n, sizeof text - n, "%s ", s->tokens[i].form);
	sha256_bytes(hex, text, n);
	hex[7] = '\0';
	value = (unsigned)strtoul(hex, NULL, 16);
	return value % 10;
}

static bool is_of(enum grammar_part part, unsigned tenth)
{
	static const struct {
		unsigned from, to;
	} share[] = { [GRAMMAR_TRAIN] = { 0, 3 },
		      [GRAMMAR_TEST] = { 3, 5 },
		      [GRAMMAR_TEXT] = { 5, 9 },
		      [GRAMMAR_HELDOUT] = { 9, 10 } };

	return tenth >= share[part].from && tenth < share[part].to;
}

void grammar_sentence(struct grammar_sentence *out, uint64_t seed, enum grammar_part part, uint64_t index,
		      int question)
{
	struct stream random;
	struct builder b = { &random, out, false };

	/* Streams of neighbouring sentences share a key and lie 2³² blocks apart. */
	stream_init(&random, seed + (uint64_t)part * 2 + (uint64_t)(question != 0));
	random.block = index << 32;
	do {
		b.full = false;
		out->count = 0;
		out->question = NULL;
		if (question)
			question_ask(&b);
		else
			clause_state(&b);
	} while (b.full || !is_of(part, tenth_of(out)));
}
