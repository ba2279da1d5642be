using System.Diagnostics;

namespace MedSeg;

/// <summary>Headless Chromium, to look at pages as a person would.</summary>
internal static class Browser
{
    private static readonly string[] Paths = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

    /// <summary>Opens a page at a width and gives the document after its scripts have run, and what the console said.</summary>
    /// <remarks>Inconclusive where there is no Chromium.</remarks>
    public static (string Document, string Console) Open(string page, int width, string profile)
    {
        var browser = Paths.FirstOrDefault(File.Exists);
        if (browser is null)
        {
            Assert.Inconclusive("There is no Chromium here, so nobody can look at the page. Install it, as by: apt-get install chromium.");
        }

        string[] arguments =
        [
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-dev-shm-usage",
            "--disable-extensions",
            "--no-first-run",
            "--enable-logging=stderr",
            "--v=0",
            $"--user-data-dir={profile}",
            $"--window-size={width},900",
            "--virtual-time-budget=15000",
            "--dump-dom",
            new Uri(page).AbsoluteUri,
        ];
        using var process = Process.Start(
            new ProcessStartInfo(browser, arguments) { RedirectStandardOutput = true, RedirectStandardError = true }
        )!;
        var errors = process.StandardError.ReadToEndAsync();
        var document = process.StandardOutput.ReadToEndAsync();
        if (!process.WaitForExit(120_000))
        {
            process.Kill(entireProcessTree: true);
            Assert.Fail("Chromium did not end within two minutes.");
        }

        return (
            document.Result,
            string.Join('\n', errors.Result.Split('\n').Where(line => line.Contains("CONSOLE", StringComparison.Ordinal)))
        );
    }
}
