// Loads a model zip with a bare MLContext, as an application does that knows nothing of how it was made, scores the image
// files named after it, and prints one digest of geometry and voxels per row. Tests start it and compare the digests.
using System.Security.Cryptography;
using System.Text;
using Microsoft.ML;
using Microsoft.ML.MedicalSegmentation;

var context = new MLContext();
var model = context.Model.Load(args[0], out _);
var rows = context.Data.LoadFromEnumerable(args.Skip(1).Select(path => new PathRow { ImagePath = path }));
foreach (var row in context.Data.CreateEnumerable<ImageRow>(model.Transform(rows), reuseRowObject: false))
{
    byte[] described = [.. Encoding.UTF8.GetBytes($"{row.Image?.Shape} {row.Image?.Geometry} "), .. row.Image is null ? [] : row.Image.Bytes];
    Console.WriteLine(Convert.ToHexString(SHA256.HashData(described)));
}

internal sealed class PathRow
{
    public string ImagePath { get; set; } = "";
}

internal sealed class ImageRow
{
    [VolumeColumn]
    public Volume? Image { get; set; }
}
