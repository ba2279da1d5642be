namespace Microsoft.ML.MedicalSegmentation.Explanation;

/// <summary>A map that shows what a network attends to, or what its decision rests on, on the grid of the image.</summary>
/// <param name="Name">
/// What it shows: a layer's path and what the layer shows, "gates.3.parallel.0.relevance", or "grad-cam" and a class.
/// </param>
/// <param name="Values">
/// One number per voxel, at least 0 for all maps of this library; same size and geometry as the image. The larger, the more attention.
/// </param>
public sealed record ExplanationMap(string Name, Volume<float> Values);
