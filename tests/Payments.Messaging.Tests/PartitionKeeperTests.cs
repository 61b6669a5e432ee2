using Microsoft.Extensions.Logging;
using Npgsql;
using Payments.Messaging.Tests.Sending;
using Payments.Messaging.Tests.Toy;
using Payments.Testing;

namespace Payments.Messaging.Tests;

[Collection(nameof(ToyCollection))]
public sealed class PartitionKeeperTests : IAsyncLifetime, IDisposable
{
    private const string Attached = """
        SELECT count(*) FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
        WHERE c.relnamespace = current_schema()::regnamespace AND c.relname = $1
        """;

    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);
    private static readonly DateOnly Today = DateOnly.FromDateTime(DateTime.UtcNow);
    private static readonly string Owner = RunDirectory.ConnectionString("operations", "Owner");

    private readonly ToyService _toy;
    private readonly CollectedLog _log = new();
    private readonly ILoggerFactory _loggers;

    public PartitionKeeperTests(ToyService toy)
    {
        _toy = toy;
        _loggers = LoggerFactory.Create(logging => logging.AddProvider(_log));
    }

    public Task InitializeAsync() => Task.CompletedTask;

    /// <summary>The days that only these tests have reached.</summary>
    public async Task DisposeAsync()
    {
        for (var day = Today.AddDays(new InboxOptions().AheadDays + 1); day <= Today.AddDays(60); day = day.AddDays(1))
            await Execute($"DROP TABLE IF EXISTS {Inbox(day)}, {Messages(day)}");
    }

    public void Dispose()
    {
        _loggers.Dispose();
        _log.Dispose();
    }

    [Fact]
    public async Task Keep_NewDay_MakesPartitionsAheadAndDropsExpiredOnes()
    {
        await MakePartitions(Today.AddDays(-60));
        await MakePartitions(Today.AddDays(-40));
        using var keeper = Keeper(new OwnerConnection(Owner), TimeProvider.System, new InboxOptions { AheadDays = 9 });

        await keeper.Keep(CancellationToken.None);

        (await IsAttached(Inbox(Today.AddDays(9)))).ShouldBeTrue("made ahead");
        (await IsAttached(Messages(Today.AddDays(9)))).ShouldBeTrue("made ahead");
        (await Exists(Inbox(Today.AddDays(-60)))).ShouldBeFalse("past 45 days");
        (await IsAttached(Inbox(Today.AddDays(-40)))).ShouldBeTrue("within 45 days");
        (await Exists(Messages(Today.AddDays(-40)))).ShouldBeFalse("past 31 days");
    }

    [Fact]
    public async Task Keep_OneThatWasDetachedAndNotDropped_DropsIt()
    {
        var old = Today.AddDays(-61);
        await MakePartitions(old);
        await Execute($"ALTER TABLE inbox DETACH PARTITION {Inbox(old)}");
        using var keeper = Keeper(new OwnerConnection(Owner), TimeProvider.System);

        await keeper.Keep(CancellationToken.None);

        (await Exists(Inbox(old))).ShouldBeFalse("its keeper died in between");
    }

    [Fact]
    public async Task Keep_AfterWeeksWithoutAKeeper_MakesTheDaysBetween()
    {
        var time = new ManualTime(Noon(Today.AddDays(20)));
        using var keeper = Keeper(new OwnerConnection(Owner), time);

        await keeper.Keep(CancellationToken.None);

        for (var day = Today; day <= Today.AddDays(27); day = day.AddDays(1))
            (await IsAttached(Inbox(day))).ShouldBeTrue($"what was sent on {day} waits in a queue");
    }

    [Fact]
    public async Task Keep_ManyAtOnceOnADayWithoutPartitions_AllSucceed()
    {
        var time = new ManualTime(Noon(Today.AddDays(10)));
        await MakePartitions(Today.AddDays(-50));
        var keepers = Enumerable.Range(0, 6).Select(_ => Keeper(new OwnerConnection(Owner), time)).ToArray();

        await Task.WhenAll(keepers.Select(k => k.Keep(CancellationToken.None))).WaitAsync(Deadline);

        (await IsAttached(Inbox(Today.AddDays(17)))).ShouldBeTrue();
        (await Exists(Inbox(Today.AddDays(-50)))).ShouldBeFalse();
        foreach (var keeper in keepers)
            keeper.Dispose();
    }

    /// <summary>Hours in which the database cannot be reached cost nothing: the next one that can makes what is missing.</summary>
    [Fact]
    public async Task ExecuteAsync_DaysGoBy_HasTheirPartitionsInTimeWhateverHoursFail()
    {
        var server = new NpgsqlConnectionStringBuilder(Owner);
        await using var wire = new Wire(server.Host!, server.Port);
        (server.Host, server.Port) = ("127.0.0.1", wire.Port);
        var time = new ManualTime(Noon(Today));
        // The clock may run far ahead of a slow machine: what others need is not to expire by it.
        var options = new InboxOptions { RowDays = 3650, MessageDays = 3650 };
        using var keeper = Keeper(new OwnerConnection(server.ConnectionString), time, options);
        await keeper.StartAsync(CancellationToken.None);
        (await IsAttached(Inbox(Today.AddDays(8)))).ShouldBeFalse("it is not yet time");

        wire.OnAnswer = _ => Fate.Cut;
        await Eventually.Async("an hour to fail", Deadline, () => Advance(() => Task.FromResult(_log.Warnings.Count > 0)));
        _log.Warnings.ShouldAllBe(w => w.Contains($"made until {Today.AddDays(7):yyyy-MM-dd}"));

        wire.OnAnswer = _ => Fate.Pass;
        var ahead = DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime).AddDays(8);
        await Eventually.Async("tomorrow's furthest day to be made", Deadline, () => Advance(() => IsAttached(Inbox(ahead))));
        await keeper.StopAsync(CancellationToken.None);

        async Task<bool> Advance(Func<Task<bool>> reached)
        {
            if (keeper.ExecuteTask is { IsFaulted: true } ended)
                await ended;
            time.Advance(Hour);
            return await reached();
        }
    }

    private PartitionKeeper Keeper(OwnerConnection owner, TimeProvider time, InboxOptions? options = null) =>
        new(owner, options ?? new InboxOptions(), time, _loggers.CreateLogger<PartitionKeeper>());

    private static DateTimeOffset Noon(DateOnly day) => new(day, new TimeOnly(12, 0), TimeSpan.Zero);

    private static string Inbox(DateOnly day) => $"inbox_{day:yyyyMMdd}";

    private static string Messages(DateOnly day) => $"inbox_message_{day:yyyyMMdd}";

    private static Task MakePartitions(DateOnly day) => Execute($"SELECT ensure_partitions('{day:yyyy-MM-dd}', '{day:yyyy-MM-dd}')");

    private async Task<bool> IsAttached(string partition) => await _toy.Ask<long>(Attached, partition) == 1;

    private async Task<bool> Exists(string partition) => await _toy.Ask<bool>("SELECT to_regclass($1) IS NOT NULL", partition);

    private static async Task Execute(string sql)
    {
        await using var connection = new NpgsqlConnection(Owner);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }
}
