using System;
using System.IO;
using System.Linq;
using System.Text;
using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;

/// <summary>
/// Writes a copy of TorchSharp's libLibTorchSharp.so that loads with a libstdc++ older than GCC 13's. Compiled by MSBuild, by the targets
/// file beside it; not part of the library.
/// </summary>
public class MedSegAdaptTorchSharp : Task
{
    private const string NewVersion = "GLIBCXX_3.4.32";
    private const string OldVersion = "GLIBCXX_3.4";

    // ELF hashes of the two names, as they stand in .gnu.version_r.
    private const uint NewHash = 0x0297f842;
    private const uint OldHash = 0x08922974;

    // std::ios_base_library_init() and std::locale::classic(): functions without arguments.
    private const string NewSymbol = "_ZSt21ios_base_library_initv";
    private const string OldSymbol = "_ZNSt6locale7classicEv";

    private static readonly string[] SystemFolders =
    {
        "/usr/lib/x86_64-linux-gnu", "/lib/x86_64-linux-gnu", "/usr/lib64", "/lib64", "/usr/lib", "/lib",
    };

    /// <summary>The library of the package.</summary>
    [Required]
    public string Library { get; set; }

    /// <summary>Where the adapted copy is written.</summary>
    [Required]
    public string Adapted { get; set; }

    /// <summary>auto, true or false.</summary>
    [Required]
    public string Mode { get; set; }

    /// <summary>True when the adapted copy replaces the library.</summary>
    [Output]
    public bool Done { get; set; }

    /// <inheritdoc />
    public override bool Execute()
    {
        var mode = Mode.ToLowerInvariant();
        if (mode != "auto" && mode != "true" && mode != "false")
        {
            Log.LogError("MedSegAdaptTorchSharp is '" + Mode + "'. It must be auto, true or false.");
            return false;
        }

        if (mode == "false" || (mode == "auto" && !SystemIsOlder()))
        {
            return true;
        }

        if (File.Exists(Adapted) && File.GetLastWriteTimeUtc(Adapted) >= File.GetLastWriteTimeUtc(Library))
        {
            Done = true;
            return true;
        }

        var bytes = File.ReadAllBytes(Library);
        if (Find(bytes, Encoding.ASCII.GetBytes(NewVersion + "\0")).Length == 0)
        {
            // A later TorchSharp that needs no newer libstdc++.
            return true;
        }

        var replaced = Replace(bytes, Name(NewVersion), Name(OldVersion, NewVersion.Length), 2)
            && Replace(bytes, BitConverter.GetBytes(NewHash), BitConverter.GetBytes(OldHash), 1)
            && Replace(bytes, Name(NewSymbol), Name(OldSymbol, NewSymbol.Length), 1);
        if (!replaced)
        {
            Log.LogError(
                Library + " is not the library of TorchSharp 0.107.0 that this build step was written for, and this system's libstdc++ is "
                + "older than the library requires. Use a system with GCC 13's libstdc++ or later, such as Debian 13 or Ubuntu 24.04, "
                + "or set MedSegAdaptTorchSharp to false to build without this step.");
            return false;
        }

        Directory.CreateDirectory(Path.GetDirectoryName(Adapted));
        var temporary = Adapted + "." + Guid.NewGuid().ToString("N");
        File.WriteAllBytes(temporary, bytes);
        File.Copy(temporary, Adapted, true);
        File.Delete(temporary);
        Done = true;
        return true;
    }

    private static bool SystemIsOlder()
    {
        var found = SystemFolders.Select(folder => Path.Combine(folder, "libstdc++.so.6")).FirstOrDefault(File.Exists);
        return found != null && Find(File.ReadAllBytes(found), Encoding.ASCII.GetBytes(NewVersion + "\0")).Length == 0;
    }

    private static byte[] Name(string name, int length = 0)
    {
        return Encoding.ASCII.GetBytes(name.PadRight(Math.Max(length, name.Length), '\0') + "\0");
    }

    // Replaces every occurrence; false, with nothing changed, where their number is not the expected one.
    private static bool Replace(byte[] bytes, byte[] sought, byte[] replacement, int expected)
    {
        var places = Find(bytes, sought);
        if (places.Length != expected)
        {
            return false;
        }

        foreach (var place in places)
        {
            Buffer.BlockCopy(replacement, 0, bytes, place, replacement.Length);
        }

        return true;
    }

    private static int[] Find(byte[] bytes, byte[] sought)
    {
        var places = new System.Collections.Generic.List<int>();
        for (
            var i = Array.IndexOf(bytes, sought[0]);
            i >= 0 && i <= bytes.Length - sought.Length;
            i = Array.IndexOf(bytes, sought[0], i + 1)
        )
        {
            var k = 1;
            while (k < sought.Length && bytes[i + k] == sought[k])
            {
                k++;
            }

            if (k == sought.Length)
            {
                places.Add(i);
            }
        }

        return places.ToArray();
    }
}
