using System.Text;

namespace Microsoft.ML.MedicalSegmentation;

/// <summary>The build step that lets TorchSharp's library load on older Linux systems.</summary>
[TestClass]
public class TorchSharpAdaptationTests
{
    private const string Prefix = "medseg-adaptation ";

    private static readonly string Names = "\0GLIBCXX_3.4.32\0_ZSt21ios_base_library_initv\0";

    [TestMethod]
    public void Step_TakesAnAdaptedCopy_OrTheLibrary_OrRefuses()
    {
        using var folder = new TemporaryFolder();
        byte[] whole =
        [
            .. Encoding.ASCII.GetBytes(Names),
            .. BitConverter.GetBytes(0x0297f842),
            .. Encoding.ASCII.GetBytes("\0GLIBCXX_3.4.32\0"),
        ];
        Write(folder, "expected", whole);
        Write(folder, "unexpected", Encoding.ASCII.GetBytes(Names));
        Write(folder, "later", Encoding.ASCII.GetBytes("\0GLIBCXX_3.4.30\0"));
        Write(folder, "never", whole);
        var targets = Path.Combine(
            TestData.RepositoryRoot(),
            "src",
            "Trainers",
            "buildTransitive",
            "Microsoft.ML.MedicalSegmentation.Trainers.targets"
        );
        folder.Write(
            "application.proj",
            $"""
            <Project>
              <Import Project="{targets}" />
              <PropertyGroup>
                <IntermediateOutputPath>obj/$(Case)/</IntermediateOutputPath>
              </PropertyGroup>
              <Target Name="ResolvePackageAssets">
                <ItemGroup>
                  <NativeCopyLocalItems Include="$(Case)/libLibTorchSharp.so;$(Case)/libother.so" />
                  <RuntimeTargetsCopyLocalItems Include="$(Case)/libLibTorchSharp.so" RuntimeIdentifier="linux-x64" DestinationSubDirectory="runtimes/linux-x64/native/" />
                </ItemGroup>
              </Target>
              <Target Name="Show" DependsOnTargets="ResolvePackageAssets">
                <Message Importance="high" Text="{Prefix}$(Case): @(NativeCopyLocalItems) @(RuntimeTargetsCopyLocalItems->'%(Identity)>%(DestinationSubDirectory)')" />
              </Target>
            </Project>
            """);
        folder.Write("all.proj", $"""
            <Project>
              <Target Name="Build">
                {string.Concat(new[] { ("expected", "true"), ("unexpected", "true"), ("later", "true"), ("never", "false") }.Select(pair
                    => $"""<MSBuild Projects="application.proj" Targets="Show" Properties="Case={pair.Item1};MedSegAdaptTorchSharp={pair.Item2}" ContinueOnError="true" />"""))}
              </Target>
            </Project>
            """);

        var (_, output) = DotNet.Run(folder.Path, "msbuild", "all.proj", "-nologo");

        var shown = output
            .Split('\n')
            .Where(line => line.Contains(Prefix, StringComparison.Ordinal))
            .Select(line => line[(line.IndexOf(Prefix, StringComparison.Ordinal) + Prefix.Length)..].Trim())
            .Select(line => line.Split(": ", 2))
            .ToDictionary(parts => parts[0], parts => parts[1]);
        var adapted = folder["obj/expected/adapted/libLibTorchSharp.so"];
        var sorted = shown["expected"].Split(';', ' ').Order(StringComparer.Ordinal).ToArray();
        CollectionAssert.AreEqual(
            new[] { adapted, $"{adapted}>runtimes/linux-x64/native/", "expected/libother.so" }.Order(StringComparer.Ordinal).ToArray(),
            sorted,
            output
        );
        var bytes = File.ReadAllBytes(adapted);
        Assert.HasCount(whole.Length, bytes);
        var text = Encoding.Latin1.GetString(bytes);
        Assert.Contains("\0GLIBCXX_3.4\0\0\0\0_ZNSt6locale7classicEv\0", text);
        Assert.DoesNotContain("3.4.32", text);
        CollectionAssert.AreEqual(
            whole,
            File.ReadAllBytes(folder["expected/libLibTorchSharp.so"]),
            "The package's own file stays as it is."
        );

        Assert.IsFalse(shown.ContainsKey("unexpected"), output);
        Assert.Contains("is not the library of TorchSharp 0.107.0", output);
        foreach (var name in new[] { "later", "never" })
        {
            Assert.AreEqual(
                $"{name}/libLibTorchSharp.so;{name}/libother.so {name}/libLibTorchSharp.so>runtimes/linux-x64/native/",
                shown[name]
            );
        }
    }

    private static void Write(TemporaryFolder folder, string name, byte[] bytes)
    {
        File.WriteAllBytes(folder[$"{name}/libLibTorchSharp.so"], bytes);
        File.WriteAllBytes(folder[$"{name}/libother.so"], [0]);
    }
}
