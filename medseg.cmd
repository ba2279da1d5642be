@echo off
rem The medseg command from a checkout: builds where a source is newer than the built tool, and runs it.
rem "medseg test [-- ARGS]" runs every test; ARGS go to "dotnet test".
setlocal
set "ROOT=%~dp0"
set "BUILT=%ROOT%artifacts\medseg.built"
if "%~1"=="test" goto test
powershell -NoProfile -Command "$b = Get-Item $env:BUILT -ErrorAction Ignore; $s = @(Get-ChildItem ($env:ROOT + 'src') -Recurse) + @(Get-ChildItem ($env:ROOT + 'Directory.*')); exit [int](-not $b -or [bool]($s | Where-Object LastWriteTime -gt $b.LastWriteTime))"
if errorlevel 1 (
  if not exist "%ROOT%artifacts" mkdir "%ROOT%artifacts"
  type nul > "%BUILT%.new"
  dotnet build "%ROOT%src\Tool" -c Release --nologo -v quiet 1>&2 || exit /b 4
  move /y "%BUILT%.new" "%BUILT%" > nul
)
dotnet "%ROOT%artifacts\bin\Microsoft.ML.MedicalSegmentation.Tool\release\medseg.dll" %*
exit /b %ERRORLEVEL%
:test
set ARGS=
:next
shift
if not "%~1"=="--" set ARGS=%ARGS% %1
if not "%~1"=="" goto next
dotnet test "%ROOT%MLMedSeg.sln" -c Release --nologo %ARGS%
