/* The file to double-click in the folder that is unpacked anywhere: starts bin/llmdesk-gui beside it.
 *
 * A program and no script, since file managers show a script to whoever clicks on it. It is linked without a C library
 * of the system, at a fixed address: what is not is taken for a library by some.
 */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

int main(int count, char **arguments)
{
    static char path[8192];
    ssize_t length = readlink("/proc/self/exe", path, 4096);
    char *end = length > 0 ? strrchr(path, '/') : NULL;
    (void)count;
    if (end) {
        strcpy(end, "/bin/llmdesk-gui");
        arguments[0] = path;
        execv(path, arguments);
    }
    perror(path);
    return 1;
}
