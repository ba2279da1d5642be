namespace Microsoft.ML.MedicalSegmentation.Reports;

/// <summary>Where the model comes from.</summary>
internal static class CardSection
{
    public static void Write(HtmlWriter html, ModelCard? card)
    {
        html.Begin("card", "Model card");
        if (card is null)
        {
            html.Paragraph("The model has no card.");
        }
        else
        {
            html.Table(["", ""], card.ToRows().Select(row => (string[])[row.Name, row.Value]), texts: 2);
        }

        html.End();
    }
}
