/* The beginning of the single file that holds the whole program (scripts/package_one_file.py writes the rest).
 *
 * It unpacks the folder behind it once, into the user's cache, and starts what lies there; later starts find it there.
 * A folder in use is locked (flock) by each program that runs from it; those of other versions that nobody uses go when
 * a new one has come. Linked without a C library of the system, at a fixed address, as linux_start.c.
 */
#include "one_file.h"

#include <errno.h>
#include <fcntl.h>
#include <pwd.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/wait.h>
#include <unistd.h>

enum { LANGUAGES = 3, TEXT_BYTES = 2 * PATH_BYTES };

struct foot foot;

static char own_file[PATH_BYTES], programs[PATH_BYTES], program[PATH_BYTES], partial[PATH_BYTES];
static char start[PATH_BYTES]; /* what is started in `program` */
static int held_folder = -1;   /* `program`, locked */

/* ---- what is told, in English, German, Chinese ---- */

static const char *const UNPACKING[LANGUAGES] = {
    "llmdesk is being unpacked into %s. This is done once.",
    "llmdesk wird nach %s entpackt. Das geschieht nur einmal.",
    "正在将 llmdesk 解压到 %s。此操作只进行一次。",
};
static const char *const DAMAGED[LANGUAGES] = {
    "%s is damaged (perhaps not wholly downloaded). Download it again.",
    "%s ist beschädigt (vielleicht nicht ganz heruntergeladen). Noch einmal herunterladen.",
    "%s 已损坏（可能未下载完整）。请重新下载。",
};
static const char *const NO_ROOM[LANGUAGES] = {
    "llmdesk needs %s MB of disk for its files in %s. Make room there and start it again.",
    "llmdesk braucht %s MB Platz für seine Dateien in %s. Dort Platz schaffen und noch einmal starten.",
    "llmdesk 需要 %s MB 磁盘空间存放文件（%s）。请腾出空间后重新启动。",
};
static const char *const NOT_WRITTEN[LANGUAGES] = {
    "llmdesk cannot write its files into %s: %s. XDG_CACHE_HOME names another folder for it.",
    "llmdesk kann seine Dateien nicht nach %s schreiben: %s. XDG_CACHE_HOME nennt einen anderen Ordner dafür.",
    "llmdesk 无法将文件写入 %s：%s。可用 XDG_CACHE_HOME 指定其他文件夹。",
};
static const char *const NO_HOME[LANGUAGES] = {
    "llmdesk finds no home folder of this user. XDG_CACHE_HOME names a folder for its files.",
    "llmdesk findet keinen persönlichen Ordner dieses Benutzers. XDG_CACHE_HOME nennt einen Ordner für seine Dateien.",
    "llmdesk 找不到此用户的主目录。可用 XDG_CACHE_HOME 指定存放文件的文件夹。",
};
static const char *const OF_OTHERS[LANGUAGES] = {
    "%s belongs to another user, so nothing is started from there. XDG_CACHE_HOME names another folder for it.",
    "Der Ordner %s gehört jemand anderem, also wird dort nichts gestartet. XDG_CACHE_HOME nennt einen anderen dafür.",
    "%s 属于其他用户，因此不会从那里启动。可用 XDG_CACHE_HOME 指定其他文件夹。",
};
static const char *const NOT_STARTED[LANGUAGES] = {
    "llmdesk cannot be started from %s: %s. XDG_CACHE_HOME names another folder for it.",
    "llmdesk lässt sich aus %s nicht starten: %s. XDG_CACHE_HOME nennt einen anderen Ordner dafür.",
    "无法从 %s 启动 llmdesk：%s。可用 XDG_CACHE_HOME 指定其他文件夹。",
};

static const char *in_language(const char *const texts[LANGUAGES])
{
    const char *names[] = {"LC_ALL", "LC_MESSAGES", "LANG"}, *language = "";
    for (int i = 0; i < 3 && !*language; i++) {
        const char *found = getenv(names[i]);
        language = found ? found : "";
    }
    return texts[!strncmp(language, "de", 2) ? 1 : !strncmp(language, "zh", 2) ? 2 : 0];
}

