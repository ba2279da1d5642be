using Microsoft.ML.MedicalSegmentation;

namespace SynthesisBench;

/// <summary>Draws slices of volumes side by side as a PNG.</summary>
internal static class Picture
{
    private const int Zoom = 4;
    private const int Gap = 6;

    /// <summary>Writes the slice of each volume, the next row of the patient upwards.</summary>
    /// <param name="path">The .png file.</param>
    /// <param name="z">The slice.</param>
    /// <param name="panels">Volumes of one size with the values that are black and white.</param>
    public static void Write(string path, int z, params (Volume Volume, double Black, double White)[] panels)
    {
        var shape = panels[0].Volume.Shape;
        var (width, height) = ((panels.Length * ((shape.Width * Zoom) + Gap)) - Gap, shape.Height * Zoom);
        var pixels = new byte[width * height];
        Array.Fill(pixels, byte.MaxValue);
        foreach (var (index, (volume, black, white)) in panels.Index())
        {
            for (var row = 0; row < height; row++)
            {
                for (var column = 0; column < shape.Width * Zoom; column++)
                {
                    var value = volume.GetValue(0, z, shape.Height - 1 - (row / Zoom), column / Zoom);
                    pixels[(row * width) + (index * ((shape.Width * Zoom) + Gap)) + column] = (byte)
                        Math.Round(255 * Math.Clamp((value - black) / (white - black), 0, 1));
                }
            }
        }

        VolumeFormats.Save(Volume.Create(pixels, new VolumeShape(1, 1, height, width)), path);
    }
}
