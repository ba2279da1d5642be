using System.Globalization;
using Microsoft.ML.MedicalSegmentation.Formats.Dicom.Files;

namespace Microsoft.ML.MedicalSegmentation.Formats.Dicom.Series;

/// <summary>
/// What distinguishes a slice from others at the same place: time, echo, diffusion weight, kind of image, and what puts them in order.
/// </summary>
/// <remarks>
/// A frame's own functional groups come before shared ones, and both before the top of the data set. Attributes that are absent
/// have no value, and slices without a value differ from slices with one.
/// </remarks>
internal sealed class DicomFrameOrder
{
    private static readonly DicomTag[] FrameTypeGroups =
    [
        DicomTags.MrImageFrameTypeSequence,
        DicomTags.CtImageFrameTypeSequence,
        DicomTags.PetFrameTypeSequence,
        DicomTags.UsImageDescriptionSequence,
    ];

    // Dimensions that only say where a frame lies.
    private static readonly DicomTag[] Positions =
    [
        DicomTags.ImagePositionPatient,
        DicomTags.InStackPositionNumber,
        DicomTags.StackId,
        DicomTags.SliceVector,
        DicomTags.ImageOrientationPatient,
    ];

    // More than any file has, so that frames of several files count on.
    private const double FramesPerInstance = 1e7;

    private readonly IReadOnlyList<KeyValuePair<DicomFrameKey, DicomKeyValue>> _values;

    private DicomFrameOrder(IReadOnlyList<KeyValuePair<DicomFrameKey, DicomKeyValue>> values) => _values = values;

    /// <summary>The keys that this slice has values of, the weightiest first.</summary>
    public IEnumerable<DicomFrameKey> Keys => _values.Select(v => v.Key);

    /// <summary>The value of a key; null if the file has none.</summary>
    public DicomKeyValue? this[DicomFrameKey key]
    {
        get
        {
            foreach (var (known, value) in _values)
            {
                if (known == key)
                {
                    return value;
                }
            }

            return null;
        }
    }

    /// <summary>Reads what distinguishes a frame.</summary>
    /// <param name="groups">The data sets that describe it.</param>
    /// <param name="frame">Frame of the file, from 0.</param>
    /// <param name="vectors">What frame vectors say of it.</param>
    public static DicomFrameOrder Read(
        DicomFrameGroups groups,
        int frame,
        IReadOnlyList<KeyValuePair<DicomFrameKey, DicomKeyValue>> vectors
    )
    {
        var set = groups.Root;
        var values = new List<KeyValuePair<DicomFrameKey, DicomKeyValue>>(vectors);
        void Add(DicomFrameKey key, DicomKeyValue? value)
        {
            if (value is { } known)
            {
                values.Add(new(key, known));
            }
        }

        DicomKeyValue? Number(DicomTag group, DicomTag tag) =>
            groups.Find(group, tag)?.Numbers(tag) is [var first, ..] ? new DicomKeyValue(Math.Round(first, 4)) : (DicomKeyValue?)null;
        DicomKeyValue? Text(DicomTag group, DicomTag tag) =>
            groups.Find(group, tag)?.Text(tag) is { } text ? new DicomKeyValue(0, text) : (DicomKeyValue?)null;
        DicomKeyValue? Root(DicomTag tag) =>
            set.Number(tag) is { } number ? new DicomKeyValue(Math.Round(number, 4)) : (DicomKeyValue?)null;

        var type = Array.Find(FrameTypeGroups, group => groups.Find(group, DicomTags.FrameType) is not null);
        var gradients = groups
            .Find(DicomTags.MrDiffusionSequence, DicomTags.DiffusionGradientDirectionSequence)
            ?.FirstItem(DicomTags.DiffusionGradientDirectionSequence);
        Add(
            DicomFrameKey.Time,
            Number(DicomTags.FrameContentSequence, DicomTags.TemporalPositionIndex) ?? Root(DicomTags.TemporalPositionIdentifier)
        );
        Add(DicomFrameKey.Echo, Root(DicomTags.EchoNumbers));
        Add(DicomFrameKey.EchoTime, Number(DicomTags.MrEchoSequence, DicomTags.EffectiveEchoTime) ?? Root(DicomTags.EchoTime));
        Add(DicomFrameKey.DiffusionWeight, Number(DicomTags.MrDiffusionSequence, DicomTags.DiffusionBValue));
        Add(DicomFrameKey.Component, Text(type == default ? DicomTags.MrImageFrameTypeSequence : type, DicomTags.ComplexImageComponent));
        Add(DicomFrameKey.FrameType, type == default ? null : Text(type, DicomTags.FrameType));
        Add(DicomFrameKey.ImageType, set.Text(DicomTags.ImageType) is { } image ? new DicomKeyValue(0, image) : null);
        Add(DicomFrameKey.CardiacPhase, Number(DicomTags.CardiacSynchronizationSequence, DicomTags.NominalPercentageOfCardiacPhase));
        Add(DicomFrameKey.TimeOffset, Number(DicomTags.TemporalPositionSequence, DicomTags.TemporalPositionTimeOffset));
        Add(DicomFrameKey.Directionality, Text(DicomTags.MrDiffusionSequence, DicomTags.DiffusionDirectionality));
        Add(
            DicomFrameKey.Gradient,
            Vector(gradients ?? groups.Find(DicomTags.MrDiffusionSequence, DicomTags.DiffusionGradientOrientation))
        );
        Add(DicomFrameKey.InversionTime, Number(DicomTags.MrModifierSequence, DicomTags.InversionTimes) ?? Root(DicomTags.InversionTime));
        Add(DicomFrameKey.FlipAngle, Number(DicomTags.MrTimingSequence, DicomTags.FlipAngle));
        Add(DicomFrameKey.Contrast, Text(type == default ? DicomTags.MrImageFrameTypeSequence : type, DicomTags.AcquisitionContrast));
        Add(DicomFrameKey.Sequence, set.Text(DicomTags.SequenceName) is { } sequence ? new DicomKeyValue(0, sequence) : null);
        Add(DicomFrameKey.Voltage, Number(DicomTags.CtXRayDetailsSequence, DicomTags.Kvp));
        Add(DicomFrameKey.Kernel, Text(DicomTags.CtReconstructionSequence, DicomTags.ConvolutionKernel));
        foreach (var (index, number) in Dimensions(groups))
        {
            Add(DicomFrameKey.Dimension(index), number);
        }

        Add(DicomFrameKey.Stack, Text(DicomTags.FrameContentSequence, DicomTags.StackId));
        var acquired =
            Date(
                groups.Find(DicomTags.FrameContentSequence, DicomTags.FrameAcquisitionDateTime)?.Text(DicomTags.FrameAcquisitionDateTime)
                    ?? set.Text(DicomTags.AcquisitionDateTime)
            ) ?? Date(set.Text(DicomTags.AcquisitionDate), set.Text(DicomTags.AcquisitionTime));
        var referred =
            Date(groups.Find(DicomTags.FrameContentSequence, DicomTags.FrameReferenceDateTime)?.Text(DicomTags.FrameReferenceDateTime))
            ?? Root(DicomTags.FrameReferenceTime);
        var made = Date(set.Text(DicomTags.ContentDate), set.Text(DicomTags.ContentTime));
        Add(DicomFrameKey.Acquisition, Root(DicomTags.AcquisitionNumber));
        Add(DicomFrameKey.ReferenceTime, referred);
        Add(DicomFrameKey.AcquisitionTime, acquired);
        Add(DicomFrameKey.ContentTime, made);
        Add(DicomFrameKey.Trigger, Number(DicomTags.CardiacSynchronizationSequence, DicomTags.NominalCardiacTriggerDelayTime)
            ?? Number(DicomTags.CardiacSynchronizationSequence, DicomTags.ActualCardiacTriggerDelayTime) ?? Root(DicomTags.TriggerTime));
        Add(DicomFrameKey.ReferenceTimeOrder, referred);
        Add(DicomFrameKey.AcquisitionTimeOrder, acquired);
        Add(DicomFrameKey.AcquisitionOrder, Root(DicomTags.AcquisitionNumber));
        Add(DicomFrameKey.ContentTimeOrder, made);
        Add(DicomFrameKey.Instance, Root(DicomTags.InstanceNumber));
        Add(DicomFrameKey.Frame, new DicomKeyValue(((set.Number(DicomTags.InstanceNumber) ?? 0) * FramesPerInstance) + frame));
        return new(values);
    }

