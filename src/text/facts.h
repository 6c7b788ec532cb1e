/* What the files beside a vocabulary say of the pieces: config.json,
 * tokenizer_config.json, special_tokens_map.json and added_tokens.json of a
 * model directory. What they say is honoured or refused by name; keys that do
 * not touch the pieces are ignored. */
#ifndef TEXT_FACTS_H
#define TEXT_FACTS_H

#include "base/error.h"
#include "text/added.h"
#include "text/tokenizer_json.h"
#include "text/text_settings.h"

#include <stdbool.h>

struct tokenizer_facts {
	struct text_settings settings;
	bool named;             /* the class is: */
	enum piece_model model; /* what pieces it makes */
	bool follows_file;      /* the class takes tokenizer.json as it stands, whatever the settings say */
	json_t *config;         /* tokenizer_config.json; NULL where it is not there */
	json_t *map;            /* special_tokens_map.json; the same */
	bool decoded;           /* added_tokens_decoder describes the tokens; elsewhere only their names count */
	struct added_tokens added;
};

/* The files of a directory that hold facts, where they are there; NULL-ended. */
extern const char *const facts_files[];

/* Reads what is there; a directory without any of the files has the defaults. Of
 * another kind of tokenizer, code of the repository's own, and a setting that
 * would give other pieces and is not supported, the error names the key. With
 * `own_names`, the five special tokens must have the names that vocab.txt has
 * them by; else their names count as those of added tokens. */
int facts_read(struct tokenizer_facts *out, const char *model, bool own_names, struct error *err);

/* Whether switches, and special tokens, that the files name are those of
 * tokenizer.json; where the class would follow them and not tokenizer.json, others
 * are an error. */
struct named_specials {
	const char *unk, *sep, *cls;
};
int facts_check(const struct tokenizer_facts *f, const char *model, const struct tokenizer_description *d,
		struct error *err);
int facts_check_specials(const struct tokenizer_facts *f, const char *model, const struct named_specials *told,
			 struct error *err);
void facts_release(struct tokenizer_facts *f);

#endif
