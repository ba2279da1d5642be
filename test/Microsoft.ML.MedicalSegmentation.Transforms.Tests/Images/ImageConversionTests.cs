using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;

namespace Microsoft.ML.MedicalSegmentation.Images;

[TestClass]
public sealed class ImageConversionTests : IDisposable
{
    private readonly MLContext _ml = new(seed: 1);
    private readonly TemporaryFolder _folder = new();

    private SegmentationTransformsCatalog Transforms => _ml.MedicalSegmentation().Transforms;

    public void Dispose() => _folder.Dispose();

    [TestMethod]
    [DataRow(ImageChannels.Rgb, new double[] { 10, 20, 30 })]
    [DataRow(ImageChannels.Rgba, new double[] { 10, 20, 30, 255 })]
    [DataRow(ImageChannels.Grey, new double[] { 18 })]
    public void ConvertToVolume_OfEitherByteOrder_GivesTheChannelsAskedFor(ImageChannels channels, double[] expected)
    {
        foreach (
            var (format, pixel) in new[]
            {
                (MLPixelFormat.Rgba32, new byte[] { 10, 20, 30, 255 }),
                (MLPixelFormat.Bgra32, [30, 20, 10, 255]),
            }
        )
        {
            using var image = MLImage.CreateFromPixels(2, 1, format, [.. new byte[] { 0, 0, 0, 255 }, .. pixel]);
            var data = _ml.Data.LoadFromEnumerable([new Pictured { Picture = image }]);

            var volume = ReadVolume(Transforms.ConvertToVolume(channels: channels, pixelSize: 0.5).Fit(data).Transform(data));

            Assert.AreEqual(new VolumeShape(expected.Length, 1, 1, 2), volume.Shape);
            Assert.AreEqual((new Vector3D(0.5, 0.5, 1), "LPS"), (volume.Geometry.Spacing, volume.Geometry.OrientationCode));
            CollectionAssert.AreEqual(expected, Enumerable.Range(0, expected.Length).Select(c => volume.GetValue(c, 0, 0, 1)).ToArray());
        }
    }

    [TestMethod]
    public void LoadResizeConvert_OfSavedModel_GivesTheSameVolumesInABareContext()
    {
        Save("a.png", Volume.Create([.. Enumerable.Range(0, 3 * 8 * 6).Select(i => (byte)i)], new(3, 1, 8, 6)));
        var data = _ml.Data.LoadFromEnumerable([new Named { FileName = "a.png" }, new Named { FileName = "a.png" }]);
        var pipeline = _ml.Transforms.LoadImages("Picture", _folder.Path, "FileName")
            .Append(_ml.Transforms.ResizeImages("Picture", 3, 4, resizing: ImageResizingEstimator.ResizingKind.Fill))
            .Append(Transforms.ConvertToVolume("Image", "Picture"))
            .Append(Transforms.NormalizeIntensity("Image"))
            .Append(Transforms.ConvertToImage("Shown", "Image", windowMinimum: -2, windowMaximum: 2))
            .Append(Transforms.ConvertToVolume("Back", "Shown"));
        var model = pipeline.Fit(data);
        var loaded = Reload(model, data.Schema);

        foreach (var column in new[] { "Image", "Back" })
        {
            var (expected, actual) = (ReadVolume(model.Transform(data), column), ReadVolume(loaded.Transform(data), column));
            Assert.AreEqual(new VolumeShape(3, 1, 4, 3), actual.Shape);
            CollectionAssert.AreEqual(expected.Values(), actual.Values());
        }

        Assert.AreEqual(new ImageDataViewType(), model.Transform(data).Schema["Shown"].Type);
    }

    [TestMethod]
    [DataRow(ImageChannels.Rgb)]
    [DataRow(ImageChannels.Rgba)]
    [DataRow(ImageChannels.Grey)]
    public void ConvertToVolume_OfOneSizeInASavedModel_GivesTheSameVolumes(ImageChannels channels)
    {
        // Transparent colours, in both byte orders and as decoded from a file.
        byte[] pixels = [.. Enumerable.Range(0, 3 * 2 * 4).Select(i => (byte)(i * 10))];
        Save("a.png", Volume.Create([.. Enumerable.Range(0, 4 * 8 * 6).Select(i => (byte)i)], new(4, 1, 8, 6)));
        IDataView[] views =
        [
            .. new[] { MLPixelFormat.Rgba32, MLPixelFormat.Bgra32 }.Select(format =>
                Pictures(MLImage.CreateFromPixels(3, 2, format, pixels))
            ),
            _ml.Data.LoadFromEnumerable([new Named { FileName = "a.png" }]),
        ];
        var resize = _ml.Transforms.LoadImages("Picture", _folder.Path, "FileName")
            .Append(_ml.Transforms.ResizeImages("Picture", 3, 4, resizing: ImageResizingEstimator.ResizingKind.Fill));
        foreach (var view in views)
        {
            var convert = Transforms.ConvertToVolume(channels: channels, pixelSize: 0.5);
            ITransformer model = view.Schema.GetColumnOrNull("FileName") is null ? convert.Fit(view) : resize.Append(convert).Fit(view);

            var (expected, actual) = (ReadVolume(model.Transform(view)), ReadVolume(Reload(model, null).Transform(view)));

            Assert.AreEqual((expected.Shape, expected.Geometry, VoxelType.UInt8), (actual.Shape, actual.Geometry, actual.VoxelType));
            CollectionAssert.AreEqual(expected.Values(), actual.Values());
            Assert.IsTrue(expected.Values().Distinct().Count() > 4);
        }
    }

