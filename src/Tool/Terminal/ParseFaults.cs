using System.CommandLine;
using System.CommandLine.Invocation;
using System.CommandLine.Parsing;
using System.Text.RegularExpressions;

namespace MedSeg.Terminal;

/// <summary>What is wrong with a command line, in the words of the command line.</summary>
internal static partial class ParseFaults
{
    /// <summary>Reports the faults and where help is; a call without any argument shows all commands instead.</summary>
    /// <returns>True if there are faults, and nothing is to be run.</returns>
    public static bool Report(ParseResult parsed)
    {
        var command = parsed.CommandResult;
        var taken = parsed.Action is ParseErrorAction ? [] : OptionsTakenForFiles(parsed).ToList();
        foreach (var text in taken)
        {
            Terminal.Report.Problem(text);
        }

        if (taken.Count > 0)
        {
            Terminal.Report.Step($"`{NameOf(command)} --help` lists the options.");
            return true;
        }

        if (parsed.Action is not ParseErrorAction || parsed.Tokens.Count == 0)
        {
            return false;
        }

        var strange = parsed.UnmatchedTokens.Select(token => Unknown(token, command.Command)).ToList();
        var others = parsed.Errors.Select(error => Describe(error.Message))
            .Where(text => strange.Count == 0 || !(text.StartsWith("Unrecognized", StringComparison.Ordinal) || text == RequiredCommand));
        foreach (var text in strange.Concat(others).Distinct())
        {
            Terminal.Report.Problem(text);
        }

        Terminal.Report.Step($"`{NameOf(command)} --help` lists the {(command.Command.Subcommands.Count > 0 ? "commands" : "options")}.");
        return true;
    }

    /// <summary>A message of the parser without names of .NET's types.</summary>
    public static string Describe(string message)
    {
        var wrong = WrongValue().Match(message);
        if (!wrong.Success)
        {
            return message;
        }

        var (value, name) = (wrong.Groups["value"].Value, wrong.Groups["name"].Value);
        string[] known =
        [
            .. wrong.Groups["known"].Value.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries),
        ];
        var rule = known.Length > 0 ? $"use one of {string.Join(", ", known)}" : wrong.Groups["type"].Value switch
        {
            "System.Int32" or "System.Int64" => "it must be a whole number",
            "System.Double" or "System.Single" => "it must be a number, with a point for fractions, such as 0.5",
            "System.Boolean" => "it must be true or false",
            _ => "it cannot be read",
        };
        return $"{name} is '{value}'; {rule}.";
    }

    private const string RequiredCommand = "Required command was not provided.";

    // An argument that takes any number of files takes an option that does not exist as well.
    private static IEnumerable<string> OptionsTakenForFiles(ParseResult parsed) =>
        parsed.Tokens.Any(token => token.Type == TokenType.DoubleDash)
            ? []
            : parsed.CommandResult.Children.OfType<ArgumentResult>()
                .SelectMany(argument => argument.Tokens)
                .Where(token => token.Value.StartsWith("--", StringComparison.Ordinal) && !Path.Exists(token.Value))
                .Select(token => Unknown(token.Value, parsed.CommandResult.Command));

    private static string Unknown(string token, Command command)
    {
        var isOption = token.StartsWith('-');
        var known = isOption ? command.Options.Select(option => option.Name) : command.Subcommands.Select(one => one.Name);
        var what = isOption ? "option" : command.Subcommands.Count > 0 ? "command" : "further argument";
        return $"There is no {what} '{token}' here.{(NearestName.Of(token, known) is { } meant ? $" Did you mean {meant}?" : "")}";
    }

    private static string NameOf(CommandResult command)
        => command.Parent is CommandResult parent ? $"{NameOf(parent)} {command.Command.Name}" : "medseg";

    [GeneratedRegex(
        @"^Cannot parse argument '(?<value>.*)' for (?:option|command|argument) '(?<name>[^']*)' as expected type "
            + @"'(?:System\.Nullable`1\[)?(?<type>[^'\]]*)\]?'\.(?: Did you mean one of the following\?(?<known>.*))?$",
        RegexOptions.Singleline)]
    private static partial Regex WrongValue();
}
