namespace Microsoft.ML.MedicalSegmentation.Training;

/// <summary>What a training gives.</summary>
/// <param name="Onnx">The network as an ONNX file.</param>
/// <param name="Info">What one must know to score it by itself; null for a network of regions, whose plan says it.</param>
/// <param name="History">How training went.</param>
internal sealed record TrainedNetwork(byte[] Onnx, SegmentationModelInfo? Info, SegmentationTrainingHistory History);
