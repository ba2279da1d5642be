namespace Microsoft.ML.MedicalSegmentation.Bench;

/// <summary>A network in one runtime; peer.py is the same in Python.</summary>
internal interface ISide
{
    string Version { get; }

    /// <summary>One inference, without gradients.</summary>
    void Forward();

    /// <summary>One training step; the loss.</summary>
    /// <param name="training">False to leave out dropout and batch statistics, so that all sides compute the same.</param>
    double Step(bool training);

    /// <summary>The logits of an inference.</summary>
    float[] Logits();
}
