using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Payments.Testing;

namespace Payments.Messaging.Tests.Committing;

/// <summary>
/// The committer as a process has it, on the real database, with connections that can be told from all others; and what
/// settles deliveries by it.
/// </summary>
internal sealed class RealCommitter : IAsyncDisposable
{
    private readonly CollectedLog _log = new();
    private readonly ServiceProvider _services;
    private readonly NpgsqlDataSource _dataSource;

    private RealCommitter(NpgsqlDataSource dataSource, Postbox postbox, TimeProvider time)
    {
        _dataSource = dataSource;
        _services = new ServiceCollection()
            .AddLogging(logging => logging.AddProvider(_log))
            .AddSingleton(_dataSource)
            .AddSingleton(time)
            .AddSingleton(Groups)
            .AddSingleton<Persistence>()
            .AddSingleton<OutboxSignal>()
            .AddSingleton<Committer>()
            .AddWriter<PostWriter>()
            .AddWriter<AddWriter>()
            .AddWriter<SetWriter>()
            .AddWriter<SaveWriter>()
            .AddWriter<MarkWriter>()
            .AddLoader<AccountLoader, string, Account>()
            .AddLoader<OtherAccountLoader, OtherAccount, Account>()
            .AddLoader<GlanceLoader, Glance, Account>()
            .AddLoader<CommonLoader, Common, CommonAccount>()
            .BuildServiceProvider();
        Committer = _services.GetRequiredService<Committer>();
        Postbox = postbox;
        Deliveries = new Deliveries(Committer, postbox, new Gate(), time, NullLogger<Deliveries>.Instance);
    }

    public static GroupOptions Groups { get; } = new();

    public Committer Committer { get; }

    public Deliveries Deliveries { get; }

    public Postbox Postbox { get; }

    /// <summary>A deadlock, for one, which it survives by trying again.</summary>
    public IReadOnlyCollection<string> Warnings => _log.Warnings;

    public Turns Turns { get; } = new();

    /// <summary>A committer that the observer observes; by way of the wire, where there is one.</summary>
    public static RealCommitter Connect(BooksObserver books, Wire? wire = null, TimeProvider? time = null)
    {
        var connection = ToyBooks.Connection(books.Observed);
        connection.Port = wire?.Port ?? connection.Port;
        return new RealCommitter(NpgsqlDataSource.Create(connection), new Postbox(books), time ?? TimeProvider.System);
    }

    public async ValueTask DisposeAsync()
    {
        await _services.DisposeAsync();
        await _dataSource.DisposeAsync();
    }
}
