using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.ML.MedicalSegmentation.Explanation;

namespace Microsoft.ML.MedicalSegmentation.Study;

/// <summary>
/// A sheet on which clinicians judge maps of two models: one HTML page of blinded, shuffled pairs, with a form that saves its answers as
/// JSON.
/// </summary>
/// <remarks>
/// The page holds everything and asks no network. It names neither models nor images; which map is whose is in the key, a file of its own
/// that readers do not get. After the user study of Rao et al. 2021, https://arxiv.org/abs/2109.01486, in which clinicians compared such
/// maps.
/// </remarks>
public static class JudgementSheet
{
    /// <summary>Name of the page in its folder.</summary>
    public const string PageName = "judgement.html";

    /// <summary>Name of the key in its folder.</summary>
    public const string KeyName = "judgement-key.json";

    /// <summary>What answers and keys begin with.</summary>
    public const string Format = "medseg-judgement/1";

    private static readonly JsonSerializerOptions Indented = new()
    {
        WriteIndented = true,
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
    };

    /// <summary>Writes page and key.</summary>
    /// <param name="folder">Where to; made if it is missing.</param>
    /// <param name="title">Heading of the page; must not name the models.</param>
    /// <param name="firstModel">Name of the first model, for the key.</param>
    /// <param name="secondModel">Name of the second model, for the key.</param>
    /// <param name="pairs">At least one pair.</param>
    /// <param name="seed">Decides the order of pairs and the sides of maps.</param>
    /// <exception cref="ArgumentException">There are no pairs, or an image and a map have different grids.</exception>
    public static void Write(
        string folder,
        string title,
        string firstModel,
        string secondModel,
        IReadOnlyList<JudgementPair> pairs,
        int seed
    )
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(folder);
        ArgumentNullException.ThrowIfNull(pairs);
        if (pairs.Count == 0)
        {
            throw new ArgumentException("There are no pairs to judge. Give at least one image with two maps.", nameof(pairs));
        }

        var random = new Random(seed);
        var order = Enumerable.Range(0, pairs.Count).ToArray();
        random.Shuffle(order);
        var keys = new List<JudgementKeyEntry>();
        var body = new StringBuilder();
        foreach (var (place, index) in order.Index())
        {
            var (pair, isSwapped, id) = (pairs[index], random.Next(2) == 1, $"pair-{place + 1}");
            keys.Add(new(id, pair.Name, isSwapped ? secondModel : firstModel, isSwapped ? firstModel : secondModel));
            var (left, right) = isSwapped ? (pair.Second, pair.First) : (pair.First, pair.Second);
            AppendPair(body, id, place + 1, pairs.Count, pair, left, right);
        }

