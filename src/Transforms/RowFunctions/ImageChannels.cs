namespace Microsoft.ML.MedicalSegmentation;

/// <summary>What the channels of a volume that is made of a picture hold.</summary>
public enum ImageChannels
{
    /// <summary>One channel, the luma of ITU-R BT.601: 0.299 red + 0.587 green + 0.114 blue, rounded.</summary>
    Grey,

    /// <summary>Red, green and blue.</summary>
    Rgb,

    /// <summary>Red, green, blue and opacity.</summary>
    Rgba,
}
