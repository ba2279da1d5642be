using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;

namespace Compat.MachineLearning;

/// <summary>Columns of pictures.</summary>
[TestClass]
public sealed class ImageTests : IDisposable
{
    private readonly MLContext _context = new(seed: 0);
    private readonly string _folder = Directory.CreateTempSubdirectory("medseg-images").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [TestMethod]
    public void CreateFromFile_OfWhatSaveWrote_GivesTheSamePixels()
    {
        var image = Picture(5, 3);

        var back = Saved(image, "a.png");

        Assert.AreEqual((5, 3, 32), (back.Width, back.Height, back.BitsPerPixel));
        CollectionAssert.AreEqual(ToRgb(image), ToRgb(back));
    }

    [TestMethod]
    public void CreateFromStream_OfNoPicture_BlamesTheArgument()
        => Assert.ThrowsException<ArgumentException>(() => MLImage.CreateFromStream(new MemoryStream(new byte[64])));

    [TestMethod]
    public void ImageType_WithoutSize_IsRefusedAsTheOriginalRefusesIt()
        => Assert.ThrowsException<ArgumentOutOfRangeException>(new ImageTypeAttribute().Register);

    [TestMethod]
    public void Pixels_OfDisposedImage_AreRefused()
    {
        var image = Picture(2, 2);
        image.Dispose();

        Assert.ThrowsException<InvalidOperationException>(() => image.Width);
    }

    [TestMethod]
    public void LoadResizeAndGrayscale_OfSavedModel_GiveTheSamePictures()
    {
        Saved(Picture(8, 4), "a.png").Dispose();
        var data = _context.Data.LoadFromEnumerable([new Named { Path = "a.png" }]);
        var pipeline = _context.Transforms.LoadImages("Picture", _folder, "Path")
            .Append(_context.Transforms.ResizeImages("Small", 4, 4, "Picture", ImageResizingEstimator.ResizingKind.Fill))
            .Append(_context.Transforms.ConvertToGrayscale("Grey", "Small"));
        var model = pipeline.Fit(data);
        var path = Path.Combine(_folder, "model.zip");
        _context.Model.Save(model, data.Schema, path);

        var loaded = new MLContext().Model.Load(path, out _);

        var (before, after) = (Single(model.Transform(data)), Single(loaded.Transform(data)));
        Assert.AreEqual((4, 4), (after.Width, after.Height));
        CollectionAssert.AreEqual(ToRgb(before), ToRgb(after));
        Assert.AreEqual(new ImageDataViewType(4, 4), loaded.Transform(data).Schema["Grey"].Type);
    }

    [TestMethod]
    public void ResizeImages_OfText_NamesTheTypes()
    {
        var data = _context.Data.LoadFromEnumerable([new Named { Path = "a.png" }]);

        var fault = Assert.ThrowsException<ArgumentOutOfRangeException>(() => _context.Transforms.ResizeImages("Path", 4, 4).Fit(data));

        StringAssert.Contains(fault.Message, "expected image");
    }

