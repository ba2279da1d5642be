using System.Globalization;

namespace Microsoft.ML.MedicalSegmentation.Formats.Png;

/// <summary>Real pictures, against the sums that stand in their lists.</summary>
[TestClass]
public sealed class PngDataTests
{
    private const int Checked = 40;

    [TestMethod]
    public void Open_OfNuclei_GivesTheSumsOfTheirList()
    {
        var folder = TestData.RequireData("2d/dsb2018");
        foreach (var line in Lines(folder))
        {
            var image = VolumeFormats.Open(Path.Combine(folder, "images", line["file"]));

            Assert.AreEqual((4, line["widthxheight"]), (image.Shape.Channels, $"{image.Shape.Width}x{image.Shape.Height}"));
            foreach (var (channel, sum) in new[] { (0, "sum_R"), (1, "sum_G"), (2, "sum_B") })
            {
                Assert.AreEqual(
                    long.Parse(line[sum], CultureInfo.InvariantCulture),
                    image.Channel(channel).Bytes.ToArray().Sum(value => (long)value),
                    line["file"]
                );
            }

            var labels = VolumeFormats.OpenLabels(Path.Combine(folder, "labels", line["file"]));
            Assert.AreEqual(long.Parse(line["n_foreground_px"], CultureInfo.InvariantCulture), labels.CountValues()[1], line["file"]);
            var instances = VolumeFormats.OpenLabels(Path.Combine(folder, "instances", line["file"]));
            Assert.AreEqual(
                int.Parse(line["n_nuclei"], CultureInfo.InvariantCulture),
                instances.CountValues().Skip(1).Count(count => count > 0),
                line["file"]
            );
        }
    }

    [TestMethod]
    public void OpenLabels_OfVesselMasks_GivesTheCountsOfTheirList()
    {
        var folder = TestData.RequireData("2d/chase_db1");
        foreach (var line in Lines(folder))
        {
            foreach (var (labels, count) in new[] { ("labels", "vessel_px_1stHO"), ("labels_second_observer", "vessel_px_2ndHO") })
            {
                var mask = VolumeFormats.OpenLabels(Path.Combine(folder, labels, line["case"] + ".png"));

                Assert.AreEqual(long.Parse(line[count], CultureInfo.InvariantCulture), mask.CountValues()[1], line["case"]);
            }
        }
    }

    [TestMethod]
    public void Read_OfNucleiFolder_PairsImagesAndLabels()
    {
        var folder = TestData.RequireData("2d/dsb2018");

        var data = new MLContext(seed: 0).MedicalSegmentation().Data.Read(folder);

        Assert.AreEqual(Directory.GetFiles(Path.Combine(folder, "images")).Length, data.Cases.Count);
        Assert.IsTrue(data.Cases.All(c => c.LabelPath is not null));
    }

    private static IEnumerable<Dictionary<string, string>> Lines(string folder)
    {
        var lines = File.ReadAllLines(Path.Combine(folder, "cases.tsv")).Select(line => line.Split('\t')).ToList();
        return lines.Skip(1).Take(Checked).Select(line => lines[0].Zip(line).ToDictionary(pair => pair.First, pair => pair.Second));
    }
}
