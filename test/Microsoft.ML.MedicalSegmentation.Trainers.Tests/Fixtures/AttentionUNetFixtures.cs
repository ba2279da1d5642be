namespace Microsoft.ML.MedicalSegmentation.Fixtures;

/// <summary>Options of an Attention U-Net from the parameters that a fixture lists.</summary>
internal static class AttentionUNetFixtures
{
    /// <summary>Whether a fixture is one of the authors' U-Nets, gated or not, or a community form.</summary>
    public static bool Describe(Fixture fixture) =>
        (fixture.Has("conv1.conv1.0.weight") && fixture.Has("up_concat1.conv.conv1.0.weight")
            && !fixture.Parameters.Any(parameter => parameter.Name.StartsWith("nonlocal", StringComparison.Ordinal)))
        || (fixture.Has("Conv1.conv.0.weight") && fixture.Has("Up2.up.1.weight"));

    public static AttentionUNetOptions Options(Fixture fixture) =>
        fixture.Has("Conv1.conv.0.weight") ? Community(fixture) : Authors(fixture);

    /// <summary>The authors' "nonlocal_mode", which no parameter tells.</summary>
    public static GateActivation Activation(Fixture fixture) => fixture.Says("concatenation_residual") ? GateActivation.SpatialSoftmax
        : fixture.Says("concatenation_debug") ? GateActivation.SoftplusSigmoid
        : GateActivation.Sigmoid;

    private static AttentionUNetOptions Community(Fixture fixture)
    {
        var first = fixture.Shape("Conv1.conv.0.weight");
        return new()
        {
            Form = fixture.Has("Att2.psi.0.weight") ? AttentionUNetForm.Community : AttentionUNetForm.CommunityUngated,
            SpatialDims = first.Length - 2,
            Width = (int)first[0],
            InputChannels = (int)first[1],
            Classes = (int)fixture.Shape("Conv_1x1.weight")[0],
            Depth = fixture.Count(number => $"Conv{number}.conv.0.weight"),
            Kernel = first[2..],
        };
    }

    private static AttentionUNetOptions Authors(Fixture fixture)
    {
        var first = fixture.Shape("conv1.conv1.0.weight");
        var theta = fixture.Parameters.FirstOrDefault(parameter => parameter.Name.EndsWith("theta.weight", StringComparison.Ordinal));
        return new()
        {
            Form = fixture.Has("attentionblock2.gate_block_2.theta.weight") ? AttentionUNetForm.MultiGate
                : fixture.Has("attentionblock2.gate_block_1.theta.weight") ? AttentionUNetForm.SingleGate
                : fixture.Has("attentionblock2.theta.weight") ? AttentionUNetForm.SharedSignal
                : AttentionUNetForm.Ungated,
            SpatialDims = first.Length - 2,
            Width = (int)first[0],
            InputChannels = (int)first[1],
            Classes = (int)fixture.Shape("final.weight")[0],
            Depth = fixture.Count(number => $"conv{number}.conv1.0.weight") + 1,
            DeepSupervision = fixture.Has("dsv1.weight"),
            Kernel = first[2..],
            Pooling = Array.ConvertAll(first[2..], size => size == 1 ? 1L : 2L),
            GateActivation = Activation(fixture),
            Norms = !fixture.Has("conv1.conv1.1.weight") ? AttentionUNetNorms.None
                : fixture.Has("up_concat1.conv.conv1.1.weight") ? AttentionUNetNorms.All
                : AttentionUNetNorms.Encoder,
            GateSubsampling = theta is null ? (PerAxis?)null : theta.Shape[2..],
            TransposedUpsampling = fixture.Has("up_concat1.up.weight"),
        };
    }
}
