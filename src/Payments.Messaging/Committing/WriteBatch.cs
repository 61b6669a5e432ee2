using Npgsql;

namespace Payments.Messaging;

/// <summary>The statements of one commit, each with the number of rows it must touch for its guard to hold.</summary>
public sealed class WriteBatch : IAsyncDisposable
{
    // What Npgsql says of a statement that the batch did not come to.
    private const int NotExecuted = -1;

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

        try
        {
            await _batch.ExecuteNonQueryAsync(CancellationToken.None);
        }
        catch (PostgresException exception) when (!Persistence.MayPass(exception) && !GuardsHold(NotExecuted))
        {
            // Whoever was first left rows that the statements after the guard ran into: a clash, not bad data.
            return false;
        }

        return GuardsHold();
    }

    /// <summary>Whether every guarded statement touched as many rows as it must, or has the result that is excused.</summary>
    private bool GuardsHold(int? excused = null) =>
        !_expected.Where((rows, i) =>
            rows is { } n && _batch.BatchCommands[i].RecordsAffected is var touched && touched != n && touched != excused).Any();

    private void Append(int? rows, string sql, ReadOnlySpan<NpgsqlParameter> parameters)
    {
        var command = new NpgsqlBatchCommand(sql);
        foreach (var parameter in parameters)
            command.Parameters.Add(parameter);
        _batch.BatchCommands.Add(command);
        _expected.Add(rows);
    }
}
