using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using MedSeg.Commands;
using MedSeg.Configuration;
using MedSeg.Terminal;
using Microsoft.ML.MedicalSegmentation;
using Microsoft.ML.MedicalSegmentation.Networks;

namespace MedSeg;

/// <summary>Every option of the trainer can be given by a file, and wrong ones are named.</summary>
[TestClass]
public sealed partial class TrainingConfigurationTests
{
    [TestMethod]
    public async Task WrittenConfiguration_ReadAgain_IsTheSame()
    {
        using var folder = new TemporaryFolder();
        string[][] commands =
        [
            [
                "--optimizer",
                "SgdNesterov",
                "--schedule",
                "step(0.2, 0.5)",
                "--patience",
                "7",
                "--augmentation",
                "mirrored",
                "--precision",
                "BFloat16",
                "--epochs",
                "9",
                "--folds",
                "3",
            ],
            [
                "--no-plan",
                "--network",
                "unet",
                "--width",
                "8",
                "--attention-block",
                "squeeze-excitation",
                "--deep-supervision",
                "false",
                "--loss",
                "focal",
                "--normalize",
                "MinMax",
                "--patch",
                "16",
                "24",
                "32",
            ],
            ["--recipe", "attention-unet", "--batch", "3", "--learning-rate", "0.005", "--validation", "0.3"],
            ["--attention-block", "non-local", "--minutes", "3"],
            ["--parts", "2", "1", "3", "--devices", "cpu", "cuda:1"],
            ["--network", "ca-net", "--preset", "isic-2018", "--augmentation", "rotation", "gamma"],
        ];
        foreach (var (number, command) in commands.Index())
        {
            var (first, second) = (folder[$"{number}.json"], folder[$"{number}-again.json"]);
            Assert.AreEqual(0, await Run([.. command, "--write-config", first]));
            Assert.AreEqual(0, await Run("--config", first, "--write-config", second));

            Assert.AreEqual(
                File.ReadAllText(first),
                File.ReadAllText(second).Replace($"{number}-again.schema.json", $"{number}.schema.json", StringComparison.Ordinal),
                string.Join(' ', command)
            );
            Assert.IsEmpty(ConfigurationCheck.Faults(TrainingConfiguration.Parse(File.ReadAllText(first)), Schema()));
        }

        var written = JsonNode.Parse(File.ReadAllText(folder["1.json"]))!;
        Assert.AreEqual("squeeze-excitation", (string?)written["network"]!["attentionBlock"]);
        Assert.AreEqual("focal", (string?)written["loss"]!["key"]);
        Assert.AreEqual("MinMax", (string?)written["normalization"]!["method"]);
        var partition = JsonNode.Parse(File.ReadAllText(folder["4.json"]))!["partition"]!;
        Assert.AreEqual("[2,1,3]", partition["parts"]!.ToJsonString());
        Assert.AreEqual("""["cpu","cuda:1"]""", partition["devices"]!.ToJsonString());
        Assert.AreEqual(9, (int?)JsonNode.Parse(File.ReadAllText(folder["0.json"]))!["optimization"]!["maxEpoch"]);
    }

    [TestMethod]
    public void MisspeltOptions_AreNamedTogetherWithTheNearest()
    {
        using var folder = new TemporaryFolder();
        folder.Write("wrong.json", """
            {
                "optimisation": { "maxEpoch": 3 },
                "optimization": { "learningrat": 1, "maxEpoch": "many", "optimizer": "SGD" },
                "earlyStoppingPatience": 3,
                "loss": { "key": "dise" },
                "network": { "key": "unet", "atentionBlock": "x", "depht": 3 },
                "command": { "epoch": 3 },
                "zebra": true
            }
            """);

        var fault = Assert.ThrowsExactly<InputDataException>(() => TrainingConfiguration.Load(folder["wrong.json"], Schema()));

        foreach (
            var fact in new[]
            {
                "10 options",
                "'optimisation'. Did you mean optimization?",
                "'optimization.learningrat'. Did you mean optimization.learningRate?",
                "optimization.maxEpoch is \"many\"; it must be a whole number",
                "optimization.optimizer is 'SGD'",
                "'earlyStoppingPatience'. Did you mean validation.earlyStoppingPatience?",
                "loss is 'dise'",
                "Did you mean dice?",
                "Did you mean network.attentionBlock?",
                "Did you mean network.depth?",
                "Did you mean command.epochs?",
                "'zebra'. Options: ",
            }
        )
        {
            StringAssert.Contains(fault.Message.Replace("loss.key", "loss", StringComparison.Ordinal), fact);
        }
    }

