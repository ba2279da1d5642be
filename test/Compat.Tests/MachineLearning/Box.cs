using Microsoft.ML.Data;

namespace Compat.MachineLearning;

/// <summary>A reference value that travels through views without being copied, as volumes do.</summary>
public sealed class Box(int content)
{
    public int Content { get; } = content;
}

public sealed class BoxDataViewType : StructuredDataViewType
{
    private BoxDataViewType()
        : base(typeof(Box))
    {
    }

    public static BoxDataViewType Instance { get; } = new();

    public override bool Equals(DataViewType? other) => other is BoxDataViewType;

    public override bool Equals(object? obj) => obj is BoxDataViewType;

    public override int GetHashCode() => 1;
}

public sealed class BoxTypeAttribute : DataViewTypeAttribute
{
    public override void Register() => DataViewTypeManager.Register(BoxDataViewType.Instance, typeof(Box), this);

    public override bool Equals(DataViewTypeAttribute? other) => other is BoxTypeAttribute;

    public override bool Equals(object? obj) => obj is BoxTypeAttribute;

    public override int GetHashCode() => 2;
}

public sealed class BoxRow
{
    public string Name { get; set; } = string.Empty;

    [BoxType]
    public Box? Image { get; set; }
}

public sealed class BoxResult
{
    [BoxType]
    [ColumnName("Doubled")]
    public Box? Image { get; set; }
}
