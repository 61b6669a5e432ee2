using MassTransit;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;
using Payments.Contracts;
using Payments.Testing;

namespace Payments.Messaging.Tests.Toy;

/// <summary>A service with one consumer, in this process, on the real servers; in the schema of Operations, which has the tables.</summary>
public sealed class ToyService : IAsyncLifetime
{
    /// <summary>
    /// One of the topology's, as it has stood for a while: a queue that was declared seconds before is lost with a broker
    /// that is killed.
    /// </summary>
    public const string Queue = Routes.Queries;

    private const string Schema = "operations";

    private IHost _host = null!;

    public BrokerClient Broker { get; private set; } = null!;

    public NpgsqlDataSource Database { get; private set; } = null!;

    internal ICommitter Committer => _host.Services.GetRequiredService<ICommitter>();

    internal Deliveries Deliveries => _host.Services.GetRequiredService<Deliveries>();

    internal IConfirmedPublisher Publisher => _host.Services.GetRequiredService<IConfirmedPublisher>();

    internal T Get<T>()
        where T : notnull => _host.Services.GetRequiredService<T>();

    public async Task InitializeAsync()
    {
        await CreateTable(Schema);
        Broker = await BrokerClient.Connect(Schema);
        await Broker.Hear<SellerUpdated>();
        var configuration = RunDirectory.Configuration(Schema);
        var connection = new NpgsqlConnectionStringBuilder(RunDirectory.ConnectionString(Schema, "Database")) { ApplicationName = "toy" };
        Database = NpgsqlDataSource.Create(connection);
        _host = Compose(configuration, Database, Queue);
        await _host.StartAsync();
    }

    public async Task DisposeAsync()
    {
        await _host.StopAsync();
        _host.Dispose();
        await Broker.DisposeAsync();
        await Database.DisposeAsync();
    }

    /// <summary>How often the seller was counted.</summary>
    public async Task<int> CountOf(string seller)
    {
        await using var command = Database.CreateCommand("SELECT coalesce((SELECT count FROM toy WHERE seller = $1), 0)");
        command.Parameters.Add(Sql.Value(seller));
        return (int)(await command.ExecuteScalarAsync())!;
    }

    public async Task<T> Ask<T>(string sql, params object[] values)
    {
        await using var command = Database.CreateCommand(sql);
        foreach (var value in values)
            command.Parameters.Add(new NpgsqlParameter { Value = value });
        return (T)(await command.ExecuteScalarAsync())!;
    }

    /// <summary>The toy on any queue of the topology.</summary>
    internal static IHost Compose(
        IConfiguration configuration, NpgsqlDataSource database, string queue, Action<HostApplicationBuilder>? configure = null)
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders();
        configure?.Invoke(builder);
        builder.Services.AddSingleton(database);
        builder.Services.AddSingleton(new OwnerConnection(RunDirectory.ConnectionString(Schema, "Owner")));
        builder.Services.AddLoader<ToyLoader, string, int>();
        builder.Services.AddWriter<ToyWriter>();
        builder.Services.AddDurableMessaging(
            configuration,
            bus => bus.AddConsumer<ToyConsumer>(),
            (context, rabbit) => rabbit.Queue(context, queue, endpoint => endpoint.ConfigureConsumer<ToyConsumer>(context)));
        return builder.Build();
    }

    internal static async Task CreateTable(string schema)
    {
        await using var owner = NpgsqlDataSource.Create(RunDirectory.ConnectionString(schema, "Owner"));
        await using var command = owner.CreateCommand($"""
            CREATE TABLE IF NOT EXISTS toy (seller text NOT NULL PRIMARY KEY, count integer NOT NULL CHECK (count >= 0));
            GRANT SELECT, INSERT, UPDATE ON toy TO {schema}_runtime;
            """);
        await command.ExecuteNonQueryAsync();
    }
}

/// <summary>One service for all classes; they run one after the other, as some take a server down.</summary>
[CollectionDefinition(nameof(ToyCollection))]
public sealed class ToyCollection : ICollectionFixture<ToyService>;
