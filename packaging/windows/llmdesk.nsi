; The installer for Windows, made by scripts/package_windows.py, which gives VERSION, TREE (the folder), TARGET,
; ICON and SIZE_KIB. Nobody's rights are asked for: it installs for the user who starts it.
Unicode true
Target amd64-unicode
SetCompressor /SOLID zlib
!include MUI2.nsh
!include FileFunc.nsh
!include LogicLib.nsh
!include nsDialogs.nsh

Name "llmdesk"
OutFile "${TARGET}"
InstallDir "$LOCALAPPDATA\Programs\llmdesk"
InstallDirRegKey HKCU "Software\llmdesk" "InstallDir"
RequestExecutionLevel user
ManifestDPIAware true
BrandingText "llmdesk ${VERSION}"
VIProductVersion "${VERSION}.0"
VIAddVersionKey ProductName "llmdesk"
VIAddVersionKey ProductVersion "${VERSION}"
VIAddVersionKey FileVersion "${VERSION}"
VIAddVersionKey FileDescription "llmdesk"
VIAddVersionKey LegalCopyright "Apache License 2.0"

!define UNINSTALL "Software\Microsoft\Windows\CurrentVersion\Uninstall\llmdesk"
!define CLASSES "Software\Classes"
!define MUI_ICON "${ICON}"
!define MUI_UNICON "${ICON}"
!define MUI_FINISHPAGE_RUN "$INSTDIR\llmdesk-gui.exe"

!insertmacro MUI_PAGE_DIRECTORY
Page custom asked_icon took_icon
!insertmacro MUI_PAGE_INSTFILES
!insertmacro MUI_PAGE_FINISH
!insertmacro MUI_UNPAGE_CONFIRM
!insertmacro MUI_UNPAGE_INSTFILES
!insertmacro MUI_LANGUAGE "English"
!insertmacro MUI_LANGUAGE "German"
!insertmacro MUI_LANGUAGE "SimpChinese"

LangString running ${LANG_ENGLISH} "llmdesk is running. Close it, then try again."
LangString running ${LANG_GERMAN} "llmdesk läuft gerade. Schließen Sie es und versuchen Sie es dann noch einmal."
LangString running ${LANG_SIMPCHINESE} "llmdesk 正在运行。请先关闭它，然后重试。"
LangString others ${LANG_ENGLISH} "A folder “python” or “packages” that is not llmdesk's own is in$\r$\n$INSTDIR$\r$\nPlease choose another folder."
LangString others ${LANG_GERMAN} "Ein Ordner „python“ oder „packages“, der nicht zu llmdesk gehört, liegt in$\r$\n$INSTDIR$\r$\nBitte wählen Sie einen anderen Ordner."
LangString others ${LANG_SIMPCHINESE} "以下位置中有不属于 llmdesk 的“python”或“packages”文件夹：$\r$\n$INSTDIR$\r$\n请选择其他文件夹。"
LangString not_here ${LANG_ENGLISH} "llmdesk is not installed in$\r$\n$INSTDIR"
LangString not_here ${LANG_GERMAN} "llmdesk ist nicht installiert in$\r$\n$INSTDIR"
LangString not_here ${LANG_SIMPCHINESE} "以下位置没有安装 llmdesk：$\r$\n$INSTDIR"
LangString kept ${LANG_ENGLISH} "What you made stays: chats, settings and fetched models are in$\r$\n$LOCALAPPDATA\llmdesk"
LangString kept ${LANG_GERMAN} "Was Sie gemacht haben, bleibt: Chats, Einstellungen und geladene Modelle liegen in$\r$\n$LOCALAPPDATA\llmdesk"
LangString kept ${LANG_SIMPCHINESE} "您创建的内容会保留：聊天、设置和已下载的模型位于$\r$\n$LOCALAPPDATA\llmdesk"
LangString icon ${LANG_ENGLISH} "An icon on the desktop"
LangString icon ${LANG_GERMAN} "Ein Symbol auf dem Desktop"
LangString icon ${LANG_SIMPCHINESE} "在桌面上创建图标"
LangString icon_title ${LANG_ENGLISH} "Where llmdesk is found"
LangString icon_title ${LANG_GERMAN} "Wo llmdesk zu finden ist"
LangString icon_title ${LANG_SIMPCHINESE} "在哪里找到 llmdesk"
LangString icon_menu ${LANG_ENGLISH} "llmdesk stands in the Start menu, and .gguf files open with it."
LangString icon_menu ${LANG_GERMAN} "llmdesk steht im Startmenü, und .gguf-Dateien öffnen sich damit."
LangString icon_menu ${LANG_SIMPCHINESE} "llmdesk 会出现在开始菜单中，.gguf 文件可用它打开。"
LangString model_file ${LANG_ENGLISH} "Language model"
LangString model_file ${LANG_GERMAN} "Sprachmodell"
LangString model_file ${LANG_SIMPCHINESE} "语言模型"

