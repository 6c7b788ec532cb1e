#include "base/pool.h"

#include "base/array.h"

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>

/* Looks for something to help with, some milliseconds of them, before other
 * processes are let first. */
enum { LOOKS = 100000 };

/* What a thread shares. */
struct offer {
	_Alignas(64) atomic_bool open;
	atomic_uint helpers; /* that look at it */
	atomic_size_t next;
	size_t parts;
	void (*run)(void *arg, size_t part);
	void *arg;
};

struct pool {
	unsigned threads;
	pthread_mutex_t lock;
	pthread_cond_t start, end;
	unsigned long round; /* counts the jobs handed out */
	unsigned busy;       /* helpers that still work on this round */
	bool quit;
	size_t tasks;
	atomic_size_t next;
	bool helped;              /* this round is pool_run_helped's */
	atomic_size_t unfinished; /* tasks of this round */
	atomic_uint idle;         /* threads that look for something to help with */
	struct offer *offers;     /* (threads) */
	void (*run)(void *arg, size_t task, unsigned thread);
	void *arg;
	pthread_t *helpers; /* (threads − 1) */
	struct helper {
		struct pool *pool;
		unsigned thread;
	} * seats;
};

static void work_off_parts(struct offer *o)
{
	size_t part;

	while ((part = atomic_fetch_add(&o->next, 1)) < o->parts)
		o->run(o->arg, part);
}

/* An offer is closed before its owner waits for those that look at it: whoever finds
 * it open is waited for. */
static bool help_with(struct offer *o)
{
	bool open;

	if (!atomic_load(&o->open))
		return false;
	atomic_fetch_add(&o->helpers, 1);
	open = atomic_load(&o->open);
	if (open)
		work_off_parts(o);
	atomic_fetch_sub(&o->helpers, 1);
	return open;
}

static void rest(void)
{
#if defined(__x86_64__)
	__builtin_ia32_pause();
#endif
}

/* Until all tasks of the round are done. */
static void help(struct pool *p)
{
	unsigned looks = 0;

	atomic_fetch_add(&p->idle, 1);
	while (atomic_load(&p->unfinished) > 0) {
		bool helped = false;

		for (unsigned i = 0; i < p->threads; i++)
			helped = help_with(&p->offers[i]) || helped;
		looks = helped ? 0 : looks + 1;
		if (looks < LOOKS)
			rest();
		else
			sched_yield();
	}
	atomic_fetch_sub(&p->idle, 1);
}

static void work_off(struct pool *p, unsigned thread)
{
	size_t task;

	while ((task = atomic_fetch_add(&p->next, 1)) < p->tasks) {
		p->run(p->arg, task, thread);
		atomic_fetch_sub(&p->unfinished, 1);
	}
	if (p->helped)
		help(p);
}

void pool_share(struct pool *p, unsigned thread, size_t parts, void (*run)(void *arg, size_t part), void *arg)
{
	struct offer *o = &p->offers[thread];

	if (atomic_load(&p->idle) == 0) {
		for (size_t part = 0; part < parts; part++)
			run(arg, part);
		return;
	}
	o->run = run;
	o->arg = arg;
	o->parts = parts;
	atomic_store(&o->next, 0);
	atomic_store(&o->open, true);
	work_off_parts(o);
	atomic_store(&o->open, false);
	while (atomic_load(&o->helpers) > 0)
		rest();
}

static void *helper_main(void *arg)
{
	struct helper *seat = arg;
	struct pool *p = seat->pool;
	unsigned long seen = 0;

	pthread_mutex_lock(&p->lock);
	for (;;) {
		while (p->round == seen && !p->quit)
			pthread_cond_wait(&p->start, &p->lock);
		if (p->quit)
			break;
		seen = p->round;
		pthread_mutex_unlock(&p->lock);
		work_off(p, seat->thread);
		pthread_mutex_lock(&p->lock);
		if (--p->busy == 0)
			pthread_cond_signal(&p->end);
	}
	pthread_mutex_unlock(&p->lock);
	return NULL;
}

struct pool *pool_new(unsigned threads)
{
	struct pool *p = calloc(1, sizeof *p);

	if (p == NULL)
		return NULL;
	p->threads = 1;
	pthread_mutex_init(&p->lock, NULL);
	pthread_cond_init(&p->start, NULL);
	pthread_cond_init(&p->end, NULL);
	p->helpers = calloc(threads, sizeof *p->helpers);
	p->seats = calloc(threads, sizeof *p->seats);
	p->offers = array_new(threads, 1, sizeof *p->offers);
	if (p->helpers == NULL || p->seats == NULL || p->offers == NULL)
		goto fail;
	for (; p->threads < threads; p->threads++) {
		unsigned i = p->threads - 1;

		p->seats[i] = (struct helper){ p, p->threads };
		if (pthread_create(&p->helpers[i], NULL, helper_main, &p->seats[i]) != 0)
			goto fail;
	}
	return p;
fail:
	pool_free(p);
	return NULL;
}

void pool_free(struct pool *p)
{
	if (p == NULL)
		return;
	pthread_mutex_lock(&p->lock);
	p->quit = true;
	pthread_cond_broadcast(&p->start);
	pthread_mutex_unlock(&p->lock);
	for (unsigned i = 0; i + 1 < p->threads; i++)
		pthread_join(p->helpers[i], NULL);
	pthread_mutex_destroy(&p->lock);
	pthread_cond_destroy(&p->start);
	pthread_cond_destroy(&p->end);
	free(p->helpers);
	free(p->seats);
	free(p->offers);
	free(p);
}

unsigned pool_threads(const struct pool *p)
{
	return p->threads;
}

static void run_round(struct pool *p, size_t tasks, void (*run)(void *arg, size_t task, unsigned thread), void *arg,
		      bool helped)
{
	pthread_mutex_lock(&p->lock);
	p->run = run;
	p->arg = arg;
	p->tasks = tasks;
	p->helped = helped;
	atomic_store(&p->unfinished, tasks);
	atomic_store(&p->next, 0);
	p->busy = p->threads - 1;
	p->round++;
	pthread_cond_broadcast(&p->start);
	pthread_mutex_unlock(&p->lock);
	work_off(p, 0);
	pthread_mutex_lock(&p->lock);
	while (p->busy > 0)
		pthread_cond_wait(&p->end, &p->lock);
	pthread_mutex_unlock(&p->lock);
}

static void run_alone(size_t tasks, void (*run)(void *arg, size_t task, unsigned thread), void *arg)
{
	for (size_t task = 0; task < tasks; task++)
		run(arg, task, 0);
}

void pool_run(struct pool *p, size_t tasks, void (*run)(void *arg, size_t task, unsigned thread), void *arg)
{
	if (p->threads == 1 || tasks <= 1)
		run_alone(tasks, run, arg);
	else
		run_round(p, tasks, run, arg, false);
}

void pool_run_helped(struct pool *p, size_t tasks, void (*run)(void *arg, size_t task, unsigned thread), void *arg)
{
	if (p->threads == 1)
		run_alone(tasks, run, arg);
	else if (tasks > 0)
		run_round(p, tasks, run, arg, true);
}
