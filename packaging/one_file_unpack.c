/* Unpacks the folder out of the single file, and removes such folders (see one_file.c). */
#define _GNU_SOURCE
#include "one_file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zstd.h>

enum { BLOCK_BYTES = 512, BUFFER_BYTES = 1 << 20 };

/* Of ustar: numbers are octal, a name longer than 100 bytes has its beginning in `prefix`. */
struct entry {
    char name[100], mode[8], uid[8], gid[8], size[12], time[12], checksum[8], type, link[100];
    char magic[6], version[2], user[32], group[32], device[16], prefix[155], unused[12];
};

static struct {
    const char *path;
    int file;
    uint64_t left_bytes;
    ZSTD_DStream *stream;
    ZSTD_inBuffer in;
    size_t wanted; /* 0 at the end of the frame */
    char buffer[BUFFER_BYTES];
} packed;

int read_foot(const char *path)
{
    struct stat about;
    int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0 || fstat(file, &about) != 0 || about.st_size < (off_t)sizeof foot) {
        return 0;
    }
    uint64_t end = about.st_size - sizeof foot;
    int is_read = pread(file, &foot, sizeof foot, end) == sizeof foot;
    close(file);
    return is_read && !memcmp(foot.magic, FOOT_MAGIC, sizeof foot.magic) && foot.payload_offset < end &&
           foot.name[0] && foot.name[0] != '.' && !foot.name[sizeof foot.name - 1] && !strchr(foot.name, '/');
}

static void damaged(void)
{
    fail(IS_DAMAGED, packed.path, "");
}

static void not_written(const char *path)
{
    if (errno == ENOSPC || errno == EDQUOT) {
        no_room();
    }
    fail(COULD_NOT_WRITE, path, strerror(errno));
}

static void open_packed(const char *path)
{
    struct stat about;
    packed.path = path;
    packed.file = open(path, O_RDONLY | O_CLOEXEC);
    packed.stream = ZSTD_createDStream();
    if (packed.file < 0 || !packed.stream || fstat(packed.file, &about) != 0 ||
        lseek(packed.file, foot.payload_offset, SEEK_SET) < 0) {
        damaged();
    }
    packed.left_bytes = about.st_size - sizeof foot - foot.payload_offset;
    packed.in = (ZSTD_inBuffer){packed.buffer, 0, 0};
    packed.wanted = 1;
}

/* Unpacks a part of what comes next. */
static void step(ZSTD_outBuffer *out)
{
    size_t out_before = out->pos, in_before = packed.in.pos;
    if (packed.in.pos == packed.in.size && packed.left_bytes) {
        size_t most = packed.left_bytes < BUFFER_BYTES ? packed.left_bytes : BUFFER_BYTES;
        ssize_t got = read(packed.file, packed.buffer, most);
        if (got <= 0) {
            damaged();
        }
        packed.left_bytes -= got;
        packed.in = (ZSTD_inBuffer){packed.buffer, got, 0};
        in_before = 0;
    }
    packed.wanted = ZSTD_decompressStream(packed.stream, out, &packed.in);
    if (ZSTD_isError(packed.wanted) || (out->pos == out_before && packed.in.pos == in_before)) {
        damaged();
    }
}

/* The next bytes of the tar, all of them. */
static void take(void *to, size_t bytes)
{
    ZSTD_outBuffer out = {to, bytes, 0};
    while (out.pos < out.size) {
        if (packed.wanted == 0) {
            damaged();
        }
        step(&out);
    }
}

/* Reads what is behind the tar's end, so that zstd compares its checksum of all. */
static void finish(void)
{
    static char rest[BLOCK_BYTES];
    while (packed.wanted != 0) {
        ZSTD_outBuffer out = {rest, sizeof rest, 0};
        step(&out);
    }
    close(packed.file);
    ZSTD_freeDStream(packed.stream);
}

