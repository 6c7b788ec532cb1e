/* A restricted pickle machine (protocol 2): only the opcodes and the globals
 * that a state_dict of PyTorch needs. Nothing is executed: a global is an entry
 * of a table, and a call of one builds a value here or is refused by name.
 *
 * Values live in the pickle and are freed with it, so that cycles are harmless;
 * no function here calls itself, so that depth is harmless. The bytes read, the
 * values and the memo are bounded. */
#ifndef WEIGHTS_PICKLE_H
#define WEIGHTS_PICKLE_H

#include "base/error.h"
#include "weights/pickle_value.h"

#include <stddef.h>

struct pickle;

/* Runs one pickle at the beginning of data. `label` stands before the byte in
 * messages: "pytorch_model.bin: archive/data.pkl". The data must outlive the
 * pickle. */
int pickle_run(struct pickle **out, const char *label, const char *data, size_t size, struct error *err);
void pickle_free(struct pickle *p);

const struct value *pickle_result(const struct pickle *p);
size_t pickle_size(const struct pickle *p); /* bytes up to and with its STOP */

#endif
