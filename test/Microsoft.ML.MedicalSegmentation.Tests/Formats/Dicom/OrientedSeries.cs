using System.Runtime.InteropServices;

namespace Microsoft.ML.MedicalSegmentation.Formats.Dicom;

/// <summary>DICOM series in seven orientations, made by the test, and labels on their grids.</summary>
internal static class OrientedSeries
{
    /// <summary>Image Orientation (Patient) of each, LPS.</summary>
    public static readonly IReadOnlyDictionary<string, double[]> Orientations = new Dictionary<string, double[]>
    {
        ["axial"] = [1, 0, 0, 0, 1, 0],
        ["axial prone"] = [-1, 0, 0, 0, -1, 0],
        ["axial mirrored"] = [-1, 0, 0, 0, 1, 0],
        ["coronal"] = [1, 0, 0, 0, 0, -1],
        ["sagittal"] = [0, 1, 0, 0, 0, -1],
        ["oblique"] = [0.8, 0.6, 0, -0.6, 0.8, 0],
        ["double oblique"] = [0.36, 0.48, -0.8, -0.8, 0.6, 0],
    };

    /// <summary>Writes a series of 11 x 9 pixels and 6 slices.</summary>
    public static DicomSeries Write(TemporaryFolder folder, string orientation)
    {
        var o = Orientations[orientation];
        var (row, column) = (new Vector3D(o[0], o[1], o[2]), new Vector3D(o[3], o[4], o[5]));
        var normal = Vector3D.Cross(row, column);
        var start = new Vector3D(-31.25, 12.5, 140.125);
        DicomFiles.WriteSeries(
            folder,
            Enumerable
                .Range(0, 6)
                .Select(i =>
                {
                    var at = start + (normal * (2.5 * i));
                    return (
                        DicomFiles
                            .Slice(0, i + 1, columns: 11, rows: 9)
                            .AddDecimals("ImagePositionPatient", at.X, at.Y, at.Z)
                            .AddDecimals("ImageOrientationPatient", o),
                        Pixels(i)
                    );
                })
        );
        return DicomSeries.Find(folder.Path)[0];
    }

    /// <summary>
    /// A ring with a hole and an island within it, voxels that touch at corners only, a single voxel, and a comb of several holes.
    /// </summary>
    public static LabelVolume Labels(Volume image)
    {
        var shape = image.Shape.WithChannels(1);
        var labels = new byte[shape.Count];
        for (var i = 0; i < labels.Length; i++)
        {
            var (x, y, z) = (i % shape.Width, i / shape.Width % shape.Height, i / (shape.Width * shape.Height));
            labels[i] = z switch
            {
                0 => (byte)(
                    x is >= 1 and <= 7 && y is >= 1 and <= 7 && !(x is >= 3 and <= 5 && y is >= 3 and <= 5) ? 1
                    : x == 4 && y == 4 ? 2
                    : 0
                ),
                1 => (byte)((x + y) % 2 == 0 ? 1 : 0),
                2 => (byte)(x == 0 && y == 0 ? 2 : x == 10 && y == 8 ? 1 : 0),
                3 => (byte)(x % 2 == 1 && y % 2 == 1 ? 0 : 3),
                4 => (byte)((x * 7 + y * 13 + x * y) % 5 < 3 ? 1 + (x > 5 ? 1 : 0) : 0),
                _ => 0,
            };
        }

        LabelClass[] classes = [new(0, "background"), new(1, "liver"), new(2, "liver tumor"), new(3, "kidney_left")];
        return LabelVolume.Create(labels, shape, image.Geometry, classes);
    }

    private static byte[] Pixels(int slice) =>
        MemoryMarshal.AsBytes<short>(Enumerable.Range(0, 99).Select(i => (short)((37 * slice) + (i * i % 101))).ToArray()).ToArray();
}
