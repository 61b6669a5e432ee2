using Npgsql;

namespace Payments.Messaging;

/// <summary>
/// A connection for one group after the other. A pool gives its connections out in turn, and each would have to get plans,
/// caches and a processor's attention of its own. It is given up when work on it fails.
/// </summary>
/// <remarks>For one user at a time.</remarks>
internal sealed class KeptConnection(NpgsqlDataSource dataSource) : IAsyncDisposable
{
    private NpgsqlConnection? _connection;

    public async Task<T> Use<T>(Func<NpgsqlConnection, Task<T>> work)
    {
        var connection = _connection ??= await dataSource.OpenConnectionAsync(CancellationToken.None);
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
