using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Microsoft.ML.MedicalSegmentation;

/// <summary>
/// Packages in a folder feed, and two applications of them in a folder of their own: the README's program, and one that only scores.
/// </summary>
internal sealed class PackagedApplications : IDisposable
{
    private const string Scoring = """
        using Microsoft.ML;
        using Microsoft.ML.MedicalSegmentation;

        var model = new MLContext().Model.Load("model.zip", out _);
        var ml = new MLContext(seed: 1);
        var medical = ml.MedicalSegmentation();
        var rows = ml.Data.TrainTestSplit(medical.Data.Read("Task04_Hippocampus").ToDataView(ml), testFraction: 0.2);
        var labels = medical.Transforms.LoadLabelVolumes().Fit(rows.TestSet);
        Console.WriteLine(medical.Evaluate(model.Transform(labels.Transform(rows.TestSet))));
        Console.WriteLine("Assemblies: " + string.Join(' ', AppDomain.CurrentDomain.GetAssemblies().Select(assembly => assembly.GetName().Name)));
        """;

    private readonly TemporaryFolder _folder = new();
    private readonly string _repository = TestData.RepositoryRoot();

    public PackagedApplications()
    {
        Version = $"0.0.1-test.{DateTime.UtcNow.Ticks}";
        Pack();
        TakeCases(count: 5);
        _folder.Write("nuget.config", $"""
            <configuration>
              <config><add key="globalPackagesFolder" value="packages" /></config>
              <packageSources><add key="feed" value="feed" /></packageSources>
              <fallbackPackageFolders><add key="machine" value="{MachinePackages}" /></fallbackPackageFolders>
            </configuration>
            """);
        var readme = File.ReadAllText(Path.Combine(_repository, "README.md"));
        var packages = Regex.Matches(readme, @"^dotnet add package (\S+)", RegexOptions.Multiline).Select(match => match.Groups[1].Value);
        WriteProject("train", packages.Select(name => name.Replace("linux-x64", Runtime, StringComparison.Ordinal)), Program(readme));
        WriteProject("score", ["Microsoft.ML.MedicalSegmentation.Transforms", "Microsoft.ML.OnnxRuntime"], Scoring);
        Build("train", "score");
    }

    /// <summary>The runtime identifier of this system, or null where libtorch has no package for it.</summary>
    public static string? Supported =>
        (OperatingSystem.IsLinux(), OperatingSystem.IsWindows(), OperatingSystem.IsMacOS(), RuntimeInformation.OSArchitecture) switch
        {
            (true, _, _, Architecture.X64) => "linux-x64",
            (_, true, _, Architecture.X64) => "win-x64",
            (_, _, true, Architecture.Arm64) => "osx-arm64",
            _ => null,
        };

    /// <summary>The version of the packages.</summary>
    public string Version { get; }

    /// <summary>The folder of packages.</summary>
    public string Feed => Path.Combine(_folder.Path, "feed");

    private static string Runtime => Supported ?? "none";

    private static string MachinePackages => Environment.GetEnvironmentVariable("NUGET_PACKAGES")
        ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");

    /// <summary>The first block of C# of a page.</summary>
    public static string Program(string page) => Regex.Match(page, "```csharp\r?\n(.*?)```", RegexOptions.Singleline).Groups[1].Value;

    /// <summary>The path of a file beside the applications' cases.</summary>
    public string InWorkFolder(string name) => Path.Combine(_folder.Path, "work", name);

    /// <summary>The folder that an application was built into.</summary>
    public string OutputOf(string application) => Path.Combine(_folder.Path, application, "out");

    /// <summary>Starts a built application beside the cases.</summary>
    public (int ExitCode, string Output) Start(string application)
        => DotNet.Run(Path.Combine(_folder.Path, "work"), Path.Combine(OutputOf(application), $"{application}.dll"));

    /// <summary>Starts an application as if its project did not reference a native package.</summary>
    public (int ExitCode, string Output) StartWithout(string application, string package, string library)
    {
        var file = Path.Combine(
            OutputOf(application),
            OperatingSystem.IsWindows() ? $"{library}.dll"
                : OperatingSystem.IsMacOS() ? $"lib{library}.dylib"
                : $"lib{library}.so"
        );
        var list = Path.Combine(OutputOf(application), $"{application}.deps.json");
        var whole = File.ReadAllText(list);
        var json = JsonNode.Parse(whole) ?? throw new InvalidDataException(list);
        foreach (var (_, target) in json["targets"]?.AsObject() ?? [])
        {
            foreach (
                var (_, content) in target
                    ?.AsObject()
                    .Where(entry => entry.Key.StartsWith(package + "/", StringComparison.OrdinalIgnoreCase))
                    ?? []
            )
            {
                content?.AsObject().Remove("native");
            }
        }

        File.Move(file, file + ".away");
        File.WriteAllText(list, json.ToJsonString());
        try
        {
            return Start(application);
        }
        finally
        {
            File.WriteAllText(list, whole);
            File.Move(file + ".away", file);
        }
    }