/* Starts the first of these programs that there is, as nobody's child: Python, which this becomes, knows none. */
static void start_one(char *const commands[][7])
{
    pid_t between = fork();
    if (between == 0) {
        if (fork() == 0) {
            for (int i = 0; commands[i][0]; i++) {
                execvp(commands[i][0], commands[i]);
            }
        }
        _exit(0);
    }
    waitpid(between, NULL, 0);
}

/* Where nobody reads what a program prints. */
static int is_on_a_desktop(void)
{
    return !isatty(2) && (getenv("DISPLAY") || getenv("WAYLAND_DISPLAY"));
}

/* On the terminal or to whoever reads it, and in a notice of the desktop. */
static void tell(char *text)
{
    dprintf(2, "%s\n", text);
    if (is_on_a_desktop()) {
        char *const commands[][7] = {{"notify-send", "--app-name=llmdesk", "llmdesk", text, NULL}, {NULL}};
        start_one(commands);
    }
}

void fail(int text_number, const char *first, const char *second)
{
    static const char *const *const texts[] = {DAMAGED, NO_ROOM, NOT_WRITTEN, NO_HOME, OF_OTHERS, NOT_STARTED};
    static char text[TEXT_BYTES];
    snprintf(text, sizeof text, in_language(texts[text_number]), first, second);
    dprintf(2, "%s\n", text);
    if (*partial) {
        remove_tree(partial);
    }
    if (is_on_a_desktop()) {
        char *const commands[][7] = {
            {"zenity", "--error", "--title=llmdesk", "--no-markup", "--text", text, NULL},
            {"kdialog", "--title", "llmdesk", "--error", text, NULL},
            {"xmessage", "-center", text, NULL},
            {"notify-send", "--app-name=llmdesk", "llmdesk", text, NULL},
            {NULL},
        };
        start_one(commands);
    }
    exit(1);
}

/* ---- places ---- */

static char *joined(char *to, const char *format, ...)
{
    va_list values;
    va_start(values, format);
    int length = vsnprintf(to, PATH_BYTES, format, values);
    va_end(values);
    if (length >= PATH_BYTES) {
        fail(COULD_NOT_WRITE, to, strerror(ENAMETOOLONG));
    }
    return to;
}

/* Where llmdesk keeps what can be made again (paths.cache_dir in Python). */
static void find_places(void)
{
    const char *own = getenv("LLMDESK_HOME"), *cache = getenv("XDG_CACHE_HOME"), *home = getenv("HOME");
    if (own && *own == '/') {
        joined(programs, "%s/cache/program", own);
    } else if (cache && *cache == '/') {
        joined(programs, "%s/llmdesk/program", cache);
    } else {
        struct passwd *user = home && *home == '/' ? NULL : getpwuid(getuid());
        home = user ? user->pw_dir : home;
        if (!home || *home != '/') { /* what anybody could have made is no place for programs */
            fail(IS_HOMELESS, "", "");
        }
        joined(programs, "%s/.cache/llmdesk/program", home);
    }
    joined(program, "%s/%s", programs, foot.name);
}

static void make_folders(const char *path)
{
    static char part[PATH_BYTES];
    for (const char *slash = path + 1;; slash++) {
        if (*slash == '/' || !*slash) {
            memcpy(part, path, slash - path);
            part[slash - path] = 0;
            if (mkdir(part, 0700) != 0 && errno != EEXIST) {
                fail(COULD_NOT_WRITE, path, strerror(errno));
            }
        }
        if (!*slash) {
            return;
        }
    }
}

/* ---- unpacking ---- */

static unsigned long long needed_bytes(void)
{
    return foot.unpacked_bytes + (100ull << 20); /* blocks are not filled, folders take some */
}

/* Older programs go before the new one is there only if it finds no room otherwise. */
static void make_room(void)
{
    struct statvfs disk;
    if (statvfs(programs, &disk) != 0) {
        return;
    }
    unsigned long long free_bytes = (unsigned long long)disk.f_bavail * disk.f_frsize;
    if (free_bytes >= needed_bytes()) {
        return;
    }
    if (free_bytes + bytes_of_others(programs, foot.name) < needed_bytes()) {
        no_room();
    }
    remove_others(programs, foot.name);
}