Var WantsIcon
Var Checkbox
Var Registered ; the folder of the installation that the user's links and registry are about

; Only a folder with this file is llmdesk's own: in any other, "python" may be what the user works with.
!define OURS "llmdesk-gui.exe"

!macro REFUSE TEXT CODE
  MessageBox MB_OK|MB_ICONEXCLAMATION "${TEXT}" /SD IDOK
  SetErrorLevel ${CODE}
  Quit
!macroend

!macro REFUSE_WHILE_RUNNING FOLDER
  ; A program that runs cannot be opened for writing.
  ${Do}
    ClearErrors
    ${IfNot} ${FileExists} "${FOLDER}\python\pythonw.exe"
      ${ExitDo}
    ${EndIf}
    FileOpen $0 "${FOLDER}\python\pythonw.exe" a
    ${IfNot} ${Errors}
      FileClose $0
      FileOpen $0 "${FOLDER}\python\python.exe" a
      ${IfNot} ${Errors}
        FileClose $0
        ${ExitDo}
      ${EndIf}
    ${EndIf}
    MessageBox MB_RETRYCANCEL|MB_ICONEXCLAMATION "$(running)" /SD IDCANCEL IDRETRY +3
    SetErrorLevel 3
    Quit
  ${Loop}
!macroend

; Only folders and files that the installer made, by name: the folder may be one that has other things.
!macro REMOVE_PROGRAM FOLDER
  ${If} ${FileExists} "${FOLDER}\${OURS}"
    RMDir /r "${FOLDER}\python"
    RMDir /r "${FOLDER}\packages"
    Delete "${FOLDER}\llmdesk.exe"
    Delete "${FOLDER}\llmdesk.ico"
    Delete "${FOLDER}\LICENSE.txt"
    Delete "${FOLDER}\uninstall.exe"
    Delete "${FOLDER}\${OURS}" ; last: what was interrupted can be done again
  ${EndIf}
!macroend

Function .onInit
  StrCpy $WantsIcon ${BST_CHECKED}
FunctionEnd

Function asked_icon
  !insertmacro MUI_HEADER_TEXT "$(icon_title)" "$(icon_menu)"
  nsDialogs::Create 1018
  Pop $0
  ${NSD_CreateCheckbox} 0 0 100% 12u "$(icon)"
  Pop $Checkbox
  ${NSD_SetState} $Checkbox $WantsIcon
  nsDialogs::Show
FunctionEnd

Function took_icon
  ${NSD_GetState} $Checkbox $WantsIcon
FunctionEnd

