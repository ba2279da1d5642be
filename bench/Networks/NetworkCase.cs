using System.Text.Json;
using Microsoft.ML.MedicalSegmentation.Export;
using Microsoft.ML.MedicalSegmentation.Export.Optimization;
using Microsoft.ML.MedicalSegmentation.Networks.Definition;
using TorchSharp;

namespace Microsoft.ML.MedicalSegmentation.Bench;

/// <summary>A network at a size, and its peer.</summary>
/// <param name="Key">Its name on the command line.</param>
/// <param name="Title">Its name in the table.</param>
/// <param name="Peer">The class of the peer in bench/peers.</param>
/// <param name="PeerArguments">What that class is made with.</param>
/// <param name="Image">[batch, channels, S].</param>
/// <param name="Create">Makes our network.</param>
internal sealed record NetworkCase(
    string Key, string Title, string Peer, Dictionary<string, object> PeerArguments, long[] Image, Func<Network> Create)
{
    /// <summary>The sizes in words.</summary>
    public string Size => $"{Image[0]} x {Image[1]} x {string.Join("x", Image[2..])}";

    /// <summary>Writes weights, data, the exported file, and what the sides are told.</summary>
    public void Write(string folder, BenchOptions options)
    {
        torch.manual_seed(0);
        using var network = Create();
        Disturb(network);
        network.save(Path.Combine(folder, "weights.dat"));
        using var image = torch.randn(Image);
        File.WriteAllBytes(Path.Combine(folder, "image.bin"), image.bytes.ToArray());
        using var labels = torch.randint(0, Math.Max(2, network.Options.Classes), [Image[0], .. Image[2..]]);
        File.WriteAllBytes(Path.Combine(folder, "labels.bin"), labels.bytes.ToArray());
        network.eval();
        if (options.Onnx)
        {
            OnnxExport.Write(network, Image[2..], [], Path.Combine(folder, "model.onnx"));
        }

        File.WriteAllText(Path.Combine(folder, CaseFile.Name), JsonSerializer.Serialize(new CaseFile(
            Key, Peer, PeerArguments, Image, options.Threads, options.Device, options.Precision, options.Scale.ToString())));
    }

    /// <summary>The network as an ONNX file.</summary>
    public byte[] Export(OnnxRewritings rewritings)
    {
        torch.manual_seed(0);
        using var network = Create();
        Disturb(network);
        network.eval();
        using var file = new MemoryStream();
        OnnxExport.Write(network, Image[2..], [], file, rewritings);
        return file.ToArray();
    }

    // Scales that start at 0 would hide what they multiply, and running statistics of 0 and 1 their use.
    private static void Disturb(Network network)
    {
        using var noGradients = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        foreach (var parameter in network.parameters())
        {
            parameter.add_(torch.randn_like(parameter) * 0.02);
        }

        foreach (var (name, buffer) in network.named_buffers())
        {
            if (name.EndsWith("running_mean", StringComparison.Ordinal))
            {
                buffer.copy_(torch.randn_like(buffer) * 0.1);
            }
            else if (name.EndsWith("running_var", StringComparison.Ordinal))
            {
                buffer.copy_((torch.rand_like(buffer) * 0.5) + 0.75);
            }
        }
    }
}
