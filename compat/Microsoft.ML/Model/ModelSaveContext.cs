// Stands in for Microsoft.ML.Core: where a component writes itself, and its parts into folders below its own.
using System.IO.Compression;
using System.Reflection;
using System.Text;

namespace Microsoft.ML;

public sealed class ModelSaveContext : IDisposable
{
    private readonly ZipArchive _zip;
    private readonly string _folder;
    private readonly MemoryStream _body = new();
    private bool _hasLoader;
    private bool _disposed;

    internal ModelSaveContext(ZipArchive zip, string folder)
    {
        _zip = zip;
        _folder = folder;
        Writer = new BinaryWriter(_body, Encoding.UTF8, leaveOpen: true);
    }

    internal BinaryWriter Writer { get; }

    /// <summary>Names the loader; comes before the component writes anything.</summary>
    internal void SetLoader(string signature, Assembly assembly)
    {
        Writer.Write(ModelFormat.Mark);
        Writer.Write(signature);
        Writer.Write(assembly.FullName);
        _hasLoader = true;
    }

    internal void SaveStrings(IReadOnlyCollection<string> values)
    {
        Writer.Write(values.Count);
        foreach (var value in values)
        {
            Writer.Write(value);
        }
    }

    internal void SaveModel(ICanSaveModel component, string name) =>
        SaveModel(_zip, component, ModelFormat.Join(_folder, name));

    internal static void SaveModel(ZipArchive zip, ICanSaveModel component, string folder)
    {
        using var context = new ModelSaveContext(zip, folder);
        component.Save(context);
        context.Commit();
    }

    public void Dispose()
    {
        if (_disposed)
        {
            return;
        }

        _disposed = true;
        Writer.Dispose();
        _body.Dispose();
    }

    // A zip that is being written has one open entry at a time, so a component is kept until its parts are written.
    private void Commit()
    {
        if (!_hasLoader)
        {
            throw new InvalidOperationException($"The component saved to '{_folder}' wrote no loader signature.");
        }

        Writer.Flush();
        using var entry = _zip.CreateEntry(ModelFormat.Join(_folder, ModelFormat.KeyEntry)).Open();
        _body.Position = 0;
        _body.CopyTo(entry);
    }
}
