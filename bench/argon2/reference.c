/*
 * What Argon2 alone costs with the reference implementation. Takes and prints what bench/floor/src/bin/argon2-alone.rs
 * does, has the same huge pages, keeps the memory from one hash to the next as that does, and does not wipe it either.
 */

#define _GNU_SOURCE

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>

#include "argon2.h"

#define HUGE_PAGE (2 * 1024 * 1024)

static char password[] = "correct horse battery staple";
static char salt[] = "sixteen octets..";
static uint8_t digest[32];
static uint8_t *kept;

static int allocate(uint8_t **memory, size_t bytes) {
    if (kept == NULL) {
        kept = aligned_alloc(HUGE_PAGE, bytes);
        /* A system that has none gives small pages. */
        (void)madvise(kept, bytes, MADV_HUGEPAGE);
    }
    *memory = kept;
    return kept == NULL;
}

static void keep(uint8_t *memory, size_t bytes) {
    (void)memory;
    (void)bytes;
}

static uint64_t now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (uint64_t)time.tv_sec * 1000000000 + (uint64_t)time.tv_nsec;
}

static int hash(uint32_t memory_kib, uint32_t passes) {
    argon2_context context = {
        .out = digest,
        .outlen = sizeof digest,
        .pwd = (uint8_t *)password,
        .pwdlen = (uint32_t)strlen(password),
        .salt = (uint8_t *)salt,
        .saltlen = (uint32_t)strlen(salt),
        .t_cost = passes,
        .m_cost = memory_kib,
        .lanes = 1,
        .threads = 1,
        .version = ARGON2_VERSION_13,
        .allocate_cbk = allocate,
        .free_cbk = keep,
        .flags = ARGON2_DEFAULT_FLAGS,
    };
    return argon2id_ctx(&context);
}

int main(int count, char **arguments) {
    if (count != 4) {
        fprintf(stderr, "usage: reference MEMORY_KIB PASSES HASHES\n");
        return 1;
    }
    uint32_t memory_kib = (uint32_t)strtoul(arguments[1], NULL, 10);
    uint32_t passes = (uint32_t)strtoul(arguments[2], NULL, 10);
    size_t hashes = strtoul(arguments[3], NULL, 10);
    uint64_t *nanoseconds = calloc(hashes, sizeof *nanoseconds);
    if (nanoseconds == NULL) {
        return 1;
    }
    FLAG_clear_internal_memory = 0;
    for (size_t i = 0; i < hashes; i++) {
        uint64_t started = now();
        int result = hash(memory_kib, passes);
        nanoseconds[i] = now() - started;
        if (result != ARGON2_OK) {
            fprintf(stderr, "%s\n", argon2_error_message(result));
            return 1;
        }
    }
    for (size_t i = 0; i < sizeof digest; i++) {
        printf("%02x", digest[i]);
    }
    printf("\n");
    for (size_t i = 0; i < hashes; i++) {
        printf("%" PRIu64 "\n", nanoseconds[i]);
    }
    return 0;
}
