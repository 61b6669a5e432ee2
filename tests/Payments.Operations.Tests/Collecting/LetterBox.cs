using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.Extensions.Options;
using Npgsql;
using Payments.Contracts;
using Payments.Messaging;
using Payments.Operations.Collecting;
using Payments.Operations.Views;
using Payments.Testing;
using RabbitMQ.Client;

namespace Payments.Operations.Tests.Collecting;

/// <summary>The tests that run a collector: each empties every dead-letter queue of the broker.</summary>
[CollectionDefinition(Name)]
public sealed class CollectingCollection : ICollectionFixture<OperationsApp>
{
    public const string Name = "collecting";
}

/// <summary>A dead-letter queue of a test's own, on the real broker, and what became of its letters in the real database.</summary>
internal sealed class LetterBox : IAsyncDisposable
{
    public static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    private LetterBox(IConnection connection, IChannel channel)
    {
        Connection = connection;
        Channel = channel;
    }

    public string Endpoint { get; } = $"test-{Ulid.NewUlid().ToString().ToLower(CultureInfo.InvariantCulture)}";

    public string Queue => $"{Endpoint}_error";

    public IConnection Connection { get; }

    public IChannel Channel { get; }

    public CollectedLog Log { get; } = new();

    public static NpgsqlDataSource Database { get; } =
        NpgsqlDataSource.Create(RunDirectory.ConnectionString("operations", "Database"));

    public static async Task<LetterBox> Open()
    {
        var box = await Unopened();
        await box.Declare();
        return box;
    }

    /// <summary>Without a queue yet.</summary>
    public static async Task<LetterBox> Unopened()
    {
        var uri = new Uri(RunDirectory.Settings("operations")["RabbitMq__Uri"]);
        var connection = await new ConnectionFactory { Uri = uri }.CreateConnectionAsync();
        return new LetterBox(connection, await connection.CreateChannelAsync(
            new CreateChannelOptions(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true)));
    }

    public Task Declare() => Declare(Queue);

    /// <summary>The queue in which the messages were before they failed; nobody consumes it.</summary>
    public Task DeclareEndpoint() => Declare(Endpoint);

    /// <summary>A quorum queue.</summary>
    public Task<QueueDeclareOk> Declare(string queue, Dictionary<string, object?>? arguments = null) => Channel.QueueDeclareAsync(
        queue, durable: true, exclusive: false, autoDelete: false,
        new Dictionary<string, object?>(arguments ?? []) { ["x-queue-type"] = "quorum" });

    public async ValueTask DisposeAsync()
    {
        await Channel.QueueDeleteAsync(Queue);
        await Channel.QueueDeleteAsync(Endpoint);
        // Whoever publishes for a later test must not find them.
        await OperationsApp.Sql(
            "UPDATE dead_letter_replay SET state = 'withdrawn' WHERE state = 'claimed' AND letter_id IN (SELECT letter_id FROM dead_letter WHERE queue = $1)",
            Queue);
        await Connection.DisposeAsync();
    }

    public async Task Publish(byte[] body, Action<BasicProperties>? properties = null)
    {
        var described = new BasicProperties { DeliveryMode = DeliveryModes.Persistent };
        properties?.Invoke(described);
        await Channel.BasicPublishAsync("", Queue, mandatory: true, described, body);
    }

    /// <summary>A message that MassTransit has given up, as far as headers go.</summary>
    public Task PublishFault(
        string id, string exceptionType = "System.InvalidOperationException", string? stack = null, Ulid? replayId = null) => Publish(
        Encoding.UTF8.GetBytes($$"""{"number":"{{id}}"}"""),
        p =>
        {
            p.MessageId = id;
            p.Headers = new Dictionary<string, object?>
            {
                ["MT-Reason"] = "fault",
                ["MT-Fault-ExceptionType"] = exceptionType,
                ["MT-Fault-Message"] = $"It failed, {id}.",
                ["MT-Fault-Timestamp"] = "2026-01-31T13:00:00.1234567Z",
                ["MT-Fault-StackTrace"] = stack ?? "   at Payments.Toy.Fail() in /src/Toy.cs:line 7",
            };
            if (replayId is { } replay)
                p.Headers["x-replay-id"] = replay.ToString();
        });

    /// <summary>A collector in this process, started.</summary>
    public async Task<DeadLetterCollector> Collect(NpgsqlDataSource? database = null, string? views = null)
    {
        var collector = Collector(database, views);
        await collector.StartAsync(CancellationToken.None);
        return collector;
    }

