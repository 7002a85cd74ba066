#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

/* libmongoc's constructor makes a segment of shared memory for its counters, named by the process, in every process that
   loads the library; one that is killed would leave it behind (mongoc-counters.c). A program's constructors come after its
   libraries': the name goes at once, the memory with the process. */
__attribute__((constructor)) static void forget_shared_counters(void)
{
    char name[32];
    snprintf(name, sizeof name, "/mongoc-%d", (int)getpid());
    shm_unlink(name);
}
