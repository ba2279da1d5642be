using System.CommandLine;
using MedSeg.Terminal;
using Microsoft.ML.MedicalSegmentation.Networks;

namespace MedSeg.Commands;

/// <summary>medseg networks: what there is to train, how large it is and how much it computes.</summary>
internal sealed class NetworksCommand : IToolCommand
{
    private readonly Option<bool> _json = SharedOptions.Json();

    public Command Build()
    {
        var command = new Command("networks", "Lists the networks and their published forms, with parameters and multiply-accumulates.")
        {
            _json,
        };
        command.SetAction((arguments, cancellation) => Task.Run(() => Run(arguments, cancellation), cancellation));
        return command;
    }

    private int Run(ParseResult arguments, CancellationToken cancellation)
    {
        var costs = new List<NetworkCost>();
        foreach (var entry in NetworkList.All)
        {
            foreach (var preset in entry.Presets.Keys)
            {
                cancellation.ThrowIfCancellationRequested();
                costs.Add(NetworkCost.Of(entry, preset));
            }
        }

        if (arguments.GetValue(_json))
        {
            Report.Json(costs);
        }
        else
        {
            Report.Table(
                ["network", "preset", "input", "classes", "parameters", "of which unused", "GMACs by weights", "GMACs of attention"],
                costs.Select(Row),
                Sections(costs)
            );
        }

        return ExitCode.Success;
    }

    // A terminal of 80 columns holds the networks as headings.
    internal static Section[] Sections(IEnumerable<NetworkCost> costs) =>
    [
        .. costs.GroupBy(cost => cost.Network).Select(network => new Section(
            network.Key, ["preset", "input", "classes", "weights", "GMACs", "attention"], [.. network.Select(Narrow)])),
    ];

    private static string[] Narrow(NetworkCost cost) =>
    [
        cost.Preset,
        string.Join("x", cost.Input),
        $"{cost.Classes}",
        $"{cost.Parameters / 1e6:0.00} M",
        $"{cost.MultiplyAccumulates / 1e9:0.0}",
        $"{cost.AttentionMultiplyAccumulates / 1e9:0.0}",
    ];

    private static string[] Row(NetworkCost cost) =>
    [
        cost.Network,
        cost.Preset,
        string.Join(" x ", cost.Input),
        $"{cost.Classes}",
        $"{cost.Parameters:N0}",
        $"{cost.UnusedParameters:N0}",
        $"{cost.MultiplyAccumulates / 1e9:0.000}",
        $"{cost.AttentionMultiplyAccumulates / 1e9:0.000}",
    ];
}
