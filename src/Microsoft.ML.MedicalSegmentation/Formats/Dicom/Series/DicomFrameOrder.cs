namespace Microsoft.ML.MedicalSegmentation;

/// <summary>What tells apart, and orders, slices that lie at the same place: time, echo, diffusion weight, kind of image.</summary>
/// <param name="Time">Temporal position, by the file's count.</param>
/// <param name="Echo">Echo number.</param>
/// <param name="EchoTime">Echo time in ms.</param>
/// <param name="DiffusionWeight">b-value in s/mm².</param>
/// <param name="ImageType">The file's kind of image, such as "ORIGINAL\PRIMARY\M".</param>
/// <param name="Trigger">Time since a trigger in ms; differs between slices of one volume, so it only orders.</param>
/// <param name="Acquisition">Acquisition number; only orders.</param>
/// <param name="Instance">Instance number; only orders.</param>
/// <param name="Frame">Frame of the file, from 0; only orders.</param>
internal sealed record DicomFrameOrder(
    double Time, double Echo, double EchoTime, double DiffusionWeight, string ImageType, double Trigger, double Acquisition, double Instance, int Frame)
    : IComparable<DicomFrameOrder>
{
    /// <summary>What must be the same over all slices of one channel.</summary>
    public (double Time, double Echo, double EchoTime, double DiffusionWeight, string ImageType) Channel => (Time, Echo, EchoTime, DiffusionWeight, ImageType);

    public static DicomFrameOrder Read(Func<DicomTag, DicomTag, DicomDataSet?> find, DicomDataSet set, int frame) => new(
        find(DicomTags.FrameContentSequence, DicomTags.TemporalPositionIndex)?.Number(DicomTags.TemporalPositionIndex) ?? First(set, DicomTags.TemporalPositionIdentifier),
        First(set, DicomTags.EchoNumbers),
        find(DicomTags.MrEchoSequence, DicomTags.EffectiveEchoTime)?.Number(DicomTags.EffectiveEchoTime) ?? First(set, DicomTags.EchoTime),
        find(DicomTags.MrDiffusionSequence, DicomTags.DiffusionBValue)?.Number(DicomTags.DiffusionBValue) ?? 0,
        set.Text(DicomTags.ImageType) ?? "",
        First(set, DicomTags.TriggerTime),
        First(set, DicomTags.AcquisitionNumber),
        First(set, DicomTags.InstanceNumber),
        frame);

    public int CompareTo(DicomFrameOrder? other)
    {
        if (other is null)
        {
            return 1;
        }

        var numbers = (Time, Echo, EchoTime, DiffusionWeight).CompareTo((other.Time, other.Echo, other.EchoTime, other.DiffusionWeight));
        var kind = numbers != 0 ? numbers : string.CompareOrdinal(ImageType, other.ImageType);
        return kind != 0 ? kind : (Trigger, Acquisition, Instance, Frame).CompareTo((other.Trigger, other.Acquisition, other.Instance, other.Frame));
    }

    private static double First(DicomDataSet set, DicomTag tag) => set.Number(tag) ?? 0;
}
