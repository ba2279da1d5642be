using Microsoft.ML.MedicalSegmentation;

namespace MedSeg;

/// <summary>A model for the tests that need any: trained once, on two phantoms, and only read.</summary>
[TestClass]
public static class SharedModel
{
    private static readonly Lazy<TemporaryFolder> Folder = new(() =>
    {
        var folder = new TemporaryFolder();
        PhantomCases.Write(folder, 2);
        ProgramRun
            .Medseg(
                folder.Path,
                [.. "train data --no-plan --epochs 1 --width 4 --patch 32 32 32 --validation 0 --output model.zip".Split(' ')]
            )
            .Expect(0);
        return folder;
    });

    /// <summary>The zip.</summary>
    internal static string Path => Folder.Value["model.zip"];

    [AssemblyCleanup]
    public static void Remove()
    {
        if (Folder.IsValueCreated)
        {
            Folder.Value.Dispose();
        }
    }
}
