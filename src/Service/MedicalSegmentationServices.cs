using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.ML.MedicalSegmentation.AspNetCore;
using Microsoft.ML.MedicalSegmentation.AspNetCore.Dicomweb;
using Microsoft.ML.MedicalSegmentation.AspNetCore.Http;
using Microsoft.ML.MedicalSegmentation.AspNetCore.Jobs;
using Microsoft.ML.MedicalSegmentation.AspNetCore.Models;
using Microsoft.ML.MedicalSegmentation.AspNetCore.Scoring;
using Npgsql;
using Quartz;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds the segmentation service to an application.</summary>
public static class MedicalSegmentationServices
{
    /// <summary>Name of the OpenAPI document.</summary>
    internal const string DocumentName = "segmentation";

    /// <summary>Adds models, the durable queue of jobs and all that <c>MapMedicalSegmentation</c> needs.</summary>
    /// <param name="services">The application's services.</param>
    /// <param name="configure">Adds models and sets limits.</param>
    /// <exception cref="ArgumentException">An option is out of range; names all of them.</exception>
    /// <example><code>
    /// builder.Services.AddMedicalSegmentation(options => options.AddModel("liver", "liver.zip"));
    /// app.MapMedicalSegmentation("/segmentation");
    /// </code></example>
    public static IServiceCollection AddMedicalSegmentation(this IServiceCollection services, Action<SegmentationServiceOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(configure);
        var options = new SegmentationServiceOptions();
        configure(options);
        options.Validate();
        Directory.CreateDirectory(options.WorkFolder);

        services.TryAddSingleton(Options.Options.Create(options));
        services.AddSingleton<ModelStore>();
        services.AddHostedService(provider => provider.GetRequiredService<ModelStore>());
        services.AddSingleton<ScoringGate>();
        services.AddHostedService<IdleMemory>();
        services.AddSingleton(provider => new ServiceTelemetry(() => provider.GetRequiredService<ScoringGate>().Load));
        services.AddSingleton<CaseScoring>();
        services.AddSingleton<JobQueue>();
        services.AddSingleton<ScoreEndpoint>();
        services.AddSingleton<JobEndpoints>();
        services.AddTransient<ScoringJob>();
        services.AddQuartz(quartz => Configure(quartz, options));
        services.AddQuartzHostedService(hosted => hosted.WaitForJobsToComplete = false);
        services.AddHostedService<JobHousekeeping>();
        services.AddHealthChecks();
        services.AddOpenApi(DocumentName);
        return services;
    }

    /// <summary>Adds a worker that scores new series of a PACS over DICOMweb and stores the results there.</summary>
    /// <param name="services">The application's services, with <see cref="AddMedicalSegmentation"/>.</param>
    /// <param name="configure">The PACS and the rule.</param>
    /// <exception cref="ArgumentException">An option is out of range; names all of them.</exception>
    public static IServiceCollection AddPacsWorker(this IServiceCollection services, Action<PacsWorkerOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(configure);
        var rule = new PacsWorkerOptions();
        configure(rule);
        rule.Validate();
        services.AddHttpClient("medseg-pacs");
        services.AddHostedService(provider =>
            ActivatorUtilities.CreateInstance<PacsWorker>(
                provider,
                rule,
                provider.GetRequiredService<IHttpClientFactory>().CreateClient("medseg-pacs")
            )
        );
        return services;
    }

    private static void Configure(IQuartzBuilder quartz, SegmentationServiceOptions options)
    {
        // A node takes no more jobs than it can score, so that the others are left to other nodes.
        quartz.UseDefaultThreadPool(options.MaximumConcurrency);
        quartz.UsePersistentStore(store =>
        {
            if (options.PostgresConnectionString is { } connection)
            {
                store.UsePostgres(NpgsqlFactory.Instance, connection);
                store.UseClustering(cluster =>
                {
                    cluster.CheckinInterval = options.NodeCheckIn;
                    cluster.CheckinMisfireThreshold = options.NodeCheckIn;
                });
            }
            else
            {
                store.UseSqlite(
                    SqliteFactory.Instance,
                    new SqliteConnectionStringBuilder { DataSource = Path.Combine(options.WorkFolder, "jobs.db") }.ConnectionString
                );
            }

            store.ProvisionSchema();
        });
    }
}
