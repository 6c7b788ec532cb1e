/* A pool of threads that works off numbered tasks.
 *
 * Which thread takes a task is left open; results must depend on the task's
 * number alone, so that they are the same bytes whatever the number of
 * threads. */
#ifndef BASE_POOL_H
#define BASE_POOL_H

#include <stddef.h>

struct pool;

/* `threads` ≥ 1, the calling one included. NULL if threads cannot be started. */
struct pool *pool_new(unsigned threads);
void pool_free(struct pool *p);
unsigned pool_threads(const struct pool *p);

/* Calls run(arg, task, thread) for task = 0 … tasks−1, where thread < threads
 * picks a workspace, and returns when all are done. Not to be nested. With one
 * task or one thread it runs in the caller alone. */
void pool_run(struct pool *p, size_t tasks, void (*run)(void *arg, size_t task, unsigned thread), void *arg);

/* As pool_run, with one task too; threads that find no task left help with what the
 * others share, until all tasks are done. They wait for that actively: for tasks that
 * take long, and much longer than others. */
void pool_run_helped(struct pool *p, size_t tasks, void (*run)(void *arg, size_t task, unsigned thread), void *arg);

/* Within a task of pool_run_helped, by the thread that runs it: calls run(arg, part) for
 * part = 0 … parts−1, with the help of those that have nothing else to do, and returns
 * when all are done. Elsewhere the calling thread does all of them. */
void pool_share(struct pool *p, unsigned thread, size_t parts, void (*run)(void *arg, size_t part), void *arg);

#endif
