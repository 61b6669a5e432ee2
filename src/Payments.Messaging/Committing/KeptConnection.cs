using System.Diagnostics;
using Npgsql;

namespace Payments.Messaging;

/// <summary>
/// A connection for one group after the other. The pool gives its connections out in turn, so that each would need plans
/// and caches of its own. It goes back when work on it fails, and now and then, as the pool ends what is old.
/// </summary>
/// <remarks>For one user at a time.</remarks>
internal sealed class KeptConnection(NpgsqlDataSource dataSource) : IAsyncDisposable
{
    private static readonly TimeSpan LongestStay = TimeSpan.FromMinutes(10);

    private NpgsqlConnection? _connection;
    private long _openedAt;

    public async Task<T> Use<T>(Func<NpgsqlConnection, Task<T>> work)
    {
        if (_connection is not null && Stopwatch.GetElapsedTime(_openedAt) > LongestStay)
            await DisposeAsync();
        if (_connection is not { } connection)
        {
            _connection = connection = await dataSource.OpenConnectionAsync(CancellationToken.None);
            _openedAt = Stopwatch.GetTimestamp();
        }

        try
        {
            return await work(connection);
        }
        catch
        {
            await DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_connection is not { } connection)
            return;

        _connection = null;
        await connection.DisposeAsync();
    }
}
