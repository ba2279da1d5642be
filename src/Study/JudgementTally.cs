using System.Text.Json;

namespace Microsoft.ML.MedicalSegmentation.Study;

/// <summary>What readers preferred, once the key says whose maps they saw.</summary>
/// <param name="Preferred">How often each model's map was preferred.</param>
/// <param name="Alike">How often both were found alike.</param>
/// <param name="Neither">How often neither was found plausible.</param>
/// <param name="PValue">
/// Two-sided probability, if both models were preferred equally often, of preferences as uneven: the sign test; 1 without preferences.
/// </param>
/// <param name="Readers">Answer files.</param>
public sealed record JudgementTally(IReadOnlyDictionary<string, int> Preferred, int Alike, int Neither, double PValue, int Readers)
{
    private static readonly JsonSerializerOptions Reading = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        RespectNullableAnnotations = true,
    };

    /// <summary>Reads the key and the answers of readers.</summary>
    /// <param name="keyPath">The file that <see cref="JudgementSheet.Write"/> has written.</param>
    /// <param name="answerPaths">Files that the sheet has saved.</param>
    /// <exception cref="InputDataException">A file is no such JSON, or answers belong to another sheet.</exception>
    public static JudgementTally Of(string keyPath, IReadOnlyList<string> answerPaths)
    {
        ArgumentNullException.ThrowIfNull(answerPaths);
        var key = Read<JudgementKey>(keyPath);
        var preferred = key
            .Pairs.SelectMany(pair => new[] { pair.Left, pair.Right })
            .Distinct()
            .Order(StringComparer.Ordinal)
            .ToDictionary(model => model, _ => 0);
        var (alike, neither) = (0, 0);
        foreach (var path in answerPaths)
        {
            var answers = Read<Answers>(path);
            if (answers.Format != JudgementSheet.Format || answers.Sheet != key.Sheet)
            {
                throw new InputDataException(
                    $"'{path}' holds answers of sheet '{answers.Sheet}'; the key '{keyPath}' is of sheet '{key.Sheet}'. Give the "
                        + "key that was written with the sheet."
                );
            }

            foreach (
                var (pair, choice) in answers.Given.Join(
                    key.Pairs,
                    answer => answer.Pair,
                    pair => pair.Pair,
                    (answer, pair) => (pair, answer.Choice)
                )
            )
            {
                switch (choice)
                {
                    case "left":
                        preferred[pair.Left]++;
                        break;
                    case "right":
                        preferred[pair.Right]++;
                        break;
                    case "alike":
                        alike++;
                        break;
                    case "neither":
                        neither++;
                        break;
                }
            }
        }

        return new(preferred, alike, neither, SignTest([.. preferred.Values]), answerPaths.Count);
    }

    private static double SignTest(IReadOnlyList<int> counts)
    {
        var (trials, fewer) = (counts.Sum(), counts.Min());
        if (counts.Count != 2 || trials == 0)
        {
            return 1;
        }

        // The binomial terms of one half, from 0 to the rarer preference.
        double term = Math.Pow(0.5, trials), sum = 0;
        for (var k = 0; k <= fewer; k++)
        {
            sum += term;
            term *= (double)(trials - k) / (k + 1);
        }

        return Math.Min(1, 2 * sum);
    }

    private static T Read<T>(string path)
    {
        try
        {
            return JsonSerializer.Deserialize<T>(File.ReadAllText(path), Reading) ?? throw new JsonException("It is null.");
        }
        catch (JsonException fault)
        {
            throw new InputDataException(
                $"'{path}' is no file of a judgement: {fault.Message} Give the key, or what the sheet has saved.",
                fault
            );
        }
    }

    private sealed record Answer(string Pair, string Choice);

    private sealed record Answers(
        string Format,
        string Sheet,
        [property: System.Text.Json.Serialization.JsonPropertyName("answers")] IReadOnlyList<Answer> Given
    );
}