Section
  ${IfNot} ${FileExists} "$INSTDIR\${OURS}"
    ${If} ${FileExists} "$INSTDIR\python"
    ${OrIf} ${FileExists} "$INSTDIR\packages"
      !insertmacro REFUSE "$(others)" 4
    ${EndIf}
  ${EndIf}
  !insertmacro REFUSE_WHILE_RUNNING "$INSTDIR"
  ReadRegStr $Registered HKCU "Software\llmdesk" "InstallDir"
  ${If} $Registered != "" ; where it was before, if another folder was chosen now
  ${AndIf} $Registered != $INSTDIR
    !insertmacro REFUSE_WHILE_RUNNING "$Registered"
    !insertmacro REMOVE_PROGRAM "$Registered"
    RMDir "$Registered"
  ${EndIf}
  !insertmacro REMOVE_PROGRAM "$INSTDIR"
  SetOutPath "$INSTDIR"
  File "${TREE}\${OURS}" ; first, for the same reason
  File /r "${TREE}\*"
  WriteUninstaller "$INSTDIR\uninstall.exe"

  CreateShortcut "$SMPROGRAMS\llmdesk.lnk" "$INSTDIR\llmdesk-gui.exe" "" "$INSTDIR\llmdesk.ico"
  ${If} $WantsIcon == ${BST_CHECKED}
    CreateShortcut "$DESKTOP\llmdesk.lnk" "$INSTDIR\llmdesk-gui.exe" "" "$INSTDIR\llmdesk.ico"
  ${EndIf}

  WriteRegStr HKCU "${CLASSES}\llmdesk.gguf" "" "$(model_file)"
  WriteRegStr HKCU "${CLASSES}\llmdesk.gguf\DefaultIcon" "" "$INSTDIR\llmdesk.ico"
  WriteRegStr HKCU "${CLASSES}\llmdesk.gguf\shell\open\command" "" '"$INSTDIR\llmdesk-gui.exe" --open "%1"'
  WriteRegStr HKCU "${CLASSES}\.gguf\OpenWithProgids" "llmdesk.gguf" ""
  ; What another program made of .gguf stays; then llmdesk is one of those in "Open with".
  ReadRegStr $0 HKCR ".gguf" "" ; the user's own, else the machine's
  ${If} $0 == ""
    WriteRegStr HKCU "${CLASSES}\.gguf" "" "llmdesk.gguf"
  ${EndIf}
  WriteRegStr HKCU "${CLASSES}\llmdesk" "" "URL:llmdesk"
  WriteRegStr HKCU "${CLASSES}\llmdesk" "URL Protocol" ""
  WriteRegStr HKCU "${CLASSES}\llmdesk\DefaultIcon" "" "$INSTDIR\llmdesk.ico"
  WriteRegStr HKCU "${CLASSES}\llmdesk\shell\open\command" "" '"$INSTDIR\llmdesk-gui.exe" --open "%1"'

  WriteRegStr HKCU "Software\llmdesk" "InstallDir" "$INSTDIR"
  WriteRegStr HKCU "${UNINSTALL}" "DisplayName" "llmdesk"
  WriteRegStr HKCU "${UNINSTALL}" "DisplayVersion" "${VERSION}"
  WriteRegStr HKCU "${UNINSTALL}" "DisplayIcon" "$INSTDIR\llmdesk.ico"
  WriteRegStr HKCU "${UNINSTALL}" "InstallLocation" "$INSTDIR"
  WriteRegStr HKCU "${UNINSTALL}" "UninstallString" '"$INSTDIR\uninstall.exe"'
  WriteRegStr HKCU "${UNINSTALL}" "QuietUninstallString" '"$INSTDIR\uninstall.exe" /S'
  WriteRegDWORD HKCU "${UNINSTALL}" "EstimatedSize" ${SIZE_KIB}
  WriteRegDWORD HKCU "${UNINSTALL}" "NoModify" 1
  WriteRegDWORD HKCU "${UNINSTALL}" "NoRepair" 1
  ${RefreshShellIcons}
SectionEnd

Section Uninstall
  ${IfNot} ${FileExists} "$INSTDIR\${OURS}"
    !insertmacro REFUSE "$(not_here)" 4
  ${EndIf}
  !insertmacro REFUSE_WHILE_RUNNING "$INSTDIR"
  !insertmacro REMOVE_PROGRAM "$INSTDIR"
  SetOutPath "$TEMP" ; a folder in which a process is cannot be removed
  RMDir "$INSTDIR"
  ReadRegStr $Registered HKCU "Software\llmdesk" "InstallDir"
  ${IfNot} ${FileExists} "$Registered\${OURS}" ; else they are about another installation
    Delete "$SMPROGRAMS\llmdesk.lnk"
    Delete "$DESKTOP\llmdesk.lnk"
    ReadRegStr $0 HKCU "${CLASSES}\.gguf" ""
    ${If} $0 == "llmdesk.gguf"
      DeleteRegValue HKCU "${CLASSES}\.gguf" ""
    ${EndIf}
    DeleteRegValue HKCU "${CLASSES}\.gguf\OpenWithProgids" "llmdesk.gguf"
    DeleteRegKey /ifempty HKCU "${CLASSES}\.gguf\OpenWithProgids"
    DeleteRegKey /ifempty HKCU "${CLASSES}\.gguf"
    DeleteRegKey HKCU "${CLASSES}\llmdesk.gguf"
    DeleteRegKey HKCU "${CLASSES}\llmdesk"
    DeleteRegValue HKCU "Software\Microsoft\Windows\CurrentVersion\Run" "llmdesk"
    DeleteRegKey HKCU "${UNINSTALL}"
    DeleteRegValue HKCU "Software\llmdesk" "InstallDir"
    DeleteRegKey /ifempty HKCU "Software\llmdesk"
    ${RefreshShellIcons}
  ${EndIf}
  MessageBox MB_OK|MB_ICONINFORMATION "$(kept)" /SD IDOK
SectionEnd
