using System.IO.Compression;
using System.Text.Json;
using MedSeg.Terminal;
using Microsoft.ML.MedicalSegmentation;

namespace MedSeg;

/// <summary>Faults of the command line and of files are told without .NET's words.</summary>
[TestClass]
public sealed class ParseFaultTests
{
    [TestMethod]
    [DataRow(
        "Cannot parse argument 'adm' for option '--optimizer' as expected type 'Microsoft.ML.MedicalSegmentation.OptimizerKind'. "
            + "Did you mean one of the following?\nAdam\nAdamW\nSgdNesterov",
        "--optimizer is 'adm'; use one of Adam, AdamW, SgdNesterov."
    )]
    [DataRow(
        "Cannot parse argument 'two' for option '--epochs' as expected type 'System.Nullable`1[System.Int32]'.",
        "--epochs is 'two'; it must be a whole number."
    )]
    [DataRow(
        "Cannot parse argument '1,5' for option '--overlap' as expected type 'System.Double'.",
        "--overlap is '1,5'; it must be a number, with a point for fractions, such as 0.5."
    )]
    [DataRow("Option '--model' is required.", "Option '--model' is required.")]
    public void Describe_MessageOfTheParser_HasNoTypeOfDotNet(string message, string expected)
        => Assert.AreEqual(expected, ParseFaults.Describe(message));

    [TestMethod]
    public void In_TextOfDotNet_IsPutIntoWords()
    {
        var json = Assert.Throws<JsonException>(() => JsonDocument.Parse("{\n \"a\": x }"));
        StringAssert.Contains(CommandLineTerms.In(json.Message), "(line 2, byte 7)");
        var kind = Assert.Throws<JsonException>(() => JsonSerializer.Deserialize<int[]>("[ 1, {} ]"));
        StringAssert.Contains(CommandLineTerms.In(kind.Message), "a value is of the wrong kind. (at $[1], line 1");
        Assert.IsFalse(CommandLineTerms.In(json.Message).Contains("BytePositionInLine", StringComparison.Ordinal));

        var range = new ArgumentOutOfRangeException("tolerance", -1, "The tolerance is -1 mm; it must be at least 0.");
        Assert.AreEqual("The tolerance is -1 mm; it must be at least 0.", CommandLineTerms.In(range.Message));
    }

    [TestMethod]
    public void MessageOf_WhatTheSystemRefuses_NamesTheFileAndWhatToDo()
    {
        using var folder = new TemporaryFolder();
        var missing = Assert.ThrowsExactly<FileNotFoundException>(() => File.ReadAllText(folder["a.json"]));
        StringAssert.Contains(Blame.MessageOf(missing), $"There is no file '{folder["a.json"]}'. Check the path");
        var path = Path.Combine(folder.Path, "b", "a.json");
        var without = Assert.ThrowsExactly<DirectoryNotFoundException>(() => File.ReadAllText(path));
        StringAssert.Contains(Blame.MessageOf(without), $"The folder of '{path}' is missing");
        var denied = new UnauthorizedAccessException("Access to the path '/root/x' is denied.");
        StringAssert.Contains(Blame.MessageOf(denied), "The system denies access to '/root/x'");
    }

    [TestMethod]
    public void CommandLine_WrongInManyWays_NamesWhatIsWrongAndWhereHelpIs()
    {
        using var folder = new TemporaryFolder();
        PhantomCases.Write(folder, 3);
        folder.Write("cut.zip", "PK\u0003\u0004 and nothing else");
        folder.Write("c.json", "{ \"optimization\": ");
        folder.Write("file", "no folder");
        folder.Write("plan.json", "{}");
        using (var zip = ZipFile.Open(folder["model.zip"], ZipArchiveMode.Create))
        using (var part = zip.CreateEntry("TransformerChain/Model.key").Open())
        {
            part.Write(new byte[1000]);
        }

        folder.Write("t.csv", "case,image\na,data/images/p0.nii.gz\n");
        (string Line, string Says)[] wrong =
        [
            ("trian data", "There is no command 'trian' here. Did you mean train?"),
            ("train data --epoch 1", "There is no option '--epoch' here. Did you mean --epochs?"),
            ("train data --optimizer adm", "--optimizer is 'adm'; use one of"),
            ("score data", "Option '--model' is required."),
            ("score data -m cut.zip", "it is no zip file, or its list of parts is damaged"),
            ("train data --no-plan --epochs 1 --validation 0.9", "--validation 0.9 keeps all cases apart"),
            ("train data/images --no-plan --epochs 1", "has no dataset.json"),
            ("train t.csv --no-plan --epochs 1", "no case has labels, which training needs"),
            ("score data -m cut.zip --threads 2", "There is no option '--threads' here."),
            ("score data -m cut.zip --overlap abc", "--overlap is 'abc'; it must be a number"),
            ("score data/images -m cut.zip -o file/out", "it is no zip file"),
            ("classify train nothere", "There is no folder 'nothere'"),
            ("train data --config nothere.json", "There is no file"),
            ("train data --config c.json", "c.json: this is not a configuration in JSON"),
            ("info data/images", "this is a folder without DICOM files"),
            ("evaluate data data/labels --csv file/x.csv", "cannot be written"),
            ("plan data --memory -1", "--memory is -1"),
            ("train data --no-plan --epochs 1 --sign t.csv", "holds no elliptic-curve key"),
            ("train data --no-plan --epochs 1 --card c.json", "c.json"),
            ("train data --minutes -3", "--minutes is -3"),
            ("train data --plan plan.json", "these are missing"),
            ("train data --no-plan --width 0", "--width is 0"),
            ("train data --no-plan --threads 99999", "--threads is 99999"),
            ("train data --no-plan --epochs 1 --validation 0 -o new.zip --weights model.zip", "it is a model zip of ML.NET"),
        ];
        foreach (var (line, says) in wrong)
        {
            var run = ProgramRun.Medseg(folder.Path, line.Split(' ')).Expect(2);
            StringAssert.Contains(run.Errors, says, line);
            foreach (var raw in new[] { "Exception", "System.", "Microsoft.", ".tmp", "Parameter", "LineNumber" })
            {
                Assert.IsFalse(run.Errors.Contains(raw, StringComparison.Ordinal), $"{line}: {run.Errors}");
            }
        }
    }
}
