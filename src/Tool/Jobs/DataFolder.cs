namespace MedSeg.Jobs;

/// <summary>The folder of data sets that commands read where no other is named.</summary>
internal static class DataFolder
{
    /// <summary>
    /// The folder of the environment variable MEDSEG_DATA; without it <c>shared/data</c> beside the checkout that the tool was built in.
    /// </summary>
    /// <returns>Null if there is neither.</returns>
    public static string? Find()
    {
        var given = Environment.GetEnvironmentVariable("MEDSEG_DATA");
        if (!string.IsNullOrEmpty(given))
        {
            return given;
        }

        var checkout = new DirectoryInfo(AppContext.BaseDirectory);
        while (checkout is not null && !File.Exists(Path.Combine(checkout.FullName, "MLMedSeg.sln")))
        {
            checkout = checkout.Parent;
        }

        var beside = checkout is null ? null : Path.GetFullPath(Path.Combine(checkout.FullName, "..", "shared", "data"));
        return Directory.Exists(beside) ? beside : null;
    }
}
