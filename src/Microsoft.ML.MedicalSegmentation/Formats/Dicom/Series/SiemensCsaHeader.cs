using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace Microsoft.ML.MedicalSegmentation.Formats.Dicom.Series;

/// <summary>Siemens' own header within a private attribute: named lists of texts.</summary>
/// <remarks>The layout is described at https://nipy.org/nibabel/dicom/siemens_csa.html.</remarks>
internal static class SiemensCsaHeader
{
    private const int NameLength = 64;
    private const int TagLength = NameLength + 20;
    private const int MaximumTags = 1000;

    /// <summary>The numbers of one entry; empty if it is absent or the header has another layout.</summary>
    public static double[] Numbers(ReadOnlySpan<byte> header, string name)
    {
        var isSecond = header.StartsWith("SV10"u8);
        var position = isSecond ? 8 : 0;
        var count = header.Length < position + 8 ? 0 : BinaryPrimitives.ReadUInt32LittleEndian(header[position..]);
        if (count is 0 or > MaximumTags)
        {
            return [];
        }

        position += 8;
        int? itemsOfFirstTag = null;
        for (var tag = 0; tag < count && header.Length - position >= TagLength; tag++)
        {
            var nameBytes = header.Slice(position, NameLength);
            var nameEnd = nameBytes.IndexOf((byte)0);
            var tagName = Encoding.Latin1.GetString(nameEnd < 0 ? nameBytes : nameBytes[..nameEnd]);
            var items = BinaryPrimitives.ReadInt32LittleEndian(header[(position + NameLength + 12)..]);
            position += TagLength;
            itemsOfFirstTag ??= items;
            if (items is < 0 or > MaximumTags)
            {
                return [];
            }

            var texts = new List<string>();
            for (var item = 0; item < items; item++)
            {
                if (header.Length - position < 16)
                {
                    return [];
                }

                // The older layout counts the first tag's items into every length.
                var length = isSecond
                    ? BinaryPrimitives.ReadInt32LittleEndian(header[(position + 4)..])
                    : BinaryPrimitives.ReadInt32LittleEndian(header[position..]) - itemsOfFirstTag.Value;
                position += 16;
                if (length < 0 || length > header.Length - position)
                {
                    return [];
                }

                texts.Add(Encoding.Latin1.GetString(header.Slice(position, length)).Trim('\0', ' '));
                position = Math.Min(header.Length, position + ((length + 3) & ~3));
            }

            if (tagName == name)
            {
                return [.. texts.Where(t => double.TryParse(t, NumberStyles.Float, CultureInfo.InvariantCulture, out _))
                    .Select(t => double.Parse(t, CultureInfo.InvariantCulture))];
            }
        }

        return [];
    }
}
