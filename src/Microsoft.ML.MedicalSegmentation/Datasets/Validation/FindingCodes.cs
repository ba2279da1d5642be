namespace Microsoft.ML.MedicalSegmentation.Datasets.Validation;

/// <summary>The kinds of findings, for programs that read reports. A code never changes its meaning.</summary>
internal static class FindingCodes
{
    /// <summary>Error: the list of cases itself is wrong.</summary>
    public const string List = "list";

    /// <summary>Error: a file is missing, damaged or of an unknown format.</summary>
    public const string Unreadable = "unreadable";

    /// <summary>Error: the channel files of a case lie on different grids.</summary>
    public const string ChannelGrid = "channel-grid";

    /// <summary>Error: a case has another number of channels than most, or than the data set names.</summary>
    public const string ChannelCount = "channel-count";

    /// <summary>Warning where two files of a case hold the same voxels, note where two channels of one file do.</summary>
    public const string ChannelRepeated = "channel-repeated";

    /// <summary>Error: voxels are NaN or infinite.</summary>
    public const string NonFinite = "non-finite";

    /// <summary>
    /// Error where all channels of an image are constant, warning where those of one file are, note where others of that file are not.
    /// </summary>
    public const string Constant = "constant";

    /// <summary>Warning or note: cases have no labels.</summary>
    public const string NoLabels = "no-labels";

    /// <summary>Error: the labels have another number of voxels than the image.</summary>
    public const string LabelShape = "label-shape";

    /// <summary>Error: image and labels lie at different places in the patient.</summary>
    public const string LabelGeometry = "label-geometry";

    /// <summary>Error: label voxels are not whole numbers from 0 to 65,535, or there are several channels.</summary>
    public const string LabelValues = "label-values";

    /// <summary>Warning: the label file is compressed with loss, so that its values are not those that were drawn.</summary>
    public const string LabelLossy = "label-lossy";

    /// <summary>Warning: nobody named the classes, and the labels hold many values of which most are rare, as blended masks do.</summary>
    public const string LabelRareValues = "label-rare-values";

    /// <summary>Note: labels lie on the image's grid with other axes or with slices left out, and were placed on it.</summary>
    public const string LabelPlaced = "label-placed";

    /// <summary>Error: label values belong to no class.</summary>
    public const string LabelUndeclared = "label-undeclared";

    /// <summary>Error: the label file holds the voxels of the image.</summary>
    public const string LabelIsImage = "label-is-image";

    /// <summary>Warning: a label volume has no voxel above 0.</summary>
    public const string LabelEmpty = "label-empty";

    /// <summary>Warning where no case has a class, note where some have not.</summary>
    public const string ClassMissing = "class-missing";

    /// <summary>Error: several cases hold the same image.</summary>
    public const string ImageRepeated = "image-repeated";

    /// <summary>Warning: several cases hold the same labels.</summary>
    public const string LabelRepeated = "label-repeated";

    /// <summary>Warning: the spacing is far from that of the other cases.</summary>
    public const string SpacingOutlier = "spacing-outlier";

    /// <summary>Note: the size is far from that of the other cases.</summary>
    public const string SizeOutlier = "size-outlier";

    /// <summary>Warning: some images are single slices and others are volumes.</summary>
    public const string SlicesAndVolumes = "slices-and-volumes";

    /// <summary>Warning: cases are oriented differently.</summary>
    public const string OrientationMixed = "orientation-mixed";

    /// <summary>Note: a header was odd, but could be settled.</summary>
    public const string Header = "header";
}
