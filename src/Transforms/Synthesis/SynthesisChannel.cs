namespace Microsoft.ML.MedicalSegmentation;

/// <summary>A channel that a generator synthesises, and the way from the network's numbers to the target's unit.</summary>
/// <param name="Name">Name of the channel, such as "T2".</param>
/// <param name="Offset">What the network's 0 stands for, in the target's unit.</param>
/// <param name="Scale">What the network's 1 adds to it; above 0.</param>
/// <remarks>value = <paramref name="Offset"/> + <paramref name="Scale"/> x output of the network.</remarks>
public sealed record SynthesisChannel(string Name, double Offset, double Scale);
