using System.Reflection;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;
using Payments.Messaging;
using Serilog;
using Serilog.Formatting.Json;

namespace Payments.Hosting;

/// <summary>What every service has: configuration, JSON logs, database, migrations, health, metrics.</summary>
public static class ServiceDefaults
{
    private const string Database = "Database";
    private const string Owner = "Owner";
    private static readonly TimeSpan ShutdownTimeout = TimeSpan.FromSeconds(15);

    /// <summary>
    /// Configuration: <c>ConnectionStrings:Database</c> (the service's runtime role, search path on its schema) and
    /// <c>ConnectionStrings:Owner</c> (migrations and partitions).
    /// </summary>
    public static WebApplicationBuilder AddServiceDefaults(this WebApplicationBuilder builder, string service)
    {
        builder.Logging.ClearProviders();
        builder.Logging.AddSerilog(
            new LoggerConfiguration()
                .ReadFrom.Configuration(builder.Configuration)
                .Enrich.FromLogContext()
                .Enrich.WithProperty("Service", service)
                .WriteTo.Console(new JsonFormatter(renderMessage: true))
                .CreateLogger(),
            dispose: true);
        builder.Services.Configure<HostOptions>(host =>
        {
            host.ShutdownTimeout = ShutdownTimeout;
            host.BackgroundServiceExceptionBehavior = BackgroundServiceExceptionBehavior.StopHost;
        });
        builder.Services.TryAddSingleton(TimeProvider.System);
        builder.Services.AddHealthChecks().AddCheck<DatabaseHealthCheck>("database", tags: ["ready"]);

        // Made when they are needed: a missing setting is one sentence of RunService, not a stack trace.
        builder.Services.AddSingleton(_ => NpgsqlDataSource.Create(ByKey(builder.Configuration.Required(Database))));
        builder.Services.AddSingleton(_ => new OwnerConnection(builder.Configuration.Required(Owner)));
        builder.Services.AddSingleton(new MigrationSources([typeof(ICommitter).Assembly, Assembly.GetEntryAssembly()!]));
        builder.Services.AddSingleton<Migrator>();
        builder.Services.AddHostedService<DatabaseGuard>();
        builder.Services.AddMetricsPage();
        return builder;
    }

    /// <summary>
    /// Runs the service, or with the argument <c>migrate</c> its migrations, or with <c>reencrypt</c> the re-encryption of
    /// its tokens. Returns the exit code.
    /// </summary>
    public static async Task<int> RunService(this WebApplication app, string[] args)
    {
        try
        {
            if (args is ["migrate"])
            {
                await app.Services.GetRequiredService<Migrator>().Migrate();
                return 0;
            }

            if (args is ["reencrypt"])
            {
                var reencryptor = app.Services.GetService<Reencryptor>()
                    ?? throw new DependencyMissingException("This service keeps nothing encrypted.");
                await reencryptor.Run(Console.Out);
                return 0;
            }

            app.MapHealthChecks("/health/live", new HealthCheckOptions { Predicate = _ => false });
            app.MapHealthChecks("/health/ready", new HealthCheckOptions { Predicate = check => check.Tags.Contains("ready") });
            app.MapMetricsPage();
            var background = app.Services.GetServices<IHostedService>().OfType<BackgroundService>().ToArray();
            await app.RunAsync();
            // Background work that throws stops the host, which itself ends as if it had been asked to.
            return background.Any(work => work.ExecuteTask is { IsFaulted: true }) ? 1 : 0;
        }
        catch (DependencyMissingException exception)
        {
            await Console.Error.WriteLineAsync(exception.Message);
            return 1;
        }
        finally
        {
            await app.DisposeAsync();
        }
    }

    /// <summary>A connection string that must be there.</summary>
    public static string Required(this IConfiguration configuration, string name) =>
        configuration.GetConnectionString(name)
        ?? throw new DependencyMissingException($"The setting ConnectionStrings:{name} is missing.");

    /// <summary>
    /// A connection string for statements that all find rows by key, as a worker's do, for groups of any size. Each is prepared
    /// the second time a connection runs it. Plans that were made once, while tables were small, must go on finding by key when
    /// they are large: nothing is scanned in sequence, and nothing is planned again. Nothing is compiled either: what has no
    /// index is scanned all the same, at a price so high that the compiler would be called for the smallest of tables.
    /// Nothing here leaves anything behind in a session, so nothing is reset when a connection goes back to the pool: each time
    /// that would be a transaction more. Some are kept for long, and idle: TCP looks after a minute whether the server is there.
    /// And the server whether the worker is: one that is gone in mid-transaction, or stands still there, holds rows that all
    /// others wait for. No worker waits for anything outside while its transaction is open.
    /// </summary>
    /// <remarks>
    /// Not for statements whose best plan depends on their values, as that of a page of a list does on its limit: they would
    /// get one plan for all values.
    /// </remarks>
    public static string ByKey(string connectionString) => new NpgsqlConnectionStringBuilder(connectionString)
    {
        MaxAutoPrepare = 100,
        AutoPrepareMinUsages = 2,
        NoResetOnClose = true,
        TcpKeepAliveTime = 60,
        TcpKeepAliveInterval = 10,
        Options = "-c enable_seqscan=off -c enable_hashjoin=off -c enable_mergejoin=off -c jit=off "
            + "-c plan_cache_mode=force_generic_plan -c idle_in_transaction_session_timeout=20s "
            + "-c tcp_keepalives_idle=15 -c tcp_keepalives_interval=5 -c tcp_keepalives_count=3 -c tcp_user_timeout=20000",
    }.ConnectionString;
}
