namespace Architecture.Tests;

/// <summary>Finds the circles of a graph of references.</summary>
internal static class Circles
{
    /// <summary>Each circle as the references that close it, one per line.</summary>
    /// <param name="edges">From each node to those that it refers to, with an example.</param>
    public static IReadOnlyList<string> Find(IReadOnlyDictionary<string, Dictionary<string, string>> edges)
    {
        // A node belongs to a circle with every node that it reaches and that reaches it.
        var reach = edges.Keys.ToDictionary(node => node, node => Reach(edges, node));
        var seen = new HashSet<string>();
        var circles = new List<string>();
        foreach (var node in edges.Keys.Where(node => reach[node].Contains(node)))
        {
            if (seen.Contains(node))
            {
                continue;
            }

            HashSet<string> members = [.. reach[node].Where(other => reach.TryGetValue(other, out var back) && back.Contains(node))];
            seen.UnionWith(members);
            circles.Add(string.Join('\n', from member in members.Order()
                                          from edge in edges[member]
                                          where members.Contains(edge.Key)
                                          select $"{member} -> {edge.Key} ({edge.Value})"));
        }

        return circles;
    }

    private static HashSet<string> Reach(IReadOnlyDictionary<string, Dictionary<string, string>> edges, string from)
    {
        var reached = new HashSet<string>();
        var open = new Stack<string>([from]);
        while (open.TryPop(out var node))
        {
            foreach (var next in edges.TryGetValue(node, out var targets) ? targets.Keys : Enumerable.Empty<string>())
            {
                if (reached.Add(next))
                {
                    open.Push(next);
                }
            }
        }

        return reached;
    }
}
