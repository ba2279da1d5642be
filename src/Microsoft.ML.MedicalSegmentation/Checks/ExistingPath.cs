using System.Runtime.CompilerServices;

namespace Microsoft.ML.MedicalSegmentation.Checks;

/// <summary>Paths of what must be there.</summary>
internal static class ExistingPath
{
    /// <summary>Fails where there is no such file.</summary>
    /// <param name="path">The path.</param>
    /// <param name="what">What messages call the file.</param>
    /// <param name="parameter">The caller's parameter.</param>
    /// <exception cref="ArgumentException">The path is empty.</exception>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    public static void RequireFile(string path, string what = "file", [CallerArgumentExpression(nameof(path))] string? parameter = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path, parameter);
        if (!File.Exists(path))
        {
            throw Missing(path, what);
        }
    }

    /// <summary>Fails where there is no such folder.</summary>
    /// <exception cref="ArgumentException">The path is empty.</exception>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    public static void RequireFolder(string path, [CallerArgumentExpression(nameof(path))] string? parameter = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path, parameter);
        if (!Directory.Exists(path))
        {
            throw new DirectoryNotFoundException(Message(path, "folder"));
        }
    }

    /// <summary>What is thrown where there is no such file.</summary>
    public static FileNotFoundException Missing(string path, string what) => new(Message(path, what), path);

    private static string Message(string path, string what) =>
        $"There is no {what} '{path}'. Check the path; relative ones start at '{Directory.GetCurrentDirectory()}'.";
}
