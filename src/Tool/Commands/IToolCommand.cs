using System.CommandLine;

namespace MedSeg.Commands;

/// <summary>One subcommand of medseg.</summary>
internal interface IToolCommand
{
    /// <summary>Its name, description, options and action.</summary>
    Command Build();
}
