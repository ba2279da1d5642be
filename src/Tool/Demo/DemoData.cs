using MedSeg.Jobs;
using MedSeg.Terminal;

namespace MedSeg.Demo;

/// <summary>
/// Finds something to learn from: the folder that was named, the one that MEDSEG_DATA names or shared/data beside the checkout, a download,
/// or phantoms.
/// </summary>
internal static class DemoData
{
    private const string Task = "hippocampus";

    /// <summary>The data set, after saying which it is.</summary>
    /// <param name="context">The context.</param>
    /// <param name="folder">A Decathlon task, where the user named one.</param>
    /// <param name="workspace">Where phantoms and downloads go.</param>
    /// <param name="offline">Takes phantoms rather than fetching real data from its public address.</param>
    /// <exception cref="ArgumentException">The folder that was named is not a data set.</exception>
    public static SegmentationDataset Find(MLContext context, string? folder, string workspace, bool offline)
    {
        var data = context.MedicalSegmentation().Data;
        if (folder is not null)
        {
            return Say(data.Read(folder), $"the data set in {folder}");
        }

        if (DataFolder.Find() is { } shared && Path.Combine(shared, Task) is var task && Directory.Exists(task))
        {
            return Say(data.Read(task), $"the data set in {task}");
        }

        if (!offline && DecathlonDownload.TryFetch(workspace, out var fetched))
        {
            return Say(data.Read(fetched), $"the Decathlon task fetched to {fetched}");
        }

        return Say(PhantomData.Write(workspace), "a built-in phantom set, as there is no real data (name some with --data or MEDSEG_DATA)");
    }

    private static SegmentationDataset Say(SegmentationDataset dataset, string origin)
    {
        Report.Step($"Data: {origin}. {dataset}");
        return dataset;
    }
}
