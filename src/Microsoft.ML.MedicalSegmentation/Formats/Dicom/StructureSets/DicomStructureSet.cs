using Microsoft.ML.MedicalSegmentation.Formats.Dicom.Files;
using Microsoft.ML.MedicalSegmentation.Formats.Dicom.Series;
using Microsoft.ML.MedicalSegmentation.Formats.Dicom.StructureSets;
using Microsoft.ML.MedicalSegmentation.Formats.IO;

namespace Microsoft.ML.MedicalSegmentation;

/// <summary>A DICOM structure set (RTSTRUCT): structures with names and colours, and their outlines slice by slice.</summary>
/// <remarks>
/// Part 3 of the standard, A.19, https://dicom.nema.org/medical/dicom/current/output/chtml/part03/sect_C.8.8.6.html. Outlines are written
/// along the outer edges of voxels, so that <see cref="ToLabelsOn"/> gives the labels back voxel for voxel.
/// </remarks>
public sealed class DicomStructureSet
{
    private DicomStructureSet(IReadOnlyList<DicomStructure> structures, IReadOnlyList<string> notes) =>
        (Structures, Notes) = (structures, notes);

    /// <summary>The structures, in the file's order; those without a closed outline too.</summary>
    public IReadOnlyList<DicomStructure> Structures { get; }

    /// <summary>What was passed over, a sentence each.</summary>
    public IReadOnlyList<string> Notes { get; }

    /// <summary>Reads a structure set.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="VolumeFormatException">The file is not a structure set, or is damaged.</exception>
    public static DicomStructureSet Read(string path)
    {
        var file = DicomFile.Read(VolumeSource.FromPath(path));
        var set = file.DataSet;
        if (set.Text(DicomTags.SopClassUid) != DicomStructureSetWriter.StructureSetClass)
        {
            throw new VolumeFormatException(
                path,
                "DICOM",
                "SOPClassUID",
                $"the object is not a structure set but {set.ShortText(DicomTags.Modality) ?? "of unknown modality"}. Read images "
                    + $"by VolumeFormats.Open, segmentations by {nameof(DicomSegmentation)}."
            );
        }

        var notes = new List<string>();
        var outlines = set.Items(DicomTags.RoiContourSequence)
            .ToLookup(item => item.RequiredInteger(DicomTags.ReferencedRoiNumber, 0, int.MaxValue));
        var structures = set.Items(DicomTags.StructureSetRoiSequence).Select(item => Structure(item, outlines, notes)).ToList();
        return structures.DistinctBy(s => s.Number).Count() == structures.Count
            ? new(structures, notes)
            : throw new VolumeFormatException(
                path,
                "DICOM",
                "ROINumber",
                "two structures have the same number; numbers must differ. The file is damaged."
            );
    }

    /// <summary>Writes labels as a structure set; the file is whole or absent.</summary>
    /// <param name="labels">Each value but 0 becomes a structure. Its slices must be the image planes.</param>
    /// <param name="path">Where; a file that is there is replaced.</param>
    /// <param name="options">Structures, the source series, and how to write; null takes the defaults.</param>
    /// <exception cref="ArgumentException">
    /// An option is wrong, labels are not described, or they lie elsewhere than the source series.
    /// </exception>
    public static void Write(LabelVolume labels, string path, DicomStructureSetOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(labels);
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        var writer = new DicomStructureSetWriter(labels, options ?? new());
        AtomicFile.Write(path, writer.Write);
    }