    public void Dispose() => _folder.Dispose();

    private void Pack()
    {
        var projects = new[] { "Microsoft.ML.MedicalSegmentation", "Transforms", "Trainers" }.SelectMany(name =>
            Directory.GetFiles(Path.Combine(_repository, "src", name), "*.csproj")
        );
        var configuration = AppContext
            .BaseDirectory.TrimEnd(Path.DirectorySeparatorChar)
            .EndsWith("debug", StringComparison.OrdinalIgnoreCase)
            ? "Debug"
            : "Release";
        _folder.Write(
            "pack.proj",
            $"""
            <Project>
              <Target Name="Pack">
                <MSBuild Projects="{string.Join(';', projects)}" Targets="Pack"
                         Properties="Configuration={configuration};NoBuild=true;MinVerVersionOverride={Version};PackageOutputPath={Feed}" />
              </Target>
            </Project>
            """);
        DotNet.Succeed(_folder.Path, "msbuild", "pack.proj", "-t:Pack", "-nologo", "-v:quiet");
    }

    private void TakeCases(int count)
    {
        var source = TestData.RequireData("hippocampus");
        var description = JsonNode.Parse(File.ReadAllText(Path.Combine(source, "dataset.json")))?.AsObject() ?? [];
        var cases = description["training"]?.AsArray().Take(count).Select(entry => entry?.DeepClone()).ToArray() ?? [];
        foreach (var path in cases.SelectMany(entry => new[] { (string?)entry?["image"], (string?)entry?["label"] }).OfType<string>())
        {
            File.Copy(Path.Combine(source, path), _folder[Path.Combine("work", "Task04_Hippocampus", path)]);
        }

        description["training"] = new JsonArray(cases);
        description["numTraining"] = cases.Length;
        _folder.Write(Path.Combine("work", "Task04_Hippocampus", "dataset.json"), description.ToJsonString());
    }

    private void WriteProject(string name, IEnumerable<string> packages, string program)
    {
        var versions = XDocument.Load(Path.Combine(_repository, "Directory.Packages.props")).Descendants("PackageVersion")
            .ToDictionary(element => (string?)element.Attribute("Include") ?? "", element => (string?)element.Attribute("Version"));
        var references = packages.Select(package =>
            $"""<PackageReference Include="{package}" Version="{versions.GetValueOrDefault(package, Version)}" />"""
        );
        _folder.Write(Path.Combine(name, "Program.cs"), program);
        _folder.Write(Path.Combine(name, $"{name}.csproj"), $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <OutputType>Exe</OutputType>
                <TargetFramework>net10.0</TargetFramework>
                <ImplicitUsings>enable</ImplicitUsings>
                <Nullable>enable</Nullable>
                <RuntimeIdentifier>{Runtime}</RuntimeIdentifier>
                <SelfContained>false</SelfContained>
                <OutDir>out/</OutDir>
                <CreateHardLinksForCopyLocalIfPossible>true</CreateHardLinksForCopyLocalIfPossible>
                <CreateHardLinksForCopyFilesToOutputDirectoryIfPossible>true</CreateHardLinksForCopyFilesToOutputDirectoryIfPossible>
              </PropertyGroup>
              <ItemGroup>
                {string.Join('\n', references)}
              </ItemGroup>
            </Project>
            """);
    }

    private void Build(params string[] names)
    {
        var projects = string.Join(';', names.Select(name => $"{name}/{name}.csproj"));
        _folder.Write("all.proj", $"""
            <Project DefaultTargets="Build">
              <Target Name="Restore"><MSBuild Projects="{projects}" Targets="Restore" /></Target>
              <Target Name="Build"><MSBuild Projects="{projects}" Targets="Build" /></Target>
            </Project>
            """);
        var (exitCode, output) = DotNet.Run(_folder.Path, "build", "all.proj", "-nologo", "-v:quiet");
        if (output.Contains("NU1301", StringComparison.Ordinal))
        {
            Assert.Inconclusive($"A package source could not be reached: {output}");
        }

        Assert.AreEqual(0, exitCode, output);
    }
}
