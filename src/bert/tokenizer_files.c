#include "bert/checkpoint.h"

#include "base/array.h"
#include "base/file.h"
#include "base/json.h"
#include "text/settings.h"

#include <stdlib.h>

static int copy_vocabulary(const char *model, struct folder *folder, const char *prefix, struct error *err)
{
	char *path = path_join(model, "vocab.txt"), *name = text_format("%svocab.txt", prefix);
	struct mapping file;
	int rc = -1;

	if (path == NULL || name == NULL) {
		error_memory(err, "vocab.txt");
	} else if (mapping_open(&file, path, err) == 0) {
		rc = output_file(folder, name, file.data, file.size, err);
		mapping_close(&file);
	}
	free(path);
	free(name);
	return rc;
}

int tokenizer_files_write(const char *model, struct folder *folder, const char *prefix, struct error *err)
{
	char *name = text_format("%stokenizer_config.json", prefix);
	struct text_settings settings;
	json_t *config = NULL;
	int rc = -1;

	if (name == NULL) {
		error_memory(err, "tokenizer_config.json");
		goto done;
	}
	if (text_settings_read(&settings, model, err) < 0 || copy_vocabulary(model, folder, prefix, err) < 0)
		goto done;
	config = json_pack("{s:b,s:b,s:b,s:s,s:s,s:s,s:s,s:s,s:s}", "do_lower_case", settings.lower, "strip_accents",
			   settings.strip_accents, "tokenize_chinese_chars", settings.ideographs, "tokenizer_class",
			   "BertTokenizer", "pad_token", "[PAD]", "unk_token", "[UNK]", "cls_token", "[CLS]",
			   "sep_token", "[SEP]", "mask_token", "[MASK]");
	if (config == NULL) {
		error_memory(err, name);
		goto done;
	}
	rc = json_write(folder, name, config, err);
done:
	json_decref(config);
	free(name);
	return rc;
}
