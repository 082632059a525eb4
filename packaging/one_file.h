/* What the single file's start and its unpacking share. */
#ifndef ONE_FILE_H
#define ONE_FILE_H

#include <stdint.h>

enum { PATH_BYTES = 4096 };

/* The last bytes of the file. The folder is a tar of ustar's form, packed by zstd with its checksum. */
struct foot {
    char magic[8];           /* FOOT_MAGIC */
    uint64_t payload_offset; /* where the packed folder begins; it ends where this begins */
    uint64_t unpacked_bytes; /* of all its files */
    char name[40];           /* of the folder: version and digest; ends with a zero */
};
#define FOOT_MAGIC "llmdesk1"

extern struct foot foot;

enum told { IS_DAMAGED, NO_ROOM_THERE, COULD_NOT_WRITE, IS_HOMELESS, IS_OF_OTHERS, COULD_NOT_START };

/* Tells in words what failed, removes what was half done, and ends with 1. */
__attribute__((noreturn)) void fail(int told, const char *first, const char *second);
__attribute__((noreturn)) void no_room(void);

/* Reads `foot`; false if the file has none. */
int read_foot(const char *file);

/* The folder behind the file's beginning, into `folder`, which is made; on the disk when this returns. */
void unpack(const char *file, const char *folder);

/* All of it, if it is there; what cannot be deleted stays. */
void remove_tree(const char *folder);

/* In `folder`: what an unpacking left that was killed, and programs but `kept` that nobody uses. */
void remove_others(const char *folder, const char *kept);

/* What that would free. */
uint64_t bytes_of_others(const char *folder, const char *kept);

#endif
