@echo off
rem The medseg command from a checkout: builds where a source is newer than the built tool, and runs it.
rem "medseg test [-- ARGS]" builds everything and runs every test; ARGS, such as --filter, go to "dotnet test".
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
dotnet build "%ROOT%MLMedSeg.sln" -c Release --nologo || exit /b 1
rem Built once, then as many projects at once as there are processors: the longest begin, or one of them would end alone.
set FIRST=Microsoft.ML.MedicalSegmentation.Trainers.Tests Microsoft.ML.MedicalSegmentation.Tool.Tests
set TESTS=
for %%n in (%FIRST%) do call :add %%n
for /d %%d in ("%ROOT%test\*.Tests") do call :addother %%~nxd
dotnet test %TESTS% --settings "%ROOT%test\test.runsettings" --nologo %ARGS%
exit /b %ERRORLEVEL%
:addother
for %%n in (%FIRST%) do if "%%n"=="%1" exit /b 0
:add
set TESTS=%TESTS% "%ROOT%artifacts\bin\%1\release\%1.dll"
exit /b 0
