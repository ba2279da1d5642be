using System.Buffers.Binary;
using System.IO.Compression;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.RegularExpressions;

namespace Microsoft.ML.MedicalSegmentation;

/// <summary>An array of a .npy file, or of a member of a .npz file.</summary>
internal sealed partial record NumPyArray(string Type, int[] Shape, byte[] Bytes)
{
    public int Count => Shape.Aggregate(1, (product, side) => product * side);

    public static NumPyArray Read(string path)
    {
        using var stream = File.OpenRead(path);
        return Read(stream);
    }

    public static NumPyArray Read(string path, string member)
    {
        using var zip = ZipFile.OpenRead(path);
        using var stream = zip.GetEntry($"{member}.npy")!.Open();
        return Read(stream);
    }

    /// <summary>The values in single precision.</summary>
    public float[] ToSingle() => Type switch
    {
        "<f4" => MemoryMarshal.Cast<byte, float>(Bytes).ToArray(),
        "<f2" => Array.ConvertAll(MemoryMarshal.Cast<byte, Half>(Bytes).ToArray(), value => (float)value),
        "<f8" => Array.ConvertAll(MemoryMarshal.Cast<byte, double>(Bytes).ToArray(), value => (float)value),
        "|i1" => Array.ConvertAll(Bytes, value => (float)(sbyte)value),
        "|u1" => Array.ConvertAll(Bytes, value => (float)value),
        "<i8" => Array.ConvertAll(MemoryMarshal.Cast<byte, long>(Bytes).ToArray(), value => (float)value),
        _ => throw new NotSupportedException($"Arrays of {Type} are not read."),
    };

    private static NumPyArray Read(Stream stream)
    {
        using var memory = new MemoryStream();
        stream.CopyTo(memory);
        var file = memory.ToArray();
        var (start, length) = file[6] == 1
            ? (10, (int)BinaryPrimitives.ReadUInt16LittleEndian(file.AsSpan(8)))
            : (12, BinaryPrimitives.ReadInt32LittleEndian(file.AsSpan(8)));
        var header = Encoding.ASCII.GetString(file, start, length);
        Assert.IsFalse(header.Contains("'fortran_order': True", StringComparison.Ordinal), header);
        var shape = ShapePattern()
            .Match(header)
            .Groups[1]
            .Value.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return new(TypePattern().Match(header).Groups[1].Value, Array.ConvertAll(shape, int.Parse), file[(start + length)..]);
    }

    [GeneratedRegex("'descr': *'([^']+)'")]
    private static partial Regex TypePattern();

    [GeneratedRegex(@"'shape': *\(([^)]*)\)")]
    private static partial Regex ShapePattern();
}
