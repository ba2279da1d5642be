// Stands in for internals of Microsoft.ML.Data: column types and single values as bytes.
namespace Microsoft.ML.Data;

internal static class TypeCodec
{
    private enum Kind : byte
    {
        Standard,
        Key,
        Vector,
    }

    private static readonly Dictionary<string, PrimitiveDataViewType> ByName =
        StandardTypes.All.ToDictionary(type => type.ToString());

    public static void Write(BinaryWriter writer, DataViewType type)
    {
        switch (type)
        {
            case KeyDataViewType key:
                writer.Write((byte)Kind.Key);
                writer.Write(StandardTypes.Of(key.RawType).ToString());
                writer.Write(key.Count);
                break;
            case VectorDataViewType vector:
                writer.Write((byte)Kind.Vector);
                Write(writer, vector.ItemType);
                writer.Write(vector.Dimensions.Length);
                foreach (var size in vector.Dimensions)
                {
                    writer.Write(size);
                }

                break;
            case PrimitiveDataViewType when ByName.ContainsKey(type.ToString()):
                writer.Write((byte)Kind.Standard);
                writer.Write(type.ToString());
                break;
            default:
                throw new NotSupportedException($"A column of type {type} cannot be saved.");
        }
    }

    public static DataViewType Read(ModelLoadContext context) => Read(context.Reader, context.LoadCount);

    public static DataViewType Read(BinaryReader reader, Func<int> count)
    {
        var kind = (Kind)reader.ReadByte();
        switch (kind)
        {
            case Kind.Standard:
                return Standard(reader);
            case Kind.Key:
                return new KeyDataViewType(Standard(reader).RawType, reader.ReadUInt64());
            case Kind.Vector:
                var itemType = Read(reader, count) as PrimitiveDataViewType
                    ?? throw new FormatException("The model file is damaged: a vector of vectors.");
                var sizes = new int[Math.Min(count(), 64)];
                for (var i = 0; i < sizes.Length; i++)
                {
                    sizes[i] = reader.ReadInt32();
                }

                return new VectorDataViewType(itemType, sizes);
            default:
                throw new FormatException($"The model file is damaged: there is no kind {(byte)kind} of column types.");
        }
    }

    private static PrimitiveDataViewType Standard(BinaryReader reader)
    {
        var name = reader.ReadString();
        return ByName.TryGetValue(name, out var type)
            ? type
            : throw new FormatException($"The model file is damaged: there is no column type '{name}'.");
    }
}
