using Npgsql;

namespace Payments.Messaging;

/// <summary>The statements of one commit, each with the number of rows it must touch for its guard to hold.</summary>
public sealed class WriteBatch : IAsyncDisposable
{
    private readonly NpgsqlBatch _batch;
    private readonly List<int?> _expected = [];

    internal WriteBatch(NpgsqlConnection connection, NpgsqlTransaction transaction) =>
        _batch = new NpgsqlBatch(connection, transaction);

    /// <summary>A statement without a guard.</summary>
    public void Add(string sql, params ReadOnlySpan<NpgsqlParameter> parameters) => Append(null, sql, parameters);

    /// <summary>A statement that must touch so many rows; otherwise the commit is a clash.</summary>
    public void AddGuarded(int rows, string sql, params ReadOnlySpan<NpgsqlParameter> parameters) =>
        Append(rows, sql, parameters);

    public ValueTask DisposeAsync() => _batch.DisposeAsync();

    /// <summary>False when a guard did not hold.</summary>
    internal async Task<bool> Execute()
    {
        if (_expected.Count == 0)
            return true;

        await _batch.ExecuteNonQueryAsync(CancellationToken.None);
        return !_expected.Where((rows, i) => rows is { } n && _batch.BatchCommands[i].RecordsAffected != n).Any();
    }

    private void Append(int? rows, string sql, ReadOnlySpan<NpgsqlParameter> parameters)
    {
        var command = new NpgsqlBatchCommand(sql);
        foreach (var parameter in parameters)
            command.Parameters.Add(parameter);
        _batch.BatchCommands.Add(command);
        _expected.Add(rows);
    }
}
