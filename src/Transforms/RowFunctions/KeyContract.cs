using Microsoft.ML.Data;
using Microsoft.ML.Transforms;

namespace Microsoft.ML.MedicalSegmentation.RowFunctions;

/// <summary>Gives every row the constant from which the saved state is looked up.</summary>
[CustomMappingFactoryAttribute(ContractName)]
internal sealed class KeyContract : CustomMappingFactory<NoColumns, KeyContract.KeyRow>
{
    public const string ContractName = ZipStages.ContractPrefix + "Key/1";

    /// <summary>The constant.</summary>
    public const float Value = 1;

    public override Action<NoColumns, KeyRow> GetMapping() => static (_, row) => row.Key = Value;

    internal sealed class KeyRow
    {
        [ColumnName(ZipStages.Key)]
        public float Key { get; set; }
    }
}
