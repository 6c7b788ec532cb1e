/* Names of runs and of states. A run is a task, a recipe where it has a name, and a
 * fine-tuning seed: "pos-s1", "pos-lora-s1". A state is a set of encoder weights:
 * "original", or a checkpoint of a run, "pos-s1-c03"; c00 is the original again. */
#ifndef WORKFLOW_STATE_H
#define WORKFLOW_STATE_H

extern const char state_original[];

/* Both in new memory; NULL if memory is short. */
char *state_run(const char *task, const char *recipe, long seed);
char *state_name(const char *task, const char *recipe, long seed, long checkpoint);

/* "c03", the folder of a checkpoint in its run's cell. */
struct checkpoint_name {
	char text[24];
};
struct checkpoint_name state_checkpoint_name(long checkpoint);

/* The checkpoint that a state's name, or "c03" alone, tells: 0 of the original; −1
 * if it tells none. */
long state_checkpoint(const char *state);

#endif
