namespace Architecture.Tests;

/// <summary>One C# file.</summary>
/// <param name="Path">Below the root, with forward slashes.</param>
/// <param name="Project">The project's folder.</param>
/// <param name="RootNamespace">The namespace of the project's folder.</param>
/// <param name="Namespace">What the file declares.</param>
/// <param name="Types">The types outside other types.</param>
/// <param name="Lines">Its length.</param>
internal sealed record SourceFile(
    string Path,
    string Project,
    string RootNamespace,
    string Namespace,
    IReadOnlyList<DeclaredType> Types,
    int Lines
)
{
    /// <summary>The folder, below the root.</summary>
    public string Folder => Path[..Path.LastIndexOf('/')];

    /// <summary>The namespace that the folder gives.</summary>
    public string FolderNamespace =>
        Folder == Project ? RootNamespace : $"{RootNamespace}.{Folder[(Project.Length + 1)..].Replace('/', '.')}";
}

/// <summary>A type outside other types.</summary>
/// <param name="Name">Without namespace and type parameters.</param>
/// <param name="IsPublic">Whether applications see it.</param>
internal sealed record DeclaredType(string Name, bool IsPublic);