    /// <summary>The numbers of Dimension Index Values that do not only say where a frame lies.</summary>
    private static IEnumerable<(int Index, DicomKeyValue Value)> Dimensions(DicomFrameGroups groups)
    {
        var numbers =
            groups.Find(DicomTags.FrameContentSequence, DicomTags.DimensionIndexValues)?.Numbers(DicomTags.DimensionIndexValues) ?? [];
        var pointers = groups
            .Root.Items(DicomTags.DimensionIndexSequence)
            .Select(item =>
                item[DicomTags.DimensionIndexPointer] is { Value: { Length: 4 } bytes, BigEndian: var isBig }
                    ? new DicomTag(
                        isBig ? (bytes[0] << 8) | bytes[1] : bytes[0] | (bytes[1] << 8),
                        isBig ? (bytes[2] << 8) | bytes[3] : bytes[2] | (bytes[3] << 8)
                    )
                    : default
            )
            .ToArray();
        return numbers
            .Select((number, i) => (i, new DicomKeyValue(number)))
            .Where(n => n.i >= pointers.Length || !Positions.Contains(pointers[n.i]));
    }

    private static DicomKeyValue? Vector(DicomDataSet? set)
        => set?.Numbers(DicomTags.DiffusionGradientOrientation) is { Length: 3 } v
            ? new DicomKeyValue(0, string.Join(' ', v.Select(x => Math.Round(x, 4).ToString(CultureInfo.InvariantCulture))))
            : null;

    /// <summary>A date and time as seconds, to the precision of the text; null if it is none.</summary>
    private static DicomKeyValue? Date(string? date, string? time) =>
        time is null ? null : Date((date is { Length: >= 8 } ? date[..8] : "00010101") + time.Replace(":", "", StringComparison.Ordinal));

    private static DicomKeyValue? Date(string? text)
    {
        var digits = text?.Split('+', '-')[0] ?? "";
        var fraction = digits.IndexOf('.');
        var whole = (fraction < 0 ? digits : digits[..fraction]).PadRight(14, '0');
        if (
            digits.Length < 8
            || !DateTime.TryParseExact(whole, "yyyyMMddHHmmss", CultureInfo.InvariantCulture, DateTimeStyles.None, out var moment)
        )
        {
            return null;
        }

        _ = double.TryParse(fraction < 0 ? "0" : digits[fraction..], CultureInfo.InvariantCulture, out var part);
        return new DicomKeyValue(Math.Round((moment - DateTime.UnixEpoch).TotalSeconds + part, 6));
    }
}