void no_room(void)
{
    static char megabytes[32];
    snprintf(megabytes, sizeof megabytes, "%llu", needed_bytes() / 1000000);
    fail(NO_ROOM_THERE, megabytes, programs);
}

static void require_own(const char *folder, const struct stat *about)
{
    if (about->st_uid != geteuid()) {
        fail(IS_OF_OTHERS, folder, "");
    }
}

/* Locks the folder against its removal while this process runs, and what it becomes; false if it is not there. */
static int is_held(void)
{
    for (;;) {
        struct stat held, there;
        int folder = open(program, O_RDONLY | O_DIRECTORY);
        if (folder < 0) {
            return 0;
        }
        flock(folder, LOCK_SH);
        if (stat(program, &there) == 0 && fstat(folder, &held) == 0 && held.st_ino == there.st_ino) {
            require_own(program, &held);
            held_folder = folder; /* it stays open, in Python too */
            return 1;
        }
        close(folder); /* removed and made anew meanwhile */
    }
}

/* Held, and there is something to start: cleaners delete files that were long not read, and leave folders. */
static int is_ready(void)
{
    if (!is_held()) {
        return 0;
    }
    if (access(start, F_OK) == 0 || errno != ENOENT) {
        return 1;
    }
    close(held_folder);
    return 0;
}

/* What cleaners have left goes with what nobody uses. */
static void set_aside(void)
{
    static char aside[PATH_BYTES];
    joined(aside, "%s/.cleaned-%d", programs, (int)getpid());
    remove_tree(aside);
    if (rename(program, aside) != 0 && errno != ENOENT) {
        fail(COULD_NOT_WRITE, program, strerror(errno));
    }
}

static void unpack_once(void)
{
    static char text[TEXT_BYTES];
    struct stat about;
    make_folders(programs);
    int lock = open(programs, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (lock < 0 || fstat(lock, &about) != 0) {
        fail(COULD_NOT_WRITE, programs, strerror(errno));
    }
    require_own(programs, &about);
    flock(lock, LOCK_EX); /* another start may be unpacking; where there are no locks nothing is removed */
    if (!is_ready()) {
        set_aside();
        make_room();
        snprintf(text, sizeof text, in_language(UNPACKING), program);
        tell(text);
        joined(partial, "%s/.partial-%d", programs, (int)getpid());
        remove_tree(partial); /* of one that was killed: containers give the same numbers again */
        unpack(own_file, partial);
        if (rename(partial, program) != 0 && errno != EEXIST && errno != ENOTEMPTY) {
            fail(COULD_NOT_WRITE, program, strerror(errno));
        }
        remove_tree(partial);
        *partial = 0;
        if (is_held()) {
            remove_others(programs, foot.name);
        }
    }
    close(lock);
}

/* ---- the start ---- */

/* A command such as `ask`, or somebody who reads what is said; else the window, which says it to the log. */
static int is_for_a_terminal(char **arguments)
{
    const char *first = arguments[1];
    size_t length = first ? strspn(first, "abcdefghijklmnopqrstuvwxyz") : 0;
    return (length && !first[length]) || isatty(0) || isatty(1) || isatty(2);
}

int main(int count, char **arguments)
{
    (void)count;
    ssize_t length = readlink("/proc/self/exe", own_file, sizeof own_file - 1);
    if (length <= 0 || !read_foot(own_file)) {
        fail(IS_DAMAGED, length > 0 ? own_file : arguments[0], "");
    }
    find_places();
    joined(start, "%s/bin/%s", program, is_for_a_terminal(arguments) ? "llmdesk" : "llmdesk-gui");
    if (!is_ready()) {
        unpack_once();
    }
    setenv("LLMDESK_ONE_FILE", own_file, 1); /* what launchers are to start (services/start_command.py) */
    arguments[0] = start;
    execv(start, arguments);
    fail(COULD_NOT_START, program, strerror(errno));
}