    /// <summary>Collects what is there, so many letters, and stops.</summary>
    public async Task<IReadOnlyList<Row>> CollectAll(int count)
    {
        IReadOnlyList<Row> rows;
        do
        {
            using var collector = await Collect();
            rows = await Await(count);
            // One whose letters came back has nothing to wait for: stopped before it is connected, it would never take them.
            await Eventually.Async($"{Queue} to be taken", Deadline, async () => await Channel.MessageCountAsync(Queue) == 0);
            await collector.StopAsync(CancellationToken.None);
        }
        while (await Channel.MessageCountAsync(Queue) > 0);

        return rows;
    }

    /// <summary>Waits for letters of this queue.</summary>
    public Task<IReadOnlyList<Row>> Await(int count) => Eventually.Async(
        $"{count} letters of {Queue}", Deadline, Rows, rows => rows.Count >= count);

    public async Task<IReadOnlyList<Row>> Rows()
    {
        await using var command = Database.CreateCommand(
            """
            SELECT l.letter_id, l.headers, l.body, l.body_bytes, l.body_sha256, l.body_kind, l.card_numbers, l.group_id,
                   l.failed_at, l.exception_type, l.occurrence,
                   (SELECT string_agg(bytes, ''::bytea ORDER BY position) FROM dead_letter_part p WHERE p.letter_id = l.letter_id)
            FROM dead_letter l
            WHERE l.queue = $1
            ORDER BY l.letter_id
            """);
        command.Parameters.Add(new NpgsqlParameter { Value = Queue });
        await using var reader = await command.ExecuteReaderAsync();
        var rows = new List<Row>();
        while (await reader.ReadAsync())
        {
            rows.Add(new Row(
                Ulid.FromGuid(reader.GetGuid(0)), JsonNode.Parse(reader.GetFieldValue<byte[]>(1))!,
                reader.IsDBNull(2) ? null : reader.GetFieldValue<byte[]>(2), reader.GetInt64(3),
                reader.GetFieldValue<byte[]>(4), reader.GetString(5), reader.GetInt32(6), Ulid.FromGuid(reader.GetGuid(7)),
                reader.GetFieldValue<DateTimeOffset>(8), reader.IsDBNull(9) ? null : reader.GetString(9), reader.GetInt32(10),
                reader.IsDBNull(11) ? null : reader.GetFieldValue<byte[]>(11)));
        }

        return rows;
    }

    /// <summary>Waits until the broker has no letter of this queue any more, delivered or not.</summary>
    public Task AwaitEmpty() => Eventually.Async(
        $"{Queue} to be empty", Deadline, async () => await Total() == 0, retryOn: error => error is HttpRequestException);

    /// <summary>Ready and unacknowledged messages, as the management API has them, some seconds late.</summary>
    public async Task<long> Total()
    {
        var queue = JsonNode.Parse(await ManagementApi.Send(HttpMethod.Get, $"api/queues/%2F/{Queue}"))!;
        return (long?)queue["messages"] ?? -1;
    }

    public static CollectingOptions Options { get; } = new() { DiscoveryInterval = TimeSpan.FromMilliseconds(300) };

    /// <summary>What is logged here.</summary>
    public Microsoft.Extensions.Logging.ILogger<T> LoggerOf<T>() => new Logger<T>(Log);

    private DeadLetterCollector Collector(NpgsqlDataSource? database, string? views)
    {
        var configuration = RunDirectory.Configuration("operations");
        return new DeadLetterCollector(
            Options,
            Microsoft.Extensions.Options.Options.Create(new BrokerOptions { Uri = new Uri(configuration["RabbitMq:Uri"]!) }),
            new BrokerManagement(configuration, TimeProvider.System),
            new KnownPayments(
                new PooledDbContextFactory<OpsByKeyContext>(
                    new DbContextOptionsBuilder<OpsByKeyContext>().UseNpgsql(views ?? configuration["ConnectionStrings:OpsReader"]).Options),
                LoggerOf<KnownPayments>()),
            new LetterTable(database ?? Database, Options),
            TimeProvider.System,
            LoggerOf<DeadLetterCollector>());
    }

    /// <summary>What is stored of a letter.</summary>
    internal sealed record Row(
        Ulid Id, JsonNode Headers, byte[]? Body, long BodyBytes, byte[] Hash, string Kind, int CardNumbers, Ulid Group,
        DateTimeOffset FailedAt, string? ExceptionType, int Occurrence, byte[]? Parts);

    private sealed class Logger<T>(CollectedLog log) : Microsoft.Extensions.Logging.ILogger<T>
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(Microsoft.Extensions.Logging.LogLevel logLevel) => log.IsEnabled(logLevel);

        public void Log<TState>(
            Microsoft.Extensions.Logging.LogLevel logLevel, Microsoft.Extensions.Logging.EventId eventId, TState state,
            Exception? exception, Func<TState, Exception?, string> formatter) =>
            log.Log(logLevel, eventId, state, exception, formatter);
    }
}
