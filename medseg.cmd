@echo off
rem The medseg command from a checkout on Windows; see the medseg script for its commands.
setlocal
set "ROOT=%~dp0"
if not defined MEDSEG_DATA if exist "%ROOT%..\shared\data" set "MEDSEG_DATA=%ROOT%..\shared\data"

if not exist "%ROOT%artifacts\setup\MedSegPackages.props" (
  powershell -NoProfile -ExecutionPolicy Bypass -File "%ROOT%eng\setup.ps1" || exit /b 4
)
if "%~1"=="setup" exit /b 0
if "%~1"=="test" goto test

dotnet run --project "%ROOT%src\Tool" -c Release -- %*
exit /b %ERRORLEVEL%

:test
shift
set "ARGS="
:next
if "%~1"=="" goto run
if not "%~1"=="--" set "ARGS=%ARGS% %1"
shift
goto next
:run
dotnet test "%ROOT%MLMedSeg.sln" -c Release --nologo %ARGS%
exit /b %ERRORLEVEL%
