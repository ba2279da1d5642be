using System.ComponentModel.DataAnnotations;
using Microsoft.EntityFrameworkCore;

namespace Batch;

/// <summary>Where a study stands.</summary>
internal enum StudyStatus
{
    Waiting,
    Done,
    Failed,
}

/// <summary>A row of the table.</summary>
internal sealed class Study
{
    [Key]
    public string Path { get; set; } = "";

    public StudyStatus Status { get; set; }

    public string? Result { get; set; }

    public double? Milliliters { get; set; }

    public string? Error { get; set; }

    public string Name => System.IO.Path.GetFileName(Path);
}

/// <summary>The database; UseNpgsql or UseSqlServer in the place of UseSqlite for other ones.</summary>
internal sealed class StudiesContext(string path) : DbContext
{
    public DbSet<Study> Studies => Set<Study>();

    protected override void OnConfiguring(DbContextOptionsBuilder options) => options.UseSqlite($"Data Source={path}");

    protected override void OnModelCreating(ModelBuilder model) =>
        model.Entity<Study>().Property(study => study.Status).HasConversion<string>();
}