    [TestMethod]
    public void ConvertToVolume_FittedOnOneSize_RefusesColumnsOfOthers()
    {
        var model = Transforms.ConvertToVolume().Fit(Pictures(Blank(3, 2)));

        foreach (
            var view in new[]
            {
                _ml.Data.LoadFromEnumerable([new Square { Picture = Blank(2, 2) }]),
                _ml.Data.LoadFromEnumerable([new Pictured { Picture = Blank(3, 2) }]),
            }
        )
        {
            var fault = Assert.ThrowsExactly<ArgumentException>(() => model.Transform(view));

            StringAssert.Contains(fault.Message, "needs an Image of 3 x 2 pixels");
            StringAssert.Contains(fault.Message, "ResizeImages");
        }
    }

    [TestMethod]
    public void ConvertToVolume_FittedOnOneSize_RefusesPicturesOfOthersAndNone()
    {
        var model = Transforms.ConvertToVolume().Fit(Pictures(Blank(3, 2)));
        var loaded = Reload(model, null);

        var other = Assert.ThrowsExactly<InputDataException>(() => ReadVolume(model.Transform(Pictures(Blank(2, 3)))));
        var column = Assert.ThrowsExactly<InputDataException>(() =>
            ReadVolume(loaded.Transform(_ml.Data.LoadFromEnumerable([new Square { Picture = Blank(2, 2) }])))
        );

        StringAssert.Contains(other.Message, "3 x 2 pixels (width x height), and a row has one of 2 x 3");
        StringAssert.Contains(column.Message, "A picture has 4 pixels");
        StringAssert.Contains(column.Message, "fitted on pictures of 3 x 2");
        Assert.ThrowsExactly<InvalidOperationException>(() => ReadVolume(loaded.Transform(Pictures(Blank(2, 3)))));
        foreach (var transformer in new ITransformer[] { model, loaded })
        {
            var fault = Assert.ThrowsExactly<InvalidOperationException>(() => ReadVolume(transformer.Transform(Pictures(null))));
            StringAssert.Contains(fault.Message, "no MLImage");
        }
    }

    [TestMethod]
    public void LoadImages_OfPng_EqualsLoadVolumes()
    {
        var path = TestData.RequireData("2d/dsb2018/images/00071198d059ba7f.png");
        var data = _ml.Data.LoadFromEnumerable([new Named { FileName = path }]);
        var pipeline = _ml
            .Transforms.LoadImages("Picture", null, "FileName")
            .Append(Transforms.ConvertToVolume(channels: ImageChannels.Rgba))
            .Append(Transforms.LoadVolumes("Read", "FileName"));

        var view = pipeline.Fit(data).Transform(data);

        CollectionAssert.AreEqual(ReadVolume(view, "Read").Values(), ReadVolume(view).Values());
        Assert.AreEqual(ReadVolume(view, "Read").Geometry, ReadVolume(view).Geometry);
    }

    [TestMethod]
    public void ConvertToImage_OfWindow_ClampsAndRounds()
    {
        var volume = Volume.Create(new short[] { -1000, -160, 40, 240, 3000 }, new(1, 1, 1, 5));

        var shades = Shades(Transforms.ConvertToImage(windowMinimum: -160, windowMaximum: 240), volume);

        CollectionAssert.AreEqual(new byte[] { 0, 0, 128, 255, 255 }, shades);
    }

    [TestMethod]
    public void ConvertToImage_WithoutWindow_SpansTheFiniteValues()
    {
        var volume = Volume.Create(new[] { float.NaN, -1, 0, 1, float.PositiveInfinity }, new(1, 1, 1, 5));

        CollectionAssert.AreEqual(new byte[] { 0, 0, 128, 255, 255 }, Shades(Transforms.ConvertToImage(), volume));
        CollectionAssert.AreEqual(
            new byte[] { 0, 0 },
            Shades(Transforms.ConvertToImage(), Volume.Create(new float[] { 7, 7 }, new(1, 1, 1, 2)))
        );
        CollectionAssert.AreEqual(
            new byte[] { 3, 9 },
            Shades(Transforms.ConvertToImage(), Volume.Create(new byte[] { 3, 9 }, new(1, 1, 1, 2)))
        );
    }

