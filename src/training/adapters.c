#include "training/adapters.h"

#include "base/array.h"
#include "base/json.h"
#include "encoder/family.h"
#include "weights/checkpoint.h"

#include <stdlib.h>
#include <string.h>

static bool is_of_head(const struct encoder_model *m, const struct model_tensor *p)
{
	return p->layer > (int)m->shape.layers;
}

/* "bert.encoder.layer.0.attention.self.query": what an adapted tensor's module is called
 * in the model, in new memory. */
static char *module_of(const struct encoder_model *m, const struct adapter *a)
{
	for (size_t i = 0; i < m->parameter_count; i++)
		if (m->parameters[i].offset == a->weight)
			return text_copy_n(m->parameters[i].file, strlen(m->parameters[i].file) - strlen(".weight"));
	return NULL;
}

static int write_config(const struct encoder_model *m, double alpha, struct folder *folder, const char *name,
			struct error *err)
{
	json_t *modules = json_array(), *head = json_array(), *object;
	int rc = 0;

	for (size_t i = 0; i < m->adapters.count; i++) {
		char *module = module_of(m, &m->adapters.items[i]);

		rc |= module == NULL ? -1 : json_array_append_new(modules, json_string(module));
		free(module);
	}
	if (m->shape.head_dense)
		rc |= json_array_append_new(head, json_string("head"));
	rc |= json_array_append_new(head, json_string("classifier"));
	object = json_pack("{s:s,s:s,s:I,s:f,s:f,s:s,s:b,s:b,s:o,s:o,s:s}", "peft_type", "LORA", "task_type",
			   "TOKEN_CLS", "r", (json_int_t)m->adapters.rank, "lora_alpha", alpha, "lora_dropout", 0.0,
			   "bias", "none", "fan_in_fan_out", 0, "inference_mode", 1, "target_modules", modules,
			   "modules_to_save", head, "base_model_name_or_path", "");
	rc = object == NULL || rc != 0 ? error_memory(err, name) : json_write(folder, name, object, err);
	json_decref(object);
	return rc;
}

static int write_weights(const struct encoder_model *m, struct folder *folder, const char *name, struct error *err)
{
	struct named_tensor *tensors = array_new(m->parameter_count, 1, sizeof *tensors);
	char **names = array_new(m->parameter_count, 1, sizeof *names);
	size_t count = 0;
	int rc = tensors == NULL || names == NULL ? error_memory(err, name) : 0;

	for (size_t i = 0; rc == 0 && i < m->parameter_count; i++) {
		const struct model_tensor *p = &m->parameters[i];

		if (!p->adapter && !is_of_head(m, p))
			continue;
		names[count] = text_format("base_model.model.%s", p->file);
		if (names[count] == NULL)
			rc = error_memory(err, name);
		tensors[count] = (struct named_tensor){ .name = names[count],
							.rank = p->rank,
							.data = m->weights + p->offset };
		memcpy(tensors[count++].shape, p->shape, sizeof p->shape);
	}
	if (rc == 0)
		rc = safetensors_write(tensors, count, folder, name, err);
	for (size_t i = 0; i < count; i++)
		free(names[i]);
	free(names);
	free(tensors);
	return rc;
}

int adapters_save(const struct encoder_model *m, double alpha, struct folder *folder, const char *prefix,
		  struct error *err)
{
	char *config = text_format("%sadapter/adapter_config.json", prefix);
	char *weights = text_format("%sadapter/adapter_model.safetensors", prefix);
	int rc = config == NULL || weights == NULL ? error_memory(err, prefix)
						   : write_config(m, alpha, folder, config, err);

	if (rc == 0)
		rc = write_weights(m, folder, weights, err);
	free(config);
	free(weights);
	return rc;
}