    [TestMethod]
    public void ExtractPixels_OfEitherByteOrder_GivesColorsInTheOrderAskedFor()
    {
        foreach (var (format, bytes) in new[] { (MLPixelFormat.Rgba32, new byte[] { 1, 2, 3, 4, 5, 6, 7, 8 }), (MLPixelFormat.Bgra32, [3, 2, 1, 4, 7, 6, 5, 8]) })
        {
            // The original frees the pictures that it was given with the cursor.
            IDataView Data() => _context.Data.LoadFromEnumerable([new Pair { Picture = MLImage.CreateFromPixels(2, 1, format, bytes) }]);
            var model = _context.Transforms.ExtractPixels("Floats", "Picture", offsetImage: 1, scaleImage: 2)
                .Append(_context.Transforms.ExtractPixels(
                    "Bytes", "Picture", ImagePixelExtractingEstimator.ColorBits.All, ImagePixelExtractingEstimator.ColorsOrder.ABRG, interleavePixelColors: true, outputAsFloatArray: false))
                .Fit(Data());
            var path = Path.Combine(_folder, "model.zip");
            _context.Model.Save(model, null, path);

            foreach (var transformer in new[] { model, new MLContext().Model.Load(path, out _) })
            {
                var view = transformer.Transform(Data());
                Assert.AreEqual(new VectorDataViewType(NumberDataViewType.Single, 3, 1, 2), view.Schema["Floats"].Type);
                Assert.AreEqual(new VectorDataViewType(NumberDataViewType.Byte, 1, 2, 4), view.Schema["Bytes"].Type);
                CollectionAssert.AreEqual(new float[] { 0, 8, 2, 10, 4, 12 }, view.GetColumn<float[]>("Floats").Single());
                view = transformer.Transform(Data());
                CollectionAssert.AreEqual(new byte[] { 4, 3, 1, 2, 8, 7, 5, 6 }, view.GetColumn<byte[]>("Bytes").Single());
            }
        }
    }

    [TestMethod]
    public void ExtractPixels_OfPicturesOfAnySize_IsRefused()
    {
        var data = _context.Data.LoadFromEnumerable([new Named { Path = "a.png" }]);
        var pipeline = _context.Transforms.LoadImages("Picture", _folder, "Path").Append(_context.Transforms.ExtractPixels("Pixels", "Picture"));

        var fault = Assert.ThrowsException<ArgumentOutOfRangeException>(() => pipeline.Fit(data));

        StringAssert.Contains(fault.Message, "expected known-size image, got unknown-size image");
    }

    [TestMethod]
    public void ExtractPixels_OfOtherSizeThanTheColumns_IsRefused()
    {
        var data = _context.Data.LoadFromEnumerable([new Pair { Picture = Picture(3, 1) }]);
        var view = _context.Transforms.ExtractPixels("Pixels", "Picture").Fit(data).Transform(data);

        Assert.ThrowsException<InvalidOperationException>(() => view.GetColumn<float[]>("Pixels").Single());
    }

    [TestMethod]
    public void RowClass_ForPicturesOfASizeThatNoAttributeNames_IsRefused()
    {
        Saved(Picture(8, 4), "a.png").Dispose();
        var data = _context.Data.LoadFromEnumerable([new Named { Path = "a.png" }]);
        var pipeline = _context.Transforms.LoadImages("Picture", _folder, "Path").Append(_context.Transforms.ResizeImages("Picture", 5, 7));
        var view = pipeline.Fit(data).Transform(data);

        var fault = Assert.ThrowsException<NotImplementedException>(() => _context.Data.CreateEnumerable<Pair>(view, reuseRowObject: false).ToArray());

        StringAssert.Contains(fault.Message, "is not yet supported");
    }

    private static MLImage Picture(int width, int height)
        => MLImage.CreateFromPixels(width, height, MLPixelFormat.Rgba32, [.. Enumerable.Range(0, width * height * 4).Select(i => (byte)(i % 4 == 3 ? 255 : i * 7))]);

    private static byte[] ToRgb(MLImage image) => image.GetBGRPixels;

    private static MLImage Single(IDataView view)
    {
        using var cursor = view.GetRowCursor(view.Schema);
        var get = cursor.GetGetter<MLImage>(view.Schema["Grey"]);
        Assert.IsTrue(cursor.MoveNext());
        MLImage? image = null;
        get(ref image!);
        return image;
    }

    private MLImage Saved(MLImage image, string name)
    {
        var path = Path.Combine(_folder, name);
        image.Save(path);
        return MLImage.CreateFromFile(path);
    }

    private sealed class Named
    {
        public string Path { get; set; } = "";
    }

    private sealed class Pair
    {
        [ImageType(1, 2)]
        public MLImage? Picture { get; set; }
    }
}