        var sheet = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(body.ToString())))[..16];
        Directory.CreateDirectory(folder);
        File.WriteAllText(Path.Combine(folder, PageName), Page(title, sheet, body.ToString()));
        File.WriteAllText(Path.Combine(folder, KeyName), JsonSerializer.Serialize(new JudgementKey(Format, sheet, keys), Indented));
    }

    private static void AppendPair(
        StringBuilder body,
        string id,
        int number,
        int count,
        JudgementPair pair,
        ExplanationMap left,
        ExplanationMap right
    )
    {
        var question = WebUtility.HtmlEncode(pair.Question);
        body.Append($"<fieldset data-pair=\"{id}\"><legend>{number} of {count}: {question}</legend><div class=\"row\">");
        foreach (var (caption, map) in new[] { ("Image", Nothing(left)), ("Left", left), ("Right", right) })
        {
            body.Append(
                $"<figure><img alt=\"{caption} of pair {number}\" "
                    + $"src=\"data:image/png;base64,{Convert.ToBase64String(Png(pair.Image, map))}"
                    + $"\"><figcaption>{caption}</figcaption></figure>"
            );
        }

        body.Append($"</div><p>Which map shows better where this image speaks for {question}?</p><p class=\"choices\">");
        foreach (
            var (value, label) in new[]
            {
                ("left", "Left"),
                ("right", "Right"),
                ("alike", "Both alike"),
                ("neither", "Neither is plausible"),
            }
        )
        {
            body.Append($"<label><input type=\"radio\" name=\"{id}\" value=\"{value}\"> {label}</label>");
        }

        body.Append($"</p><label>Remark <input type=\"text\" name=\"{id}-remark\" maxlength=\"500\"></label></fieldset>\n");
    }

    private static ExplanationMap Nothing(ExplanationMap map) =>
        map with
        {
            Values = Volume.Create(new float[map.Values.Shape.Count], map.Values.Shape, map.Values.Geometry),
        };

    private static byte[] Png(Volume image, ExplanationMap map)
    {
        using var stream = new MemoryStream();
        VolumeFormats.Save(ExplanationOverlay.Draw(image, map), stream, ".png");
        return stream.ToArray();
    }

    private static string Page(string title, string sheet, string body)
    {
        var heading = WebUtility.HtmlEncode(title);
        return $$"""
            <!DOCTYPE html>
            <html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
            <meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data:">
            <title>{{heading}}</title>
            <style>
            body{font:16px/1.5 sans-serif;max-width:64em;margin:1.5em auto;padding:0 1em;color:#1b1b1b}
            fieldset{margin:0 0 1.5em;border:1px solid #bbb;border-radius:6px}
            .row{display:flex;flex-wrap:wrap;gap:1em}figure{margin:0;flex:1 1 12em;max-width:20em}img{width:100%;image-rendering:pixelated;background:#000}
            .choices label{display:inline-block;margin-right:1.2em}input[type=text]{width:24em;max-width:100%}
            button{font:inherit;padding:.4em 1.2em}#state{margin-left:1em}
            </style></head><body>
            <h1>{{heading}}</h1>
            <p>Each image is shown with two maps, brighter where a network's decision rests more. The sides are random. Answers stay in this page until you save them as a file.</p>
            <form id="answers" data-sheet="{{sheet}}" autocomplete="off">
            <p><label>Reader (a code, no name) <input type="text" name="reader" maxlength="40"></label></p>
            {{body}}<p><button type="submit">Save answers</button><span id="state" role="status"></span></p></form>
            <script>
            const form = document.getElementById('answers');
            const pairs = [...form.querySelectorAll('fieldset')].map(set => set.dataset.pair);
            function answers() {
              const data = new FormData(form);
              return { format: '{{Format}}', sheet: form.dataset.sheet, reader: data.get('reader') || '',
                answers: pairs.map(pair => ({ pair, choice: data.get(pair) || '', remark: data.get(pair + '-remark') || '' })) };
            }
            function count() { return answers().answers.filter(answer => answer.choice).length; }
            form.addEventListener('input', () => { document.getElementById('state').textContent = count() + ' of ' + pairs.length + ' answered'; });
            form.addEventListener('submit', event => {
              event.preventDefault();
              const link = document.createElement('a');
              link.href = URL.createObjectURL(new Blob([JSON.stringify(answers(), null, 2)], { type: 'application/json' }));
              link.download = 'judgement-answers.json';
              link.click();
              document.getElementById('state').textContent = 'Saved ' + count() + ' of ' + pairs.length + ' answers.';
            });
            document.body.dataset.sheet = 'ready';
            </script></body></html>
            """;
    }
}

/// <summary>Which map of a pair is whose.</summary>
/// <param name="Pair">The pair's name on the sheet.</param>
/// <param name="Image">The image.</param>
/// <param name="Left">The model of the left map.</param>
/// <param name="Right">The model of the right map.</param>
internal sealed record JudgementKeyEntry(string Pair, string Image, string Left, string Right);

/// <summary>The key of a sheet.</summary>
/// <param name="Format">As <see cref="JudgementSheet.Format"/>.</param>
/// <param name="Sheet">Digest of the sheet.</param>
/// <param name="Pairs">Its pairs.</param>
internal sealed record JudgementKey(string Format, string Sheet, IReadOnlyList<JudgementKeyEntry> Pairs);
