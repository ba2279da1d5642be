using Microsoft.ML.MedicalSegmentation.Explanation;

namespace Microsoft.ML.MedicalSegmentation.Study;

/// <summary>An image with the maps of two models, which a reader compares without seeing whose they are.</summary>
/// <param name="Name">The image's name, for the key only; the sheet does not show it.</param>
/// <param name="Question">The finding that the maps should show, such as "pneumonia". It is printed on the sheet.</param>
/// <param name="Image">The image.</param>
/// <param name="First">The map of the first model.</param>
/// <param name="Second">The map of the second model.</param>
public sealed record JudgementPair(string Name, string Question, Volume Image, ExplanationMap First, ExplanationMap Second);
