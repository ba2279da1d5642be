using System.Reflection;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace MedSeg.Configuration;

/// <summary>What the library's documentation says of its options; nothing where the XML files are not beside the program.</summary>
internal sealed partial class DocumentationComments
{
    private readonly Dictionary<string, Dictionary<string, string>> _texts = [];

    /// <summary>Purpose, limits and default of a property or field; null if there is no text.</summary>
    public string? Of(MemberInfo member)
    {
        if (member.DeclaringType is not { FullName: { } type } declaring)
        {
            return null;
        }

        if (!_texts.TryGetValue(declaring.Assembly.Location, out var texts))
        {
            texts = _texts[declaring.Assembly.Location] = Read(Path.ChangeExtension(declaring.Assembly.Location, ".xml"));
        }

        return texts.GetValueOrDefault($"{(member is FieldInfo ? 'F' : 'P')}:{type.Replace('+', '.')}.{member.Name}");
    }

    private static Dictionary<string, string> Read(string path) =>
        !File.Exists(path)
            ? []
            : XDocument
                .Load(path)
                .Descendants("member")
                .Where(member => member.Attribute("name")?.Value is ['P' or 'F', ':', ..])
                .Select(member =>
                    (
                        Name: member.Attribute("name")?.Value ?? "",
                        Text: string.Join(
                            ' ',
                            new[] { "summary", "value" }.Select(part => Plain(member.Element(part))).Where(text => text.Length > 0)
                        )
                    )
                )
                .Where(member => member.Text.Length > 0)
                .DistinctBy(member => member.Name)
                .ToDictionary(member => member.Name, member => member.Text);

    private static string Plain(XElement? element) =>
        element is null
            ? ""
            : Space()
                .Replace(
                    string.Concat(
                        element
                            .Nodes()
                            .Select(node =>
                                node switch
                                {
                                    XText text => text.Value,
                                    XElement { IsEmpty: true } reference => (
                                        reference.Attribute("cref") ?? reference.Attribute("langword") ?? reference.Attribute("name")
                                    )
                                        ?.Value.Split('(')[0]
                                        .Split('.', ':')[^1]
                                        ?? "",
                                    XElement inner => Plain(inner),
                                    _ => "",
                                }
                            )
                    ),
                    " "
                )
                .Trim();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Space();
}
