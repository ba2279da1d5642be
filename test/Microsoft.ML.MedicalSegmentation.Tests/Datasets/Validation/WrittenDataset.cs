using Microsoft.ML.MedicalSegmentation.Phantoms;
namespace Microsoft.ML.MedicalSegmentation.Datasets.Validation;

/// <summary>A folder of phantoms in images and labels, whole until a test damages it.</summary>
internal sealed class WrittenDataset : IDisposable
{
    public static readonly LabelClass[] Classes = [new(0, "background"), new(1, "body"), new(2, "core")];

    private readonly TemporaryFolder _folder = new();

    public WrittenDataset(int count)
    {
        for (var i = 0; i < count; i++)
        {
            var (image, labels) = Phantom.Create(i);
            WriteImage(i, image);
            WriteLabels(i, labels.Voxels);
        }
    }

    public string Path => _folder.Path;

    public string ImagePath(int i) => _folder[$"images/p{i}.nii.gz"];

    public string LabelPath(int i) => _folder[$"labels/p{i}.nii.gz"];

    public Volume Image(int i) => VolumeFormats.Open(ImagePath(i));

    public Volume Labels(int i) => VolumeFormats.Open(LabelPath(i));

    public void WriteImage(int i, Volume image) => VolumeFormats.Save(image, ImagePath(i));

    public void WriteLabels(int i, Volume labels) => VolumeFormats.Save(labels, LabelPath(i));

    /// <summary>Writes an image again after a change to its voxels.</summary>
    public void ChangeImage(int i, Action<float[]> change)
    {
        var image = Image(i);
        var values = new float[image.Shape.Count];
        image.CopyValues(0, values);
        change(values);
        WriteImage(i, Volume.Create(values, image.Shape, image.Geometry));
    }

    /// <summary>Checks the folder, with the classes of phantoms.</summary>
    public DatasetReport Check(DatasetValidationOptions? options = null)
    {
        var data = new MLContext(1).MedicalSegmentation().Data;
        return data.Validate(data.ReadFolders(_folder["images"], _folder["labels"], Classes), options);
    }

    public void Dispose() => _folder.Dispose();
}
