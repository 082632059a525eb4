/* In the place of Python, where the installer is tried without one: says what it was called with, and ends with 7.
 * Called with "wait" at the end, it stays for a minute before that, as a program that runs.
 */
#define WIN32_LEAN_AND_MEAN
#include <stdio.h>
#include <wchar.h>
#include <windows.h>

int wmain(void)
{
    static char bytes[65536];
    const wchar_t *line = GetCommandLineW();
    size_t length = wcslen(line);
    WideCharToMultiByte(CP_UTF8, 0, line, -1, bytes, sizeof bytes, NULL, NULL);
    printf("%s\n", bytes);
    fflush(stdout);
    if (length > 4 && wcscmp(line + length - 4, L"wait") == 0)
        Sleep(60000);
    return 7;
}