    /// <summary>Labels on the grid of the image: voxels whose centres lie within the outlines.</summary>
    /// <param name="shape">Size of the grid; channels do not matter.</param>
    /// <param name="geometry">Its place; its slices must be the planes of the outlines.</param>
    /// <param name="overlap">What becomes of voxels of several structures.</param>
    /// <exception cref="ArgumentException">An outline does not lie in a slice, or a number is not a label value.</exception>
    /// <exception cref="InvalidOperationException">Structures overlap, and <paramref name="overlap"/> refuses that.</exception>
    public LabelVolume ToLabelsOn(VolumeShape shape, VolumeGeometry geometry, DicomOverlap overlap = DicomOverlap.Refuse)
    {
        ArgumentNullException.ThrowIfNull(geometry);
        shape = shape.WithChannels(1);
        shape.Validate();
        if (Structures.FirstOrDefault(s => s.Number is < 1 or > LabelClass.MaximumValue) is { } impossible)
        {
            throw new ArgumentException(
                $"The structure '{impossible.Name}' has number {impossible.Number}; a label is 1 to {LabelClass.MaximumValue}."
            );
        }

        var labels = new ushort[shape.Count];
        var filling = new ContourFilling(shape, geometry);
        var shared = 0L;

        // What is written last stays.
        foreach (
            var structure in overlap == DicomOverlap.LowestNumber
                ? Structures.OrderByDescending(s => s.Number)
                : Structures.OrderBy(s => s.Number)
        )
        {
            foreach (var (slice, inside) in filling.Fill(structure))
            {
                var plane = labels.AsSpan(slice * inside.Length, inside.Length);
                for (var i = 0; i < inside.Length; i++)
                {
                    if (inside[i])
                    {
                        shared += plane[i] != 0 ? 1 : 0;
                        plane[i] = (ushort)structure.Number;
                    }
                }
            }
        }

        if (shared > 0 && overlap == DicomOverlap.Refuse)
        {
            throw new InvalidOperationException(
                $"{shared} voxels belong to several of the {Structures.Count} structures, and a label volume holds one label a "
                    + $"voxel. Choose {nameof(DicomOverlap)}.{nameof(DicomOverlap.LowestNumber)} or {nameof(DicomOverlap.HighestNumber)}."
            );
        }

        LabelClass[] classes =
        [
            LabelClass.Unnamed(0),
            .. Structures.Select(s => new LabelClass(s.Number, s.Name) { Color = s.Color }).OrderBy(c => c.Value),
        ];
        return Array.TrueForAll(classes, c => c.Value <= byte.MaxValue)
            ? LabelVolume.Create(Array.ConvertAll(labels, label => (byte)label), shape, geometry, classes)
            : LabelVolume.Create(labels, shape, geometry, classes);
    }

    private static DicomStructure Structure(DicomDataSet item, ILookup<int, DicomDataSet> outlines, List<string> notes)
    {
        var number = item.RequiredInteger(DicomTags.RoiNumber, 0, int.MaxValue);
        var name = item.Text(DicomTags.RoiName) ?? $"structure {number}";
        var contours = new List<DicomContour>();
        LabelColor? color = null;
        foreach (var outline in outlines[number])
        {
            color ??=
                outline.Numbers(DicomTags.RoiDisplayColor, 3) is { } rgb && Array.TrueForAll(rgb, c => c is >= 0 and <= 255)
                    ? new((byte)rgb[0], (byte)rgb[1], (byte)rgb[2])
                    : null;
            foreach (var contour in outline.Items(DicomTags.ContourSequence))
            {
                if (contour.Text(DicomTags.ContourGeometricType) is "CLOSED_PLANAR" or "CLOSEDPLANAR_XOR")
                {
                    contours.Add(Contour(contour));
                }
                else
                {
                    notes.Add(
                        $"A {contour.ShortText(DicomTags.ContourGeometricType)} of structure {number} was passed over: it encloses nothing."
                    );
                }
            }
        }

        return new(number, name) { Color = color, Contours = contours };
    }

    private static DicomContour Contour(DicomDataSet contour)
    {
        var numbers = contour.Numbers(DicomTags.ContourData);
        return numbers.Length % 3 == 0 && numbers.Length >= 9
            ? new([.. numbers.Chunk(3).Select(p => DicomStack.Flip(new(p[0], p[1], p[2])))])
            : throw contour.Fault(
                DicomTags.ContourData,
                $"it has {numbers.Length} numbers; an outline has three for each of at least three points. The file is damaged"
            );
    }
}