    [TestMethod]
    public void Schema_DescribesEveryOption()
    {
        var schema = Schema();
        var learningRate = schema["properties"]!["optimization"]!["properties"]!["learningRate"]!;
        StringAssert.Contains((string?)learningRate["description"], "initial learning rate");
        StringAssert.Contains((string?)learningRate["description"], "Default: 1e-3");
        var networks = schema["properties"]!["network"]!["anyOf"]!.AsArray();
        Assert.HasCount(NetworkList.All.Count + 1, networks);
        Assert.IsTrue(JsonSerializer.Serialize(networks).Contains("attentionBlock", StringComparison.Ordinal));
        Assert.IsNull(schema["properties"]!["imageColumnName"], "The command sets the columns.");
        Assert.IsNotNull(schema["properties"]!["command"]!["properties"]!["no-plan"]);
    }

    [TestMethod]
    public void Options_OutOfRange_AreNamedAsTheCommandLineNamesThem()
    {
        var options = new SegmentationTrainer.Options
        {
            Sampling = new() { BatchSize = 0, Workers = -1, ForegroundFraction = 2 },
            Optimization = new() { LearningRate = 0, WeightDecay = -1, WarmUpSteps = -1 },
            Validation = new() { EarlyStoppingPatience = -1 },
            Device = new() { Threads = -1 },
            Loss = new DiceLoss { Smooth = -1 },
        };
        var message = CommandLineTerms.In(Assert.ThrowsExactly<ArgumentException>(options.Validate).Message);

        foreach (
            var fact in new[]
            {
                "--batch is 0",
                "sampling.workers is -1",
                "--learning-rate is 0",
                "optimization.weightDecay is -1",
                "--patience is -1",
                "--threads is -1",
                "loss.smooth is -1",
            }
        )
        {
            StringAssert.Contains(message, fact);
        }

        Assert.IsFalse(MemberName().IsMatch(message), message);
    }

    [TestMethod]
    public void Networks_OnATerminalOf80Columns_AreNotBroken()
    {
        var costs = NetworkList.All.SelectMany(entry => entry.Presets.Keys.Select(preset => new NetworkCost
        {
            Network = entry.Key,
            Preset = preset,
            Input = [3, 128, 512, 512],
            Classes = 14,
            Parameters = 123_456_789,
            UnusedParameters = 1234,
            MultiplyAccumulates = 1_234_567_000_000,
            AttentionMultiplyAccumulates = 12_345_000_000,
        })).ToList();
        using var text = new StringWriter();
        var console = Spectre.Console.AnsiConsole.Create(
            new() { Out = new Spectre.Console.AnsiConsoleOutput(text), Ansi = Spectre.Console.AnsiSupport.No }
        );
        console.Profile.Width = 80;

        Report.Draw(console, NetworksCommand.Sections(costs));

        var lines = text.ToString().Split('\n');
        Assert.IsTrue(lines.All(line => line.TrimEnd().Length <= 80));
        foreach (var cost in costs)
        {
            Assert.IsTrue(
                lines.Any(line =>
                    line.Contains($" {cost.Preset} ", StringComparison.Ordinal)
                    && line.Contains("123.46 M", StringComparison.Ordinal)
                    && line.Contains("1234.6", StringComparison.Ordinal)
                ),
                cost.Preset
            );
        }
    }

    [TestMethod]
    public void Train_ByAFile_UsesWhatNoOptionReaches()
    {
        using var folder = new TemporaryFolder();
        PhantomCases.Write(folder, 2);
        folder.Write("options.json", """
            {
                // The plan's U-Net, with attention and without side outputs.
                "network": { "attentionBlock": "squeeze-excitation", "deepSupervision": false },
                "optimization": { "maxEpoch": 1, "weightDecay": 0.001, "optimizer": "Adam" },
                "sampling": { "stepsPerEpoch": 1, "batchSize": 1 },
                "command": { "width": 4, "threads": 1, "validation": 0 }
            }
            """);

        ProgramRun.Medseg(folder.Path, "train", "data", "--config", "options.json", "--output", "model.zip").Expect(0);

        var info = ProgramRun.Medseg(folder.Path, "info", "model.zip").Expect(0);
        Assert.IsFalse(info.Output.Contains("{\"", StringComparison.Ordinal), info.Output);
        var card = ProgramRun.Medseg(folder.Path, "card", "model.zip", "--json").Expect(0).Output;
        StringAssert.Contains(card, "squeeze-excitation");
        StringAssert.Contains(card, "0.001");
        StringAssert.Contains(
            ProgramRun.Medseg(folder.Path, "train", "data", "--network", "transattunet", "--attention-block", "non-local").Expect(2).Errors,
            "has no network.attentionBlock"
        );
    }

    private static JsonObject Schema() => new TrainingSettings().Schema(new TrainCommand().Build());

    private static async Task<int> Run(params string[] options) =>
        await ExitCode.Of(() =>
            new RootCommand { new TrainCommand().Build() }
                .Parse(["train", .. options])
                .InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false })
        );

    [GeneratedRegex(@"\b[A-Z][a-z]\w*\.[A-Z]\w+")]
    private static partial Regex MemberName();
}
