using Microsoft.ML.MedicalSegmentation.Data.Cases;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.MedicalSegmentation.Training;

/// <summary>Labels of no class, labels on other axes, and data that a user should be told of.</summary>
[TestClass]
public sealed class IgnoredLabelTests
{
    private static readonly LabelClass[] Classes = [new(0, "background"), new(1, "large"), new(2, "ignore") { IsIgnored = true }];

    [TestMethod]
    public void Fit_IgnoredLabel_HasNoOutputAndNoInfluence()
    {
        // Two trainings whose ignored voxels hide another truth, and show another brightness, learn the same from the rest.
        var context = new MLContext(1);
        var rows = TwoBalls.Rows(3).Select(row => new TwoBalls.Row { Image = row.Image, Label = row.Label.WithClasses(Classes) }).ToList();
        using var model = TwoBalls
            .BriefTrainer(
                context,
                options =>
                    options with
                    {
                        Classes = Classes,
                        Validation = new() { ValidationSet = context.Data.LoadFromEnumerable(rows) },
                    }
            )
            .Fit(context.Data.LoadFromEnumerable(rows));
        CollectionAssert.AreEqual(new[] { 0, 1 }, model.Model.Info.Classes.Select(c => c.Value).ToArray());
        Assert.IsTrue(model.TrainingHistory!.Epochs.All(epoch => double.IsFinite(epoch.Loss)));
        Assert.AreEqual(1, model.TrainingHistory.Epochs[^1].ValidationDice.Count);
    }

    [TestMethod]
    public void Fit_AnIgnoreIndexOfItsOwn_IsAConflict()
    {
        var context = new MLContext(1);
        var trainer = TwoBalls.BriefTrainer(
            context,
            options =>
                options with
                {
                    Classes = Classes,
                    Loss = new DiceCrossEntropyLoss { IgnoreIndex = 0 },
                }
        );
        var fault = Assert.ThrowsExactly<ArgumentException>(() => trainer.Fit(TwoBalls.Data(context, 2)));
        StringAssert.Contains(fault.Message, "Leave IgnoreIndex at null");
    }

    [TestMethod]
    public void ClassMap_IgnoredValues_HaveTheIndexAfterTheClasses()
    {
        var map = new ClassMap([.. Classes, new LabelClass(9, "unknown") { IsIgnored = true }]);
        Assert.AreEqual((2, 2, 2), (map.Classes.Count, map.IndexOf(2), map.IndexOf(9)));
        Assert.AreEqual(2, map.IgnoredIndex);
        Assert.IsNull(new ClassMap(Classes[..2]).IgnoredIndex);
    }

    [TestMethod]
    public void ForegroundIndex_OfIgnoredVoxelsAlone_IsEmpty()
        => Assert.IsTrue(ForegroundIndex.Build(LabelVolume.Create([0, 2, 2, 0], new(1, 1, 1, 4)), new ClassMap(Classes)).IsEmpty);

    [TestMethod]
    public void Fit_MirroredLabels_AreTheSameLabels()
    {
        var context = new MLContext(1);
        var rows = TwoBalls.Rows(2).ToList();
        var mirrored = rows.Select(row => new TwoBalls.Row { Image = row.Image, Label = Mirror(row.Label) });
        var expected = TwoBalls.BriefTrainer(context).Fit(context.Data.LoadFromEnumerable(rows)).TrainingHistory!;
        var found = TwoBalls.BriefTrainer(context).Fit(context.Data.LoadFromEnumerable(mirrored)).TrainingHistory!;
        CollectionAssert.AreEqual(expected.Epochs.Select(e => e.Loss).ToArray(), found.Epochs.Select(e => e.Loss).ToArray());
    }

    [TestMethod]
    public void Fit_MixedSpacings_WarnsWithBoth()
    {
        var warnings = Warnings(context => TwoBalls.Rows(2).Select((row, i) => Moved(row, VolumeGeometry.FromSpacing(1, 1, 1 + (2 * i)))));
        StringAssert.Contains(warnings, "spacing along z is 1 to 3 mm");
        Assert.IsFalse(warnings.Contains("along x", StringComparison.Ordinal), warnings);
    }

