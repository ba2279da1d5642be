// Stands in for internals of Microsoft.ML.Core: reads a component of a model file through the loader that it names.
using System.IO.Compression;
using System.Reflection;
using Microsoft.ML.Runtime;

namespace Microsoft.ML;

internal sealed class ModelLoadContext : IDisposable
{
    private const int LargestCount = 1 << 24;

    private readonly ZipArchive _zip;
    private readonly string _folder;

    private ModelLoadContext(ZipArchive zip, string folder)
    {
        _zip = zip;
        _folder = folder;
        var name = ModelFormat.Join(folder, ModelFormat.KeyEntry);
        var entry = zip.GetEntry(name) ?? throw ModelFormat.Damaged(name, "is missing");
        Reader = new BinaryReader(entry.Open());
    }

    public BinaryReader Reader { get; }

    public static T LoadModel<T>(IHostEnvironment environment, ZipArchive zip, string folder)
        where T : class
    {
        using var context = new ModelLoadContext(zip, folder);
        try
        {
            return context.Load(environment) as T
                ?? throw ModelFormat.Damaged(folder, $"holds no {typeof(T).Name}");
        }
        catch (EndOfStreamException)
        {
            throw ModelFormat.Damaged(folder, "ends too early");
        }
    }

    public T LoadModel<T>(IHostEnvironment environment, string name)
        where T : class => LoadModel<T>(environment, _zip, ModelFormat.Join(_folder, name));

    public int LoadCount()
    {
        var count = Reader.ReadInt32();
        return count is >= 0 and <= LargestCount
            ? count
            : throw ModelFormat.Damaged(_folder, $"says that it has {count} items");
    }

    public string[] LoadStrings()
    {
        var values = new List<string>();
        for (var rest = LoadCount(); rest > 0; rest--)
        {
            values.Add(Reader.ReadString());
        }

        return values.ToArray();
    }

    public void Dispose() => Reader.Dispose();

    private object Load(IHostEnvironment environment)
    {
        if (Reader.ReadString() != ModelFormat.Mark)
        {
            throw ModelFormat.Damaged(_folder, "does not start with the mark of the ML.NET stand-in's models");
        }

        var signature = Reader.ReadString();
        var assembly = LoadAssembly(Reader.ReadString());
        var loader = assembly.GetCustomAttributes<LoadableClassAttribute>()
            .FirstOrDefault(candidate => candidate.Signature == signature)?.Loader
            ?? throw ModelFormat.Damaged(_folder, $"needs the loader '{signature}', which '{assembly}' lacks");
        var create = loader.GetMethod("Create", BindingFlags.Static | BindingFlags.NonPublic | BindingFlags.Public);
        try
        {
            return create.Invoke(null, [environment, this]);
        }
        catch (TargetInvocationException exception)
            when (exception.InnerException is FormatException or InvalidOperationException)
        {
            throw new InvalidOperationException("Error during class instantiation", exception);
        }
    }

    private Assembly LoadAssembly(string name)
    {
        try
        {
            return Assembly.Load(name);
        }
        catch (Exception exception) when (exception is IOException or BadImageFormatException or ArgumentException)
        {
            throw new FormatException(
                $"The model file's entry '{_folder}' needs the assembly '{name}', which could not be loaded.", exception);
        }
    }
}
