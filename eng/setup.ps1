# Chooses where the packages come from on Windows: always the feed, as the stand-ins' native part is built on Linux only.
$ErrorActionPreference = 'Stop'
$root = Split-Path -Parent $PSScriptRoot
$setup = Join-Path $root 'artifacts/setup'
New-Item -ItemType Directory -Force -Path $setup | Out-Null

dotnet restore (Join-Path $root 'eng/FeedProbe/FeedProbe.csproj') -v quiet | Out-File (Join-Path $setup 'feed-probe.log')
if ($LASTEXITCODE -ne 0) {
    Write-Host 'medseg: the package feed lacks some of the packages; artifacts/setup/feed-probe.log names them.'
    Write-Host '  Copy their .nupkg files into eng/feed, or add a feed that has them, and run this command again.'
    exit 4
}

Write-Host 'Packages: nuget, because the package feed has everything.'
'<Project><PropertyGroup><MedSegPackages>nuget</MedSegPackages></PropertyGroup></Project>' |
    Out-File -Encoding utf8 (Join-Path $setup 'MedSegPackages.props')
