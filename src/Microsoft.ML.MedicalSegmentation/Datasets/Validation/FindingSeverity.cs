namespace Microsoft.ML.MedicalSegmentation;

/// <summary>How much a finding matters.</summary>
public enum FindingSeverity
{
    /// <summary>Worth knowing; nothing has to be done.</summary>
    Note,

    /// <summary>May be meant so, and may be a mistake: look before training.</summary>
    Warning,

    /// <summary>Training or evaluation would fail, or learn something wrong.</summary>
    Error,
}
