#include "stage/data_files.h"

#include <stddef.h>
#include <string.h>

static const struct data_file files[] = {
	{ "ud-english-pud/en_pud-ud-test.conllu", "ud", "en_pud-ud-test.conllu" },
	{ "streusle-4.2/train.conllulex", "streusle", "train/streusle.ud_train.conllulex" },
	{ "streusle-4.2/dev.conllulex", "streusle", "dev/streusle.ud_dev.conllulex" },
	{ "streusle-4.2/test.conllulex", "streusle", "test/streusle.ud_test.conllulex" },
	{ "trec/train_5500.label", "trec", "train_5500.label" },
	{ "trec/TREC_10.label", "trec", "TREC_10.label" },
};

const struct data_file *data_file_find(const char *file)
{
	for (size_t i = 0; i < sizeof files / sizeof files[0]; i++)
		if (strcmp(files[i].file, file) == 0)
			return &files[i];
	return NULL;
}
