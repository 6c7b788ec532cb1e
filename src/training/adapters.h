/* Adapters as PEFT keeps them: adapter_config.json and adapter_model.safetensors. */
#ifndef TRAINING_ADAPTERS_H
#define TRAINING_ADAPTERS_H

#include "base/output.h"
#include "encoder/model.h"

/* Writes <prefix>adapter/ with the model's adapters and its head, so that PEFT puts them on
 * the model that fine-tuning began with. A folder of its own: transformers would put an
 * adapter that lies beside merged weights on them once more. */
int adapters_save(const struct encoder_model *m, double alpha, struct folder *folder, const char *prefix,
		  struct error *err);

#endif
