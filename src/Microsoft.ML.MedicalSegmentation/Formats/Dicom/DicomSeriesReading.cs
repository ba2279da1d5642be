namespace Microsoft.ML.MedicalSegmentation;

/// <summary>Reads the volume of a <see cref="DicomSeries"/>: its images, or the segments of a segmentation.</summary>
public static class DicomSeriesReading
{
    /// <summary>Reads what the files say of their volume, without the voxels.</summary>
    /// <param name="series">The series.</param>
    /// <exception cref="VolumeFormatException">The slices make no volume; the message says with numbers why.</exception>
    public static VolumeHeader ReadHeader(this DicomSeries series)
    {
        ArgumentNullException.ThrowIfNull(series);
        return series.IsSegmentation ? DicomSegmentation.Read(series.Sources[0]).Header : series.ReadImageHeader();
    }

    /// <summary>Reads voxels.</summary>
    /// <param name="series">The series.</param>
    /// <param name="region">The block to read. Default: everything.</param>
    /// <exception cref="VolumeFormatException">The slices make no volume, or a file is damaged.</exception>
    /// <exception cref="ArgumentException">The region reaches outside the volume.</exception>
    public static Volume Read(this DicomSeries series, VolumeRegion? region = null)
    {
        ArgumentNullException.ThrowIfNull(series);
        return series.IsSegmentation ? DicomSegmentation.Read(series.Sources[0]).ToVolume(region) : series.ReadImages(region);
    }
}
