using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Payments.Testing;

namespace Payments.Messaging.Tests.Committing;

/// <summary>The committer as a process has it, on the real database, with connections that can be told from all others.</summary>
internal sealed class RealCommitter : IAsyncDisposable
{
    private readonly ServiceProvider _services;
    private readonly NpgsqlDataSource _dataSource;

    private RealCommitter(NpgsqlDataSource dataSource)
    {
        _dataSource = dataSource;
        _services = new ServiceCollection()
            .AddLogging()
            .AddSingleton(_dataSource)
            .AddSingleton(TimeProvider.System)
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
            .AddLoader<GlanceLoader, Glance, Account>()
            .AddLoader<CommonLoader, Common, CommonAccount>()
            .BuildServiceProvider();
        Committer = _services.GetRequiredService<Committer>();
    }

    public static GroupOptions Groups { get; } = new();

    public Committer Committer { get; }

    /// <summary>A committer that the observer observes; by way of the wire, where there is one.</summary>
    public static RealCommitter Connect(BooksObserver books, Wire? wire = null)
    {
        var connection = ToyBooks.Connection(books.Observed);
        connection.Port = wire?.Port ?? connection.Port;
        return new RealCommitter(NpgsqlDataSource.Create(connection));
    }

    public async ValueTask DisposeAsync()
    {
        await _services.DisposeAsync();
        await _dataSource.DisposeAsync();
    }
}
