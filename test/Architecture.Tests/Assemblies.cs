using Microsoft.ML.MedicalSegmentation;
using Microsoft.ML.MedicalSegmentation.AspNetCore;
using Assembly = System.Reflection.Assembly;

namespace Architecture.Tests;

/// <summary>What is shipped.</summary>
internal static class Assemblies
{
    /// <summary>Volumes, formats, metrics, planning.</summary>
    public static readonly Assembly Core = typeof(Volume).Assembly;

    /// <summary>Transforms and scoring.</summary>
    public static readonly Assembly Transforms = typeof(SegmentationTransformer).Assembly;

    /// <summary>Networks and training.</summary>
    public static readonly Assembly Trainers = typeof(SegmentationTrainer).Assembly;

    /// <summary>Scoring over HTTP.</summary>
    public static readonly Assembly Service = typeof(DicomWebClient).Assembly;

    /// <summary>The command line.</summary>
    public static readonly Assembly Tool = Assembly.Load("medseg");

    /// <summary>All of them.</summary>
    public static IReadOnlyList<Assembly> Shipped => [Core, Transforms, Trainers, Service, Tool];
}
