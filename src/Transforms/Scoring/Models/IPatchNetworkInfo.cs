namespace Microsoft.ML.MedicalSegmentation.Scoring.Models;

/// <summary>What one must know to run a network tile by tile, whatever its output means.</summary>
internal interface IPatchNetworkInfo : INetworkInfo
{
    /// <summary>What the network takes at once: channels, and depth, height and width in voxels.</summary>
    VolumeShape Patch { get; }

    /// <summary>Channels that the network takes.</summary>
    int InputChannels { get; }

    /// <summary>Channels of the network's output.</summary>
    int OutputChannels { get; }

    /// <summary>Voxel spacing of the training volumes in mm; null where unknown.</summary>
    Vector3D? Spacing { get; }

    /// <summary>Orientation code of the training volumes; null where volumes are scored as they lie.</summary>
    string? Orientation { get; }

    /// <summary>In words, what was done to the intensities before the network saw them; empty where unknown.</summary>
    string Preprocessing { get; }

    /// <summary>An output in words, such as "class 'liver'".</summary>
    string NameOfOutput(int channel);
}
