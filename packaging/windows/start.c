/* llmdesk.exe and llmdesk-gui.exe: start the Python that lies beside them with llmdesk, hand on what was written after
 * the program's name letter by letter, and end with its exit code. Compiled twice; WINDOW is defined for the second,
 * which has no console: what goes wrong before llmdesk can tell it is shown in a small window.
 */
#define WIN32_LEAN_AND_MEAN
#include <stdlib.h>
#include <wchar.h>
#include <windows.h>

#ifdef WINDOW
#define PYTHON L"python\\pythonw.exe"
#define ENTRY L"main_gui"
#define CODE L"2 * bool(main_gui())" /* 1 is Python's own, where llmdesk or Python is damaged */
#else
#define PYTHON L"python\\python.exe"
#define ENTRY L"main"
#define CODE L"main()"
#endif

#define LONGEST 32767 /* letters of a command line */
#define WATCHED_MS 60000

static wchar_t folder[LONGEST], program[LONGEST], command[LONGEST];

static void tell(const wchar_t *what, DWORD code)
{
    wchar_t text[1024];
    LANGID language = PRIMARYLANGID(GetUserDefaultUILanguage());
    const wchar_t *advice = language == LANG_GERMAN    ? L"Bitte llmdesk neu installieren."
                            : language == LANG_CHINESE ? L"请重新安装 llmdesk。"
                                                       : L"Please install llmdesk again.";
    swprintf(text, 1024, L"%.700ls (0x%08lX)\n\n%ls\n", what, (unsigned long)code, advice);
#ifdef WINDOW
    MessageBoxW(NULL, text, L"llmdesk", MB_OK | MB_ICONERROR);
#else
    HANDLE out = GetStdHandle(STD_ERROR_HANDLE);
    DWORD written;
    if (!WriteConsoleW(out, text, (DWORD)wcslen(text), &written, NULL)) {
        char bytes[4096];
        int count = WideCharToMultiByte(CP_UTF8, 0, text, -1, bytes, sizeof bytes, NULL, NULL);
        if (count > 1)
            WriteFile(out, bytes, (DWORD)count - 1, &written, NULL);
    }
#endif
}

/* What stands after the program's name, which may be in quotes. */
static const wchar_t *arguments(void)
{
    const wchar_t *at = GetCommandLineW();
    int quoted = 0;
    while (*at && (quoted || (*at != L' ' && *at != L'\t')))
        quoted ^= *at++ == L'"';
    while (*at == L' ' || *at == L'\t')
        at++;
    return at;
}

static int find_folder(void)
{
    DWORD length = GetModuleFileNameW(NULL, folder, LONGEST);
    wchar_t *end = length && length < LONGEST ? wcsrchr(folder, L'\\') : NULL;
    if (!end)
        return 0;
    *end = 0;
    return 1;
}

/* Ctrl+C reaches the program in the same console, which ends as it likes; a handler, unlike NULL, is not inherited. */
static BOOL WINAPI go_on(DWORD event)
{
    return event == CTRL_C_EVENT || event == CTRL_BREAK_EVENT;
}

int wmain(void)
{
    static const wchar_t call[] = L"import sys; from llmdesk.cli import " ENTRY L"; sys.exit(" CODE L")";
    STARTUPINFOW start = {.cb = sizeof start};
    PROCESS_INFORMATION process;
    DWORD code = 1;
    if (!find_folder() || swprintf(program, LONGEST, L"%ls\\" PYTHON, folder) < 0 ||
        swprintf(command, LONGEST, L"\"%ls\" -c \"%ls\" %ls", program, call, arguments()) < 0) {
        tell(L"llmdesk: too long", ERROR_FILENAME_EXCED_RANGE);
        return 1;
    }
    GetStartupInfoW(&start); /* the files and pipes that were given to this process, and how its window is to open */
    SetConsoleCtrlHandler(go_on, TRUE);
    if (!CreateProcessW(program, command, NULL, NULL, TRUE, 0, NULL, NULL, &start, &process)) {
        code = GetLastError();
        tell(program, code);
        return 1;
    }
#ifdef WINDOW
    /* Only a start is watched: llmdesk itself tells what happens later, and what it has told ends with 2. */
    if (WaitForSingleObject(process.hProcess, WATCHED_MS) != WAIT_OBJECT_0)
        return 0;
    if (GetExitCodeProcess(process.hProcess, &code) && code && code != 2)
        tell(program, code);
#else
    WaitForSingleObject(process.hProcess, INFINITE);
    GetExitCodeProcess(process.hProcess, &code);
#endif
    return (int)code;
}

#ifdef WINDOW
int WINAPI wWinMain(HINSTANCE instance, HINSTANCE before, PWSTR line, int show)
{
    (void)instance, (void)before, (void)line, (void)show;
    return wmain();
}
#endif
