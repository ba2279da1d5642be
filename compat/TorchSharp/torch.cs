// Stands in for what is left of TorchSharp.torch: scopes, threads, files, defaults.
using static TorchSharp.PInvoke.NativeMethods;

namespace TorchSharp;

public static partial class torch
{
    public static DisposeScope NewDisposeScope() => new();

    public static DisposeScope? CurrentDisposeScope => DisposeScope.Innermost;

    public static int get_num_threads() => mst_threads();

    public static void set_num_threads(int num) => Check(mst_set_threads(num));

    public static ScalarType get_default_dtype() => ScalarType.Float32;

    public static Device get_default_device() => CPU;

    public static void save(Tensor t, string location) => t.Save(location);

    public static Tensor load(string location)
    {
        using var reader = new BinaryReader(File.OpenRead(location));
        return TensorExtensionMethods.Load(reader);
    }
}
