using Npgsql;
using NpgsqlTypes;

namespace Payments.Benchmark.Floor.Storing;

/// <summary>Values of one column of a batch, sent as one array. Several statements may take the same column.</summary>
internal sealed class Column<T>(NpgsqlDbType type) : List<T>(300), IColumn
{
    public NpgsqlParameter Parameter() =>
        new NpgsqlParameter<List<T>> { NpgsqlDbType = NpgsqlDbType.Array | type, TypedValue = this };
}

internal interface IColumn
{
    NpgsqlParameter Parameter();

    void Clear();
}

/// <summary>A batch's statements: prepared once, sent together in one round trip, committed as one transaction.</summary>
internal sealed class Statements(NpgsqlConnection connection)
{
    private readonly NpgsqlBatch _batch = new(connection);
    private readonly HashSet<IColumn> _columns = [];

    public void Add(string sql, params ReadOnlySpan<IColumn> columns)
    {
        var command = new NpgsqlBatchCommand(sql);
        foreach (var column in columns)
        {
            command.Parameters.Add(column.Parameter());
            _columns.Add(column);
        }

        _batch.BatchCommands.Add(command);
    }

    public Task Prepare() => _batch.PrepareAsync();

    /// <summary>Empties the columns for the next batch.</summary>
    public void Clear()
    {
        foreach (var column in _columns)
            column.Clear();
    }

    public Task Execute() => _batch.ExecuteNonQueryAsync();

    public Task<NpgsqlDataReader> Query() => _batch.ExecuteReaderAsync();

    /// <summary>How many rows the statement touched the last time, counted from 0 in the order of adding.</summary>
    public int Touched(int statement) => _batch.BatchCommands[statement].RecordsAffected;
}