    [TestMethod]
    public void Fit_OneSpacing_DoesNotWarn()
        => Assert.AreEqual("", Warnings(context => TwoBalls.Rows(2)));

    [TestMethod]
    public void Fit_UnnamedLabelsOfAFileWithLoss_AreRefused()
    {
        var context = new MLContext(1);
        var lossy = new VolumeHeader("JPEG", TwoBalls.Options.Shape, VoxelType.UInt8, VoxelScaling.Identity, VolumeGeometry.Identity)
        {
            Source = "mask.jpg",
            IsLossy = true,
        };
        var rows = TwoBalls.Rows(2).Select(row => new TwoBalls.Row
        {
            Image = row.Image,
            Label = LabelVolume.FromVolume(Volume.Create(row.Label.Voxels.Bytes.ToArray(), TwoBalls.Options.Shape, header: lossy)),
        });
        var fault = Assert.ThrowsExactly<InputDataException>(() =>
            TwoBalls.BriefTrainer(context).Fit(context.Data.LoadFromEnumerable(rows))
        );
        StringAssert.Contains(fault.Message, "'mask.jpg', which is compressed with loss (JPEG)");
    }

    [TestMethod]
    public void Fit_RawValidationRows_NamesTheValidationSet()
    {
        var context = new MLContext(1);
        var raw = new SegmentationDataset("raw", [new("a", ["a.nii"], "a.nii")]).ToDataView(context);
        var trainer = TwoBalls.BriefTrainer(context, options => options with { Validation = new() { ValidationSet = raw } });
        var fault = Assert.ThrowsExactly<ArgumentException>(() => trainer.Fit(TwoBalls.Data(context, 2)));
        StringAssert.Contains(fault.Message, "The validation set cannot be used");
        StringAssert.Contains(fault.Message, "the same steps");
    }

    [TestMethod]
    public void Fit_CachedVolumes_SaysThatMlNetDropsThem()
    {
        var context = new MLContext(1);
        var cached = context.Data.Cache(
            context.Data.LoadFromEnumerable(TwoBalls.Rows(2).Select(row => new NamedRow { Image = row.Image, Label = row.Label }))
        );
        var fault = Assert.ThrowsExactly<ArgumentException>(() => TwoBalls.BriefTrainer(context).Fit(cached));
        StringAssert.Contains(fault.Message, "AppendCacheCheckpoint");
    }

    private sealed class NamedRow
    {
        public string CaseId { get; set; } = "";

        [VolumeColumn]
        public Volume Image { get; set; } = Volume.Create(new float[1], new(1, 1, 1, 1));

        [LabelVolumeColumn]
        public LabelVolume Label { get; set; } = LabelVolume.Create([0], new(1, 1, 1, 1));
    }

    private static string Warnings(Func<MLContext, IEnumerable<TwoBalls.Row>> rows)
    {
        var context = new MLContext(1);
        var warnings = new List<string>();
        context.Log += (_, message) =>
        {
            if (message.Kind == ChannelMessageKind.Warning)
            {
                warnings.Add(message.RawMessage);
            }
        };
        TwoBalls.BriefTrainer(context).Fit(context.Data.LoadFromEnumerable(rows(context))).Dispose();
        return string.Join(' ', warnings);
    }

    private static TwoBalls.Row Moved(TwoBalls.Row row, VolumeGeometry geometry)
        => new() { Image = row.Image.WithGeometry(geometry), Label = row.Label.WithGeometry(geometry) };

    private static LabelVolume Mirror(LabelVolume labels)
    {
        var (shape, voxels) = (labels.Shape, labels.Voxels.Bytes.ToArray());
        for (var start = 0; start < voxels.Length; start += shape.Width)
        {
            Array.Reverse(voxels, start, shape.Width);
        }

        return LabelVolume.Create(
            voxels,
            shape,
            new(new AffineTransform(new(-1, 0, 0), new(0, 1, 0), new(0, 0, 1), new(shape.Width - 1, 0, 0))),
            labels.Classes
        );
    }
}