static void write_file(const char *path, uint64_t bytes, mode_t mode)
{
    static char data[BUFFER_BYTES];
    int file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
    if (file < 0) {
        not_written(path);
    }
    for (uint64_t padded = (bytes + BLOCK_BYTES - 1) / BLOCK_BYTES * BLOCK_BYTES; padded;) {
        size_t part = padded < BUFFER_BYTES ? padded : BUFFER_BYTES;
        take(data, part);
        size_t own = bytes < part ? bytes : part;
        for (size_t done = 0; done < own;) {
            ssize_t written = write(file, data + done, own - done);
            if (written < 0) {
                not_written(path);
            }
            done += written;
        }
        bytes -= own;
        padded -= part;
    }
    if (close(file) != 0) { /* NFS writes, and finds no room, only then */
        not_written(path);
    }
}

/* False at the tar's end. */
static int unpack_entry(const char *folder)
{
    static char path[PATH_BYTES], link[101];
    struct entry entry;
    take(&entry, sizeof entry);
    if (!entry.name[0]) {
        return 0;
    }
    const char *between = entry.prefix[0] ? "/" : "";
    snprintf(path, sizeof path, "%s/%.155s%s%.100s", folder, entry.prefix, between, entry.name);
    mode_t mode = strtoul(entry.mode, NULL, 8) & 0755;
    struct timespec dates[2] = {{.tv_sec = strtoll(entry.time, NULL, 8)}, {.tv_sec = strtoll(entry.time, NULL, 8)}};
    if (entry.type == '5') {
        if (mkdir(path, 0755) != 0) {
            not_written(path);
        }
    } else if (entry.type == '2') {
        snprintf(link, sizeof link, "%.100s", entry.link);
        if (symlink(link, path) != 0) {
            not_written(path);
        }
    } else if (entry.type == '0') {
        write_file(path, strtoull(entry.size, NULL, 8), mode);
        utimensat(AT_FDCWD, path, dates, 0); /* compiled modules name their source's date */
    } else {
        damaged();
    }
    return 1;
}

void unpack(const char *file, const char *folder)
{
    open_packed(file);
    if (mkdir(folder, 0755) != 0) {
        not_written(folder);
    }
    while (unpack_entry(folder)) {
    }
    finish();
    int there = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (there < 0 || syncfs(there) != 0) { /* after a power failure its name must not stand for empty files */
        not_written(folder);
    }
    close(there);
}

static int remove_one(const char *path, const struct stat *about, int type, struct FTW *place)
{
    (void)about, (void)type, (void)place;
    return remove(path) && 0;
}

void remove_tree(const char *folder)
{
    nftw(folder, remove_one, 32, FTW_DEPTH | FTW_PHYS);
}

/* With each in `folder` but `kept` that no program runs from, locked meanwhile. */
static void each_other(const char *folder, const char *kept, void (*one)(const char *folder, const char *path))
{
    static char path[PATH_BYTES];
    DIR *programs = opendir(folder);
    for (struct dirent *each; programs && (each = readdir(programs));) {
        if (!strcmp(each->d_name, ".") || !strcmp(each->d_name, "..") || !strcmp(each->d_name, kept)) {
            continue;
        }
        snprintf(path, sizeof path, "%s/%s", folder, each->d_name);
        int used = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        if (used < 0) {
            continue;
        }
        if (flock(used, LOCK_EX | LOCK_NB) == 0) {
            one(folder, path);
        }
        close(used);
    }
    if (programs) {
        closedir(programs);
    }
}

static uint64_t counted_bytes;

static int count_one(const char *path, const struct stat *about, int type, struct FTW *place)
{
    (void)path, (void)place;
    counted_bytes += type == FTW_F && about->st_nlink == 1 ? (uint64_t)about->st_blocks * BLOCK_BYTES : 0;
    return 0;
}

static void count_other(const char *folder, const char *path)
{
    (void)folder;
    nftw(path, count_one, 32, FTW_PHYS);
}

uint64_t bytes_of_others(const char *folder, const char *kept)
{
    counted_bytes = 0;
    each_other(folder, kept, count_other);
    return counted_bytes;
}

static void remove_other(const char *folder, const char *path)
{
    static char gone[PATH_BYTES];
    snprintf(gone, sizeof gone, "%s/.gone-%d", folder, (int)getpid()); /* at once, not file by file */
    remove_tree(rename(path, gone) == 0 ? gone : path);
}

void remove_others(const char *folder, const char *kept)
{
    each_other(folder, kept, remove_other);
}