    [TestMethod]
    public void ConvertToImage_OfSlices_ShowsTheMiddleOrTheOneNamed()
    {
        var volume = Volume.Create(new byte[] { 1, 2, 3 }, new(1, 3, 1, 1));

        CollectionAssert.AreEqual(new byte[] { 2 }, Shades(Transforms.ConvertToImage(), volume));
        CollectionAssert.AreEqual(new byte[] { 3 }, Shades(Transforms.ConvertToImage(slice: 2), volume));
        var fault = Assert.ThrowsExactly<InputDataException>(() => Shades(Transforms.ConvertToImage(slice: 3), volume));
        StringAssert.Contains(fault.Message, "slice 3");
        StringAssert.Contains(fault.Message, "Leave Slice out");
    }

    [TestMethod]
    public void ConvertToImage_OfLabels_ColoursClassesAlsoWhenLoaded()
    {
        var labels = LabelVolume.Create(new byte[] { 0, 1, 2, 3 }, new(1, 1, 1, 4));
        var data = _ml.Data.LoadFromEnumerable([new Labelled { Image = labels }]);
        var estimator = Transforms.ConvertToImage(new ConvertToImageEstimator.Options { LabelColors = [0x102030, 0xFF0000] });
        var model = estimator.Append(Transforms.ConvertToVolume()).Fit(data);

        foreach (var view in new[] { model.Transform(data), Reload(model, null).Transform(data) })
        {
            CollectionAssert.AreEqual(new float[] { 0, 16, 255, 16, 0, 32, 0, 32, 0, 48, 0, 48 }, ReadVolume(view).Values());
        }
    }

    [TestMethod]
    public void Options_OutOfRange_AreToldAtOnce()
    {
        var image = Assert.ThrowsExactly<ArgumentException>(() => Transforms.ConvertToImage(new ConvertToImageEstimator.Options
        {
            Slice = -1,
            WindowMinimum = 5,
            WindowMaximum = 5,
            LabelColors = [-1],
        }));
        foreach (var word in new[] { "Slice is -1", "from 5 to 5", "LabelColors has -1" })
        {
            StringAssert.Contains(image.Message, word);
        }

        StringAssert.Contains(
            Assert.ThrowsExactly<ArgumentException>(() => Transforms.ConvertToImage(windowMinimum: 1)).Message,
            "One end of the window"
        );
        StringAssert.Contains(
            Assert.ThrowsExactly<ArgumentException>(() => Transforms.ConvertToVolume(pixelSize: 0)).Message,
            "PixelSize is 0"
        );
    }

    [TestMethod]
    public void ConvertToVolume_OfText_NamesLoadImages()
    {
        var data = _ml.Data.LoadFromEnumerable([new Named { FileName = "a.png" }]);

        var fault = Assert.ThrowsExactly<ArgumentException>(() => Transforms.ConvertToVolume("Image", "FileName").Fit(data));

        StringAssert.Contains(fault.Message, "LoadImages");
    }

    private static Volume ReadVolume(IDataView view, string column = "Image")
    {
        using var cursor = view.GetRowCursor([view.Schema[column]]);
        var get = cursor.GetGetter<Volume>(view.Schema[column]);
        Volume volume = null!;
        while (cursor.MoveNext())
        {
            get(ref volume);
        }

        return volume;
    }

    private byte[] Shades(ConvertToImageEstimator estimator, Volume volume)
    {
        var data = _ml.Data.LoadFromEnumerable([new Scan { Image = volume }]);
        var model = estimator.Append(Transforms.ConvertToVolume("Back", "Picture", ImageChannels.Grey)).Fit(data);
        return [.. ReadVolume(model.Transform(data), "Back").Values().Select(value => (byte)value)];
    }

    private ITransformer Reload(ITransformer model, DataViewSchema? schema)
    {
        using var stream = new MemoryStream();
        _ml.Model.Save(model, schema, stream);
        stream.Position = 0;
        return new MLContext().Model.Load(stream, out _);
    }

    private IDataView Pictures(MLImage? image) => _ml.Data.LoadFromEnumerable([new Sized { Picture = image }]);

    private static MLImage Blank(int width, int height) =>
        MLImage.CreateFromPixels(width, height, MLPixelFormat.Bgra32, new byte[4 * width * height]);

    private void Save(string name, Volume volume) => VolumeFormats.Save(volume, Path.Combine(_folder.Path, name));

    private sealed class Named
    {
        public string FileName { get; set; } = "";
    }

    private sealed class Pictured
    {
        [ImageColumn]
        public MLImage? Picture { get; set; }
    }

    private sealed class Sized
    {
        [ImageType(2, 3)]
        public MLImage? Picture { get; set; }
    }

    private sealed class Square
    {
        [ImageType(2, 2)]
        public MLImage? Picture { get; set; }
    }

    private sealed class Labelled
    {
        [LabelVolumeColumn]
        public LabelVolume? Image { get; set; }
    }
}
